// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("reorder permutes the loops that are named", "[schedule][order]") {
  constexpr auto p = scheduled(product(64, 48, 32), [](schedule& s) {
    auto const [io, ii] = s.split("i", 8);
    s.reorder("k", ii);
  });
  STATIC_REQUIRE(p.fault.ok());
  REQUIRE(nest_of(p, "y") == "io 8, k 32, j 48, ii 8");
}

TEST_CASE("tile is two splits and a reorder", "[schedule][order]") {
  auto const tiled = scheduled(product(64, 48, 32), [](schedule& s) {
    auto const [io, jo, ii, ji] = s.tile("i", "j", 8, 16);
    s.reorder(io, jo, "k", ii, ji);
  });
  auto const by_hand = scheduled(product(64, 48, 32), [](schedule& s) {
    auto const [io, ii] = s.split("i", 8);
    auto const [jo, ji] = s.split("j", 16);
    s.reorder(io, jo, ii, ji);
    s.reorder(io, jo, "k", ii, ji);
  });
  REQUIRE(nest_of(tiled, "y") == "io 8, jo 3, k 32, ii 8, ji 16");
  REQUIRE(tiled == by_hand);
}

TEST_CASE("fuse makes one loop of two", "[schedule][order]") {
  auto const p = scheduled(product(6, 5, 32), [](schedule& s) {
    auto const c = s.fuse("i", "j");
    REQUIRE(c.name() == "i_j");
    REQUIRE(c.extent() == 30);
    s.split(c, 8);
  });
  REQUIRE(p.fault.ok());
  REQUIRE(nest_of(p, "y") == "i_jo 4, i_ji 8, k 32");
  auto const& i = p.axes[p.stages[0].pure[0]];
  REQUIRE(p.axes[i.fused].first == p.stages[0].pure[0]);
  REQUIRE(p.axes[i.fused].second == p.stages[0].pure[1]);
}

TEST_CASE("fused loops may have dynamic extents and a name", "[schedule][order]") {
  auto const p = scheduled(product(-1, -1, 4), [](schedule& s) { s.fuse("i", "j", "points"); });
  REQUIRE(nest_of(p, "y") == "points known at the call, k 4");
}

TEST_CASE("what is wrong with reorder is said", "[schedule][order]") {
  auto const wrong = [](auto const& f) { return message_of(product(64, 48, 32), f); };
  REQUIRE(wrong([](schedule& s) { s.reorder("i", "x"); }) ==
          "E002 reorder: y has no loop x; loops: i, j, k");
  REQUIRE(wrong([](schedule& s) { s.reorder("i", "j", "i"); }) ==
          "E005 reorder: i is named twice; loops: i, j, k");
  REQUIRE(wrong([](schedule& s) {
            auto const i = s.get("i");
            s.split("i", 8);
            s.reorder(i, "j");
          }) == "E002 reorder: i was replaced by other loops; loops: io, ii, j, k");
  REQUIRE(wrong([](schedule& s) {
            s.parallel("i");
            s.reorder("j", "i");
          }) ==
          "E024 reorder i: it is parallel already; reorder it first, then make a loop of the "
          "result parallel");
  REQUIRE(wrong([](schedule& s) {
            s.parallel("i");
            s.reorder("k", "j");
          }) == "ok");
  REQUIRE(message_of(blur(8), [](schedule& s) { s.reorder("r", s["h"].get("c")); }) ==
          "E005 reorder: c is a loop of h, not of v; loops: r, c");
}

TEST_CASE("reduction loops keep their order under fp::strict", "[schedule][order]") {
  auto const swap = [](schedule& s) {
    auto const [ko, ki] = s.split("k", 8);
    s.reorder(ki, ko);
  };
  auto p = product(64, 48, 32);
  REQUIRE(message_of(p, swap) == "ok");
  p.allowed.reassociate = false;
  REQUIRE(message_of(p, swap) ==
          "E006 reorder: ki would move outside ko, and y keeps that order: fp::strict keeps the "
          "order of its additions");
  REQUIRE(message_of(p, [](schedule& s) { s.reorder("k", "i", "j"); }) == "ok");
  auto integers = product(64, 48, 32, dtype::i32);
  integers.allowed.reassociate = false;
  REQUIRE(message_of(integers, swap) == "ok");
  integers.stages[0].reduce.commutative = false;
  REQUIRE(message_of(integers, swap) ==
          "E006 reorder: ki would move outside ko, and y keeps that order: its combiner is not "
          "declared commutative");
}

TEST_CASE("what is wrong with fuse is said", "[schedule][order]") {
  auto const wrong = [](auto const& f) { return message_of(product(64, 48, 30), f); };
  REQUIRE(wrong([](schedule& s) { s.fuse("j", "i"); }) ==
          "E011 fuse j, i: the first must be directly outside the second; loops: i, j, k");
  REQUIRE(wrong([](schedule& s) { s.fuse("i", "k"); }).starts_with("E011 fuse i, k"));
  REQUIRE(wrong([](schedule& s) { s.fuse("i", "i"); }).starts_with("E011 fuse i, i"));
  REQUIRE(wrong([](schedule& s) { s.fuse("j", "k"); }) ==
          "E012 fuse j, k: k is a reduction loop and the other is not; fuse two of a kind");
  REQUIRE(wrong([](schedule& s) {
            s.reorder("i", "k", "j");
            s.fuse("k", "j");
          }) == "E012 fuse k, j: k is a reduction loop and the other is not; fuse two of a kind");
  REQUIRE(wrong([](schedule& s) { s.fuse("i", "j", "k"); }).starts_with("E025 fuse i: y has a"));
  REQUIRE(wrong([](schedule& s) { s.fuse("i", "j", "j"); }) == "ok");
  REQUIRE(wrong([](schedule& s) { s.vectorize(s.split("j", 8).inner); }).starts_with("E023"));
  REQUIRE(wrong([](schedule& s) {
            auto const [jo, ji] = s.split("j", 8);
            s.unroll(ji);
            s.fuse(jo, ji);
          }).starts_with("E024 fuse ji: it is unrolled already"));
  REQUIRE(wrong([](schedule& s) {
            auto const [ko, ki] = s.split("k", 8, tail::cut);
            s.fuse(ko, ki);
          }).starts_with("E021 fuse ko"));
  auto const huge = product(index_t{1} << 40, index_t{1} << 40, 2);
  REQUIRE(message_of(huge, [](schedule& s) { s.fuse("i", "j"); }).starts_with("E045 fuse i, j"));
}

TEST_CASE("places in the nest follow their loops", "[schedule][order]") {
  auto const p = scheduled(blur(16), [](schedule& s) {
    s.compute_at("h", s.get("c"));
    s.split("c", 4);
  });
  REQUIRE(p.fault.ok());
  REQUIRE(p.axes[p.stages[0].at_axis].name == "ci");
  auto const q = scheduled(product(64, 48, 32), [](schedule& s) {
    s.decompose_reduction("k");
    s.cache_write("k");
    s.split("k", 4);
  });
  REQUIRE(q.axes[q.stages[0].init_above].name == "ko");
  REQUIRE(q.axes[q.stages[0].tile_at].name == "ko");
  auto const r = scheduled(blur(16), [](schedule& s) {
    s.compute_at("h", s.get("c"));
    s.fuse("r", "c");
  });
  REQUIRE(r.axes[r.stages[0].at_axis].name == "r_c");
}

TEST_CASE("a change that breaks a place is refused", "[schedule][order]") {
  REQUIRE(message_of(blur(16), [](schedule& s) {
            s.compute_at("h", s.get("r"));
            s.fuse("r", "c");
          }) == "E013 fuse r, c: h is computed at r; fuse first, or compute it at another");
  auto const wrong = [](auto const& f) { return message_of(product(64, 48, 32), f); };
  REQUIRE(wrong([](schedule& s) {
            s.decompose_reduction("j");
            s.reorder("k", "j");
          }) ==
          "E019 y: decompose_reduction placed the start of the reduction above j, which is now "
          "inside a reduction loop");
  REQUIRE(wrong([](schedule& s) {
            s.decompose_reduction("j");
            s.fuse("i", "j");
          }) == "E019 fuse i, j: the start of the reduction is above j; fuse first");
  REQUIRE(wrong([](schedule& s) {
            auto const [ko, ki] = s.split("k", 4);
            s.cache_write(ki);
            s.fuse(ko, ki);
          }) == "E017 fuse ko, ki: the tile of cache_write is above ki; fuse first");
}

// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("the nest of a blocked product", "[schedule][bind]") {
  constexpr auto blocked = [](schedule& s) {
    auto [io, ii] = s.split("i", 8);
    auto [jo, ji] = s.split("j", 16);
    s.reorder(io, jo, "k", ii, ji);
    s.unroll(ii);
    s.vectorize(ji);
    s.parallel(io);
  };
  constexpr auto p = scheduled(product(64, 48, 32), blocked);
  STATIC_REQUIRE(p.fault.ok());
  REQUIRE(nest_of(p, "y") == "io 8 parallel, jo 3, k 32, ii 8 unrolled, ji 16 vectorized");
}

TEST_CASE("with a width a loop is split first", "[schedule][bind]") {
  auto const p = scheduled(product(-1, -1, 32), [](schedule& s) {
    s.reorder("i", "k", "j");
    auto const [jo, ji] = s.vectorize("j", 16);
    REQUIRE(jo.name() == "jo");
    REQUIRE(ji.extent() == 16);
    auto const [io, ii] = s.unroll("i", 4);
    REQUIRE(ii.name() == "ii");
  });
  REQUIRE(nest_of(p, "y") ==
          "io known at the call, ii 4 unrolled, k 32, jo known at the call, ji 16 vectorized");
}

TEST_CASE("a vectorized reduction loop is factored out first", "[schedule][bind]") {
  auto const p = scheduled(product(4, 8, 40), [](schedule& s) {
    auto const [ko, ki] = s.vectorize("k", 16);
    REQUIRE(ko.name() == "ko");
    REQUIRE(ki.name() == "ki");
  });
  REQUIRE(p.fault.ok());
  REQUIRE(p.stages.size() == 2);
  REQUIRE(nest_of(p, "y_rf") == "i 4, j 8, ko 3, ki 16 vectorized");
  REQUIRE(nest_of(p, "y") == "i 4, j 8, ki 16");
  REQUIRE(p.stages[0].place == placement::at);
  REQUIRE(p.axes[p.stages[0].at_axis].name == "j");
  REQUIRE(p.stages[0].at_stage == 1);
  auto const ko = p.axes[p.stages[0].loops[2]];
  REQUIRE(ko.tails == tail::cut);
  REQUIRE(p.indices[ko.cut_at] == constant(2));
  REQUIRE(values_of(p) == values_of(product(4, 8, 40)));
}

TEST_CASE("what is wrong with vectorize is said", "[schedule][bind]") {
  auto const wrong = [](auto const& f) { return message_of(product(-1, 48, 32), f); };
  REQUIRE(wrong([](schedule& s) {
            s.reorder("j", "k", "i");
            s.vectorize("i");
          }) ==
          "E007 vectorize i: extent y.extent(0) is not constant; vectorize(i, 16) splits it "
          "by 16 first");
  REQUIRE(wrong([](schedule& s) {
            auto const ii = s.split("i", 8).inner;
            s.unroll(ii);
            s.vectorize(ii);
          }) ==
          "E008 vectorize ii: it is unrolled already; split it and bind one of the parts "
          "before");
  REQUIRE(
      wrong([](schedule& s) { s.vectorize("j"); }) ==
      "E023 vectorize j: k is inside it; reorder j to the innermost place first; loops: i, j, k");
  REQUIRE(wrong([](schedule& s) {
            s.reorder("k", "j");
            s.vectorize("j", 16);
            s.vectorize("i", 16);
          }) ==
          "E026 vectorize i: ji of y is vectorized already, and one loop of a stage is; unroll "
          "i, or fuse the two first");
  REQUIRE(wrong([](schedule& s) { s.vectorize("k", 0); }) ==
          "E003 vectorize k by 0: the factor must be at least 1; 1 leaves the loop as it is");
  REQUIRE(wrong([](schedule& s) {
            s.reorder("k", "j");
            s.vectorize("j", 1000);
          }) ==
          "E026 vectorize ji: 1000 lanes, and at most 256 are supported; vectorize(ji, 16) "
          "splits it by 16 first");
  auto const all_lanes = [](schedule& s) {
    s.reorder("k", "j");
    s.vectorize("j");
  };
  REQUIRE(message_of(product(4, 256, 4), all_lanes) == "ok");
  REQUIRE(message_of(product(4, 257, 4), all_lanes).starts_with("E026 vectorize j: 257 lanes"));
  REQUIRE(wrong([](schedule& s) {
            s.reorder("k", "j");
            s.vectorize(s.split("j", 5, tail::cut).outer);
          }).starts_with("E021 vectorize jo"));
  REQUIRE(message_of(product(4, 0, 4), [](schedule& s) {
            s.reorder("k", "j");
            s.vectorize("j");
          }).starts_with("E007 vectorize j: extent 0 leaves no lane"));
  REQUIRE(message_of(blur(16), [](schedule& s) {
            s.compute_at("h", s.get("c"));
            s.vectorize("c");
          }) == "E013 vectorize c: h is computed at it; compute it at a loop further out");
}

TEST_CASE("a reduction is vectorized only where its order is free", "[schedule][bind][subtlety]") {
  auto p = product(4, 8, 40);
  p.allowed.reassociate = false;
  REQUIRE(message_of(p, [](schedule& s) { s.vectorize("k", 16); }) ==
          "E020 vectorize ki of y: fp::strict keeps the order of its additions");
}

TEST_CASE("what is wrong with unroll is said", "[schedule][bind]") {
  auto const wrong = [](auto const& f) { return message_of(product(-1, 65, 64), f); };
  REQUIRE(wrong([](schedule& s) { s.unroll("k"); }) == "ok");
  REQUIRE(wrong([](schedule& s) { s.unroll("j"); }) ==
          "E009 unroll j: extent 65 is above the limit of 64; unroll(j, 4) splits it by 4 first");
  REQUIRE(wrong([](schedule& s) { s.unroll("i"); }) ==
          "E009 unroll i: extent y.extent(0) is not constant; unroll(i, 4) splits it by 4 first");
  REQUIRE(wrong([](schedule& s) { s.unroll("j", 1'000'000); }).starts_with("E009 unroll ji"));
  REQUIRE(wrong([](schedule& s) { s.unroll("j", -1); }).starts_with("E003 unroll j by -1"));
  REQUIRE(wrong([](schedule& s) {
            s.unroll("k");
            s.unroll("k");
          }).starts_with("E008 unroll k: it is unrolled already"));
}

TEST_CASE("what is wrong with parallel is said", "[schedule][bind][subtlety]") {
  auto const wrong = [](auto const& f) { return message_of(product(64, 48, 32), f); };
  REQUIRE(
      wrong([](schedule& s) { s.parallel("k"); }) ==
      "E010 parallel k: it is a reduction loop of y, and its iterations add to the same element; "
      "legal loops: i, j");
  REQUIRE(wrong([](schedule& s) {
            s.parallel("j");
            s.parallel("i");
          }) ==
          "E022 parallel i: j of y, inside of it, is parallel already; fuse the two loops, or "
          "keep one of them serial");
  REQUIRE(wrong([](schedule& s) {
            s.parallel("i");
            s.parallel("j");
          }).starts_with("E022 parallel j: i of y, outside of it, is parallel already"));
  REQUIRE(message_of(blur(16), [](schedule& s) {
            s["h"].parallel("c");
            s.compute_at("h", s.get("r"));
            s.parallel("r");
          }).starts_with("E022 parallel r: c of h, inside of it, is parallel already"));
  REQUIRE(message_of(blur(16), [](schedule& s) {
            s.compute_at("h", s.get("r"));
            s.parallel("r");
            s["h"].parallel("r");
          }).starts_with("E022 parallel r: r of v, outside of it, is parallel already"));
  REQUIRE(message_of(blur(16), [](schedule& s) {
            s["h"].parallel("r");
            s.parallel("r");
          }) == "ok");
}

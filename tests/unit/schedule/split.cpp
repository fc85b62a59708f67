// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("a split replaces a loop by two", "[schedule][split]") {
  constexpr auto p = scheduled(product(64, 48, 32), [](schedule& s) { s.split("i", 8); });
  STATIC_REQUIRE(p.fault.ok());
  REQUIRE(nest_of(p, "y") == "io 8, ii 8, j 48, k 32");
  auto const& outer = p.axes[p.stages[0].loops[0]];
  auto const& inner = p.axes[p.stages[0].loops[1]];
  REQUIRE(outer.made_by == relation::split_outer);
  REQUIRE(inner.made_by == relation::split_inner);
  REQUIRE(outer.factor == 8);
  REQUIRE(inner.factor == 8);
  REQUIRE(outer.parent == p.stages[0].pure[0]);
  REQUIRE(p.axes[outer.parent].outer == p.stages[0].loops[0]);
  REQUIRE(p.axes[outer.parent].inner == p.stages[0].loops[1]);
}

TEST_CASE("the parts have the names that are given", "[schedule][split]") {
  auto const p = scheduled(product(64, 48, 32), [](schedule& s) {
    auto const [o, i] = s.split("k", "k_outer", "k_inner", 4);
    REQUIRE(o.name() == "k_outer");
    REQUIRE(o.extent() == 8);
    REQUIRE(i.name() == "k_inner");
  });
  REQUIRE(nest_of(p, "y") == "i 64, j 48, k_outer 8, k_inner 4");
  REQUIRE(p.axes[p.stages[0].loops[3]].is_reduction);
}

TEST_CASE("a tail is exact where the factor provably divides", "[schedule][split]") {
  auto const tail_of = [](program const& p, tail asked) {
    auto const q = scheduled(p, [&](schedule& s) { s.split("i", 8, asked); });
    REQUIRE(q.fault.ok());
    return q.axes[q.stages[0].loops[0]].tails;
  };
  for (tail const asked : {tail::automatic, tail::exact, tail::guard, tail::cut}) {
    REQUIRE(tail_of(product(64, 8, 8), asked) == tail::exact);
  }
  REQUIRE(tail_of(product(60, 8, 8), tail::automatic) == tail::guard);
  REQUIRE(tail_of(product(-1, 8, 8), tail::automatic) == tail::guard);
  REQUIRE(tail_of(product(-1, 8, 8), tail::cut) == tail::cut);
  program multiple = product(-1, 8, 8);
  multiple.axes[0].extent = symbol_value(multiple, 0) * 16;
  REQUIRE(tail_of(multiple, tail::exact) == tail::exact);
}

TEST_CASE("tail::cut counts the full blocks", "[schedule][split]") {
  auto const cut = [](schedule& s) { s.split("i", 8, tail::cut); };
  auto const p = scheduled(product(60, 8, 8), cut);
  REQUIRE(p.indices[p.axes[p.stages[0].loops[0]].cut_at] == constant(7));
  REQUIRE(p.axes[p.stages[0].loops[0]].extent == constant(8));
  REQUIRE(p.axes[p.stages[0].loops[1]].cut_at == -1);
  auto const q = scheduled(product(-1, 8, 8), cut);
  REQUIRE_FALSE(q.indices[q.axes[q.stages[0].loops[0]].cut_at].is_constant());
}

TEST_CASE("a factor above the extent, and an extent of 0", "[schedule][split]") {
  auto const by16 = [](schedule& s) { s.split("i", 16); };
  REQUIRE(nest_of(scheduled(product(10, 8, 8), by16), "y") == "io 1, ii 16, j 8, k 8");
  REQUIRE(nest_of(scheduled(product(0, 8, 8), by16), "y") == "io 0, ii 16, j 8, k 8");
}

TEST_CASE("parts can be split again, eight deep", "[schedule][split]") {
  auto const p = scheduled(product(1000, 8, 8), [](schedule& s) {
    auto inner = s.split("i", 512).inner;
    for (int f = 256; f > 1; f /= 2) inner = s.split(inner, f).inner;
  });
  REQUIRE(p.fault.ok());
  REQUIRE(p.stages[0].loops.size() == 12);
}

TEST_CASE("what is wrong with a split is said", "[schedule][split]") {
  auto const wrong = [](index_t m, auto const& f) { return message_of(product(m, 48, 32), f); };
  REQUIRE(wrong(64, [](schedule& s) { s.split("x", 8); }) ==
          "E002 split: y has no loop x; loops: i, j, k");
  REQUIRE(wrong(64, [](schedule& s) { s.split("i", 0); }) ==
          "E003 split i by 0: the factor must be at least 1; 1 leaves the loop as it is");
  REQUIRE(wrong(64, [](schedule& s) { s.split("i", -4); }).starts_with("E003 split i by -4"));
  REQUIRE(wrong(64, [](schedule& s) { s.split("i", index_t{1} << 40); }).starts_with("E003"));
  REQUIRE(wrong(64, [](schedule& s) { s.split("i", 7, tail::exact); }) ==
          "E004 split i by 7: extent 64 is not a multiple; exact factors: 2, 4, 8, 16, or use "
          "tail::guard");
  REQUIRE(wrong(7, [](schedule& s) { s.split("i", 2, tail::exact); }) ==
          "E004 split i by 2: extent 7 is not a multiple; exact factors: 7, or use tail::guard");
  REQUIRE(wrong(1, [](schedule& s) { s.split("i", 2, tail::exact); }) ==
          "E004 split i by 2: extent 1 is not a multiple; exact factors: none above 1, or use "
          "tail::guard");
  REQUIRE(wrong(-1, [](schedule& s) { s.split("i", 8, tail::exact); }) ==
          "E004 split i by 8: extent y.extent(0) is only known to be a multiple of 1; exact "
          "factors: none above 1, or use tail::guard");
}

TEST_CASE("what is wrong with names is said", "[schedule][split]") {
  auto const wrong = [](auto const& f) { return message_of(product(64, 48, 32), f); };
  REQUIRE(wrong([](schedule& s) { s.split("i", "j", "ii", 8); }) ==
          "E025 split i: y has a loop j already; pass other names; loops: i, j, k");
  REQUIRE(wrong([](schedule& s) { s.split("i", "a", "a", 8); }) ==
          "E025 split i: both parts are called a; pass two unlike names");
  REQUIRE(wrong([](schedule& s) { s.split("i", "i", "ii", 8); }) == "ok");
}

TEST_CASE("bound and cut loops are not split", "[schedule][split]") {
  auto const wrong = [](auto const& f) { return message_of(product(60, 48, 32), f); };
  REQUIRE(wrong([](schedule& s) {
            s.parallel("i");
            s.split("i", 4);
          }) ==
          "E024 split i: it is parallel already; split it first, then make a loop of the "
          "result parallel");
  REQUIRE(wrong([](schedule& s) {
            auto const io = s.split("i", 8, tail::cut).outer;
            s.split(io, 2);
          }).starts_with("E021 split io: tail::cut has divided this loop in two"));
}

TEST_CASE("the first fault wins, and what follows does nothing", "[schedule]") {
  auto const p = product(64, 48, 32);
  auto const after = scheduled(p, [](schedule& s) {
    auto [io, ii] = s.split("i", 0);
    REQUIRE_FALSE(io);
    REQUIRE(io.name().empty());
    REQUIRE(ii.extent() == dynamic_extent);
    s.reorder(io, "nothing", ii);
    auto const lanes = s.vectorize(ii);
    s.unroll(lanes, 4);
    s.parallel("j");
    s.fuse(io, ii);
    s.tile("i", "j", 4, 4);
    s.cache_read("b", ii).vectorize("j", 8);
    s.cache_write(ii);
    s.rfactor("k").parallel("k");
    s["unknown"].compute_at(ii);
    s.compute_inline("unknown");
    REQUIRE(s.steps().steps.empty());
  });
  REQUIRE(after.fault.id == diag::code::bad_split_factor);
  program same = after;
  same.fault = diag::diagnostic{};
  REQUIRE(same == p);
}

TEST_CASE("what is computed and kept at a loop is so at its inner part", "[schedule][split]") {
  auto const p = scheduled(blur(16), [](schedule& s) {
    s.compute_at("h", s.get("r"));
    s["h"].store_at(s.get("r"));
    s.split("r", 4);
  });
  REQUIRE(p.fault.ok());
  REQUIRE(p.axes[p.stages[0].at_axis].name == "ri");
  REQUIRE(p.axes[p.stages[0].store_at].name == "ri");
}

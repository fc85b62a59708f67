// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

auto layout_of(program const& p, std::string_view buffer) -> std::string {
  std::string r;
  for (auto const& b : p.buffers) {
    if (!(b.name == buffer)) continue;
    for (auto const& l : b.layout) {
      bool const whole = !l.inner && l.block == 1;
      r += "[d" + std::to_string(int{l.dim}) + (whole ? "" : l.inner ? " % " : " / ");
      r += (whole ? "" : std::to_string(l.block)) + "]";
    }
  }
  return r;
}

}  // namespace

TEST_CASE("cache_read makes a stage that copies", "[schedule][cache]") {
  constexpr auto packed_b = [](schedule& s) {
    auto [jo, ji] = s.split("j", 16);
    s.reorder(jo, "i", "k", ji);
    auto b = s.cache_read("b", jo, packed("j", 16));
    b.vectorize("j", 16);
  };
  constexpr auto p = scheduled(product(8, 48, 32), packed_b);
  STATIC_REQUIRE(p.fault.ok());
  REQUIRE(p.stages.size() == 2);
  REQUIRE(p.stages[0].name == "b_cache");
  REQUIRE(p.stages[0].at_stage == 1);
  REQUIRE(p.axes[p.stages[0].at_axis].name == "jo");
  REQUIRE(nest_of(p, "b_cache") == "k 32, jo 3, ji 16 vectorized");
  REQUIRE(layout_of(p, "b_cache") == "[d1 / 16][d0][d1 % 16]");
  REQUIRE(values_of(p) == values_of(product(8, 48, 32)));
}

TEST_CASE("two copies, and handles that stay right", "[schedule][cache]") {
  auto const p = scheduled(product(8, 48, 32), [](schedule& s) {
    auto const [jo, ji] = s.split("j", 16);
    s.reorder(jo, "i", "k", ji);
    auto const b = s.cache_read("b", jo);
    auto const a = s.cache_read("a", "i", ordered("k", "i"));
    b.unroll("k", 4);
    a.unroll("k", 2);
    s.vectorize(ji);
  });
  REQUIRE(p.fault.ok());
  REQUIRE(p.stages[0].name == "b_cache");
  REQUIRE(p.stages[1].name == "a_cache");
  REQUIRE(p.stages[0].at_stage == 2);
  REQUIRE(p.stages[1].at_stage == 2);
  REQUIRE(nest_of(p, "b_cache") == "ko 8, ki 4 unrolled, j 48");
  REQUIRE(nest_of(p, "a_cache") == "i 8, ko 16, ki 2 unrolled");
  REQUIRE(layout_of(p, "a_cache") == "[d1][d0]");
  REQUIRE(values_of(p) == values_of(product(8, 48, 32)));
}

TEST_CASE("dimensions without a plain index are numbered", "[schedule][cache]") {
  auto const p = scheduled(blur(8), [](schedule& s) {
    s["h"].cache_read("x", "r");
    s.cache_read("h", "r");
  });
  REQUIRE(p.fault.ok());
  REQUIRE(nest_of(p, "x_cache") == "r 10, c 10");
  REQUIRE(values_of(p) == values_of(blur(8)));
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {4});
  auto const x = b.operand("x", dtype::f32, {8, 4});
  auto const i = b.axis("i", constant(4));
  b.stage(y, {i}, b.load(x, {b.at(i) * 2, b.at(i)}));
  auto const q = scheduled(b.p, [](schedule& s) { s.cache_read("x", "i"); });
  REQUIRE(nest_of(q, "x_cache") == "d0 8, i 4");
}

TEST_CASE("a copy of a copy has a name of its own", "[schedule][cache]") {
  auto const p = scheduled(blur(8), [](schedule& s) {
    s["h"].cache_read("x", "r");
    s["h"].cache_read("x_cache", "c");
  });
  REQUIRE(p.fault.ok());
  REQUIRE(p.stages[1].name == "x_cache_cache");
  REQUIRE(values_of(p) == values_of(blur(8)));
}

TEST_CASE("loads that two stages share are not redirected in both", "[schedule][cache]") {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {1});
  auto const z = b.output("z", dtype::f32, {1});
  auto const x = b.operand("x", dtype::f32, {3});
  auto const first = b.load(x, {constant(0)});
  auto const i = b.axis("i", constant(1));
  b.stage(y, {i}, first);
  auto const j = b.axis("j", constant(1));
  b.stage(z, {j}, b.make(opcode::add, first, first));
  auto const p = scheduled(b.p, [](schedule& s) { s.cache_read("x", "j"); });
  REQUIRE(p.fault.ok());
  REQUIRE(scheduling::use_of(p, 0, x).any());
  REQUIRE_FALSE(scheduling::use_of(p, 2, x).any());
  REQUIRE(values_of(p) == values_of(b.p));
}

TEST_CASE("memory orders", "[schedule][cache]") {
  auto const layout = [](memory_order const& o) {
    auto const p = scheduled(product(8, 48, 32), [&](schedule& s) { s.cache_read("a", "i", o); });
    REQUIRE(p.fault.ok());
    return layout_of(p, "a_cache");
  };
  REQUIRE(layout({}) == "");
  REQUIRE(layout(packed("i", 6)) == "[d0 / 6][d1][d0 % 6]");
  REQUIRE(layout(packed("i", 6, "k", 16)) == "[d0 / 6][d1 / 16][d0 % 6][d1 % 16]");
  REQUIRE(layout(ordered("k", "i")) == "[d1][d0]");
  REQUIRE(layout(ordered(dim("k") / 4, "i", dim("k") % 4)) == layout(packed("k", 4)));
}

TEST_CASE("what is wrong with cache_read is said", "[schedule][cache]") {
  auto const wrong = [](auto const& f) { return message_of(product(64, 48, 32), f); };
  REQUIRE(wrong([](schedule& s) { s.cache_read("c", "i"); }) ==
          "E016 cache_read c: y does not read it; it reads: b, a");
  REQUIRE(wrong([](schedule& s) {
            s.cache_read("y", "i");
          }).starts_with("E016 cache_read y: y does not read it"));
  REQUIRE(wrong([](schedule& s) { s.cache_read("b", "x"); }) ==
          "E002 cache_read: y has no loop x; loops: i, j, k");
  REQUIRE(wrong([](schedule& s) {
            s.reorder("k", "j");
            s.vectorize("j");
            s.cache_read("b", "j");
          }) == "E016 cache_read b at j: y has that loop vectorized; legal loops: root, i, k");
  REQUIRE(message_of(normalized(8, 8), [](schedule& s) { s.cache_read("norm", "k"); }) ==
          "E016 cache_read norm at k: y reads it after its reduction, outside of that loop; legal "
          "loops: root, i");
}

TEST_CASE("what is wrong with a memory order is said", "[schedule][cache]") {
  auto const wrong = [](memory_order const& o) {
    return message_of(product(64, 48, 32), [&](schedule& s) { s.cache_read("b", "i", o); });
  };
  REQUIRE(wrong(packed("x", 8)) ==
          "E027 layout of b_cache: it has no dimension x; dimensions: k, j");
  REQUIRE(wrong(packed("j", 0)) ==
          "E027 layout of b_cache: block 0 of j: a block is at least 1 and at most 2147483648");
  REQUIRE(
      wrong(ordered("j")) ==
      "E027 layout of b_cache: k must be there once, or as k / n and k % n with one n; it has 0 "
      "of the first and 0 of the second kind");
  REQUIRE(
      wrong(ordered("j", "k", "j")).starts_with("E027 layout of b_cache: j must be there once"));
  REQUIRE(wrong(ordered(dim("j") / 8, "k")).starts_with("E027 layout of b_cache: j must be there"));
  REQUIRE(wrong(ordered(dim("j") / 8, "k", dim("j") % 4)).starts_with("E027"));
  REQUIRE(wrong(ordered("k", "k", "k", "k", "k", "k", "k", "k")).starts_with("E027"));
}

TEST_CASE("cache_write is at a reduction loop", "[schedule][cache]") {
  auto const p = scheduled(product(64, 48, 32), [](schedule& s) {
    auto const [ko, ki] = s.split("k", 8);
    s.reorder(ko, "i", "j", ki);
    s.cache_write(ki);
  });
  REQUIRE(p.axes[p.stages[0].tile_at].name == "ki");
  auto const wrong = [](auto const& f) { return message_of(product(64, 48, 32), f); };
  REQUIRE(wrong([](schedule& s) { s.cache_write("i"); }) ==
          "E017 cache_write at i: the tile is above a reduction loop; legal loops: k");
  REQUIRE(message_of(blur(8), [](schedule& s) { s.cache_write("r"); }) ==
          "E017 cache_write at r: v has no reduction, so nothing accumulates; store_in places a "
          "local stage");
}

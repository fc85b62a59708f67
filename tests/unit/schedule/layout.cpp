// SPDX-License-Identifier: Apache-2.0
//
// The elements of a stage lie in memory in the order that is given, and padding is a value that its
// readers see.
#include <unit/pass/support.hpp>

#include <limits>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

auto wrong(auto const& f) -> std::string { return message_of(blur(21), f); }

// v(i) = h(i - 1) + h(i + 1), with a boundary value outside of h(i) = 2 * x(i), i in 21
auto neighbours(double outside) -> program {
  program_builder b{};
  auto const n = constant(21);
  auto const v = b.output("v", dtype::f32, {21});
  auto const h = b.local("h", dtype::f32, {n});
  auto const x = b.operand("x", dtype::f32, {21});
  auto const c = b.axis("c", n);
  auto const value = b.load(x, {b.at(c)});
  b.stage(h, {c}, b.make(opcode::add, value, value));
  auto const i = b.axis("i", n);
  auto const fallback = b.number(dtype::f32, outside);
  auto const near = [&](int by) { return b.load(h, {b.at(i) + by}, 1, fallback); };
  b.stage(v, {i}, b.make(opcode::add, near(-1), near(1)));
  return b.p;
}

auto padded_neighbours(double outside, padding_value v) -> program {
  return scheduled(neighbours(outside), [&](schedule& s) {
    s.compute_root("h");
    s["h"].layout(packed("c", 8).pad(v));
    s.pad_to("i", 4);
  });
}

}  // namespace

TEST_CASE("a stage is in blocks of columns", "[schedule][layout][golden]") {
  auto const p = scheduled(blur(21), [](schedule& s) {
    s.compute_root("h");
    s["h"].layout(packed("c", 8).pad(0));
    s.pad_to("c", 8);
    s.vectorize("c", 8);
    s["h"].vectorize("c", 8);
  });
  auto const nest = after(p, "settle registers");
  auto const text = show(nest);
  REQUIRE(text == golden("schedule/layout/blocks.tir", text));
  require_same(blur(21), nest, true);
}

TEST_CASE("an order without blocks transposes a stage", "[schedule][layout][golden]") {
  auto const p = scheduled(blur(21), [](schedule& s) {
    auto const [ro, ri] = s.split("r", 4);
    s.compute_at("h", ro);
    s["h"].layout(ordered("c", "r"));
    s["h"].vectorize("c", 8);
    s.vectorize("c", 8);
  });
  auto const nest = after(p, "settle registers");
  auto const text = show(nest);
  REQUIRE(text == golden("schedule/layout/transposed.tir", text));
  require_same(blur(21), nest, true);
}

TEST_CASE("blocks that are smaller than a vector, and orders of a stage that is folded",
          "[schedule][layout]") {
  auto const p = scheduled(blur(21), [](schedule& s) {
    s.compute_at("h", s.get("r"));
    s["h"].store_root();
    s["h"].fold_storage("r", 4);
    s["h"].layout(packed("c", 4, "r", 2));
    s["h"].vectorize("c", 8);
    s.vectorize("c", 8);
  });
  require_same(blur(21), after(p, "settle registers"), true);
}

TEST_CASE("a boundary condition of the padding's value is not tested for inside of a block",
          "[schedule][layout][golden]") {
  for (double const outside : {0.0, 1.0, infinity}) {
    auto const before = neighbours(outside);
    auto const nest = after(padded_neighbours(outside, outside), "settle registers");
    require_same(before, nest, true);
    // Another value outside: the end of the dimension is where it was.
    auto const other = after(padded_neighbours(outside, 3), "settle registers");
    require_same(before, other, true);
    REQUIRE(show(other).find("21") != std::string::npos);
    if (outside != 1) continue;
    auto const text = show(nest);
    REQUIRE(text == golden("schedule/layout/boundary.tir", text));
  }
}

TEST_CASE("lanes that are dropped read what was written", "[schedule][layout]") {
  // Both of the interpreter's oracles: nothing is read that was not written, and the values.
  for (auto const& order : {packed("j", 16), packed("j", 8), packed("k", 4, "j", 8)}) {
    for (index_t const n : {20, 21, 24}) {
      auto p = scheduled(product(6, n, 5), [&](schedule& s) {
        auto const j = s.split("j", 8);
        s.reorder("i", j.outer, "k", j.inner);
        s.vectorize(j.inner);
        s.cache_read("b", "i", order);
      });
      REQUIRE(p.fault.ok());
      pass::lower(p, 32);
      REQUIRE(values_of(p) == values_of(product(6, n, 5)));
    }
  }
}

TEST_CASE("values in registers have an order, too", "[schedule][layout]") {
  auto const keeps = [](auto const& f) {
    auto p = scheduled(blur(21), f);
    REQUIRE(p.fault.ok());
    pass::lower(p, 32);
    REQUIRE(p.fault.ok());
    REQUIRE(values_of(p) == values_of(blur(21)));
  };
  for (auto const& order : {packed("c", 8), packed("c", 4), ordered("c", "r")}) {
    keeps([&](schedule& s) {
      auto const c = s.split("c", 8);
      s["h"].compute_at(c.outer);
      s["h"].store_in(scope::registers);
      s["h"].layout(order);
      s["h"].unroll("r");
      s["h"].vectorize("c", 4);
      s.vectorize(c.inner);
    });
  }
}

TEST_CASE("padding is a value of the type", "[schedule][layout]") {
  auto const of = [](dtype type, padding_value v) {
    return message_of(blur(21, type), [&](schedule& s) { s["h"].layout(packed("c", 8).pad(v)); });
  };
  REQUIRE(of(dtype::f32, infinity) == "ok");
  REQUIRE(of(dtype::f32, -7) == "ok");
  REQUIRE(of(dtype::u8, 255) == "ok");
  REQUIRE(of(dtype::i64, index_t{1} << 40) == "ok");
  REQUIRE(
      of(dtype::f32, 0.5) ==
      "E068 layout of h: the padding is no value of f32; give a whole number that is one, of at "
      "most 2^40, or an infinity");
  REQUIRE(of(dtype::f32, (1 << 24) + 1).starts_with("E068 layout of h: the padding is no value"));
  REQUIRE(of(dtype::u8, 256) ==
          "E068 layout of h: the padding is no value of u8; give a whole number that is one, of at "
          "most 2^40");
  for (padding_value const v : {padding_value(-1), padding_value(infinity)}) {
    REQUIRE(of(dtype::u8, v).starts_with("E068 layout of h: the padding is no value of u8"));
  }
  REQUIRE(of(dtype::i64, (index_t{1} << 41)).starts_with("E068"));
  REQUIRE(of(dtype::f64, std::numeric_limits<double>::quiet_NaN()).starts_with("E068"));
}

TEST_CASE("what is wrong with layout is said", "[schedule][layout]") {
  REQUIRE(
      wrong([](schedule& s) { s.layout(ordered("c", "r")); }) ==
      "E068 layout of v: the memory of an output belongs to the caller; cache_write, and stages of "
      "their own, have memory of the kernel");
  REQUIRE(wrong([](schedule& s) { s["h"].layout(packed("x", 8)); }) ==
          "E027 layout of h: it has no dimension x; dimensions: r, c");
  REQUIRE(wrong([](schedule& s) {
            s["h"].layout(packed("c", 8));
            s["h"].layout(ordered("c", "r"));
          }) == "E068 layout of h: it has an order already; give the one that is meant");
  REQUIRE(wrong([](schedule& s) {
            s["h"].align_storage("r", 32);
            s["h"].layout(ordered("c", "r"));
          }) == "E068 layout of h: align_storage has set a stride of the old order; say it after");
  REQUIRE(wrong([](schedule& s) {
            s["h"].split("c", 4);
            s["h"].layout(packed("c", 8).pad(0));
          }) ==
          "E068 layout of h: its padding has points beyond the end of c, which is split or no "
          "serial loop now; give the padding first");
  REQUIRE(wrong([](schedule& s) { s["h"].layout(memory_order{}); }) ==
          "E068 layout of h: an order names dimensions; row-major is there");
  REQUIRE(wrong([](schedule& s) {
            s["h"].split("c", 4);
            s["h"].layout(packed("c", 8));
          }) == "ok");
}

// SPDX-License-Identifier: Apache-2.0
//
// What a sum can become inside of loops: never less than any of its values, and known before them.
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// Loops i < 10 and j < n - i around, and the extent n of an operand.
struct nest {
  program_builder b{};
  context open{};
  affine n{}, i{}, j{};

  constexpr nest() {
    auto const x = b.operand("x", dtype::f32, {-1});
    n = b.extent(x, 0);
    i = loop("i", constant(10));
    j = loop("j", n - i);
  }
  constexpr auto loop(char const* name, affine const& extent) -> affine {
    auto const a = b.axis(name, extent);
    open.open(a, b.p.add(extent));
    return b.at(a);
  }
  constexpr auto bound(affine const& a) -> pass::bound { return pass::bound_extent(b.p, open, a); }
  constexpr auto is(affine const& a, affine const& most) -> bool {
    auto const found = bound(a);
    return found.known && found.value == most;
  }
};

constexpr auto bounds_loops() -> bool {
  nest w{};
  bool const constant_loops = w.is(w.i * 3 + 4, constant(31)) && w.is(w.i * -1 + 8, constant(8));
  // j is below n - i, which is most for the first i.
  return constant_loops && w.is(w.n - w.i, w.n) && w.is(w.j + 1, w.n);
}
constexpr auto bounds_extrema() -> bool {
  nest w{};
  program& p = w.b.p;
  affine const varied = w.n - w.i * 8;
  return w.is(minimum(p, constant(8), varied), constant(8)) &&
         w.is(maximum(p, constant(8), varied), maximum(p, constant(8), w.n)) &&
         // What is subtracted is bounded from the other side.
         w.is(w.n - minimum(p, w.i, w.j), w.n) && w.is(w.n - maximum(p, w.i, w.j), w.n);
}
constexpr auto bounds_quotients() -> bool {
  nest w{};
  program& p = w.b.p;
  return w.is(floor_div(p, w.n - w.i, constant(4)), floor_div(p, w.n, constant(4))) &&
         w.is(floor_mod(p, w.j, w.n) + w.n, w.n * 2 - 1);
}
constexpr auto knows_what_it_does_not_know() -> bool {
  nest w{};
  auto const free = w.b.at(w.b.axis("free", constant(5)));
  return !w.bound(w.n + free).known && !w.bound(w.n - floor_div(w.b.p, w.j, w.n)).known;
}
}  // namespace

TEST_CASE("loops are at their end, or their start where they are subtracted",
          "[pass][bound_extent]") {
  STATIC_REQUIRE(bounds_loops());
}

TEST_CASE("of a minimum the lesser bound, of a maximum the greater", "[pass][bound_extent]") {
  STATIC_REQUIRE(bounds_extrema());
}

TEST_CASE("quotients and remainders", "[pass][bound_extent]") {
  STATIC_REQUIRE(bounds_quotients());
}

TEST_CASE("nothing is known of variables outside, and of quotients that are subtracted",
          "[pass][bound_extent]") {
  STATIC_REQUIRE(knows_what_it_does_not_know());
}

TEST_CASE("a type's promise does not bound what the call gives", "[pass][bound_extent]") {
  nest w{};
  w.b.p.symbols[0].at_most = 1000;
  REQUIRE(w.is(w.n - w.i, constant(1000)));
  auto const most = pass::bound_at_call(w.b.p, w.open, w.n - w.i);
  REQUIRE(most.known);
  REQUIRE(most.value == w.n);
  REQUIRE(w.b.p.symbols[0].at_most == 1000);
}

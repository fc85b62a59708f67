// SPDX-License-Identifier: Apache-2.0
//
// The part of a buffer that accesses touch: it covers every access, and is no larger than it must
// be where terms are correlated.
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;
using pass::range;
using pass::ranges;
using pass::region;

namespace {

struct world {
  program_builder b{};
  context open{};
  ranges known{};
  handle const buffer = b.operand("x", dtype::f32, {100});

  // A loop that is open: its variable is a number.
  auto fixed(char const* name) -> affine {
    auto const a = b.axis(name, constant(10));
    open.open(a, b.p.add(constant(10)));
    return b.at(a);
  }
  // A variable with the values low .. low + span.
  auto moving(char const* name, affine const& low, index_t span) -> affine {
    auto const a = b.axis(name, constant(span + 1));
    known.known[a] = true;
    known.of[a] = range{.low = low, .span = constant(span)};
    return b.at(a);
  }
  void cover(region& r, affine const& index) {
    tir::access a{.buffer = buffer, .rank = 1};
    a.index[0] = b.p.add(index);
    substitution const none{};
    pass::cover(b.p, open, known, none, a, r);
  }
};

}  // namespace

TEST_CASE("one access at a variable is its range", "[pass][footprint]") {
  world w{};
  auto const o = w.fixed("o");
  auto const i = w.moving("i", o * 8, 7);
  region r{};
  w.cover(r, i);
  REQUIRE_FALSE(r.dim[0].whole);
  REQUIRE(r.dim[0].low == o * 8);
  REQUIRE(r.dim[0].span == constant(7));
}

TEST_CASE("factors and signs scale it", "[pass][footprint]") {
  world w{};
  auto const i = w.moving("i", constant(2), 7);
  region forward{};
  w.cover(forward, i * 3 + 1);
  REQUIRE(forward.dim[0].low == constant(7));
  REQUIRE(forward.dim[0].span == constant(21));
  region backward{};
  w.cover(backward, i * -1 + 20);
  REQUIRE(backward.dim[0].low == constant(11));
  REQUIRE(backward.dim[0].span == constant(7));
}

TEST_CASE("accesses at constant distances join", "[pass][footprint]") {
  world w{};
  auto const o = w.fixed("o");
  auto const i = w.moving("i", o * 4, 3);
  region r{};
  for (index_t const d : {1, 0, 2}) w.cover(r, i + d);
  REQUIRE(r.dim[0].low == o * 4);
  REQUIRE(r.dim[0].span == constant(5));
}

TEST_CASE("what cancels does not inflate the span", "[pass][footprint][subtlety]") {
  world w{};
  auto const o = w.fixed("o");
  auto const i = w.moving("i", o * 64, 63);
  region r{};
  w.cover(r, i - o * 64);
  REQUIRE(r.dim[0].low == constant(0));
  REQUIRE(r.dim[0].span == constant(63));
}

TEST_CASE("divisions and remainders of a range", "[pass][footprint][subtlety]") {
  world w{};
  auto const o = w.fixed("o");
  auto const i = w.moving("i", o * 8, 7);
  region quotient{};
  w.cover(quotient, floor_div(w.b.p, i, constant(4)));
  REQUIRE(quotient.dim[0].low == o * 2);
  REQUIRE(quotient.dim[0].span == constant(1));
  region rest{};
  w.cover(rest, floor_mod(w.b.p, i, constant(3)));
  REQUIRE(rest.dim[0].low == constant(0));
  REQUIRE(rest.dim[0].span == constant(2));
}

TEST_CASE("nothing is known of data, and of variables without a range",
          "[pass][footprint][subtlety]") {
  world w{};
  auto const free = w.b.at(w.b.axis("free", constant(5)));
  region r{};
  w.cover(r, free);
  REQUIRE(r.dim[0].whole);
  region data{};
  w.cover(data, loaded(w.b.p, w.b.load(w.buffer, {constant(0)})));
  REQUIRE(data.dim[0].whole);
}

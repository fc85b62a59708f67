// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

using namespace ashlar;
using namespace ashlar::tests;

namespace {

auto sums_in_lanes(dtype type = dtype::f32, index_t row = 16) -> program {
  return scheduled(product(4, 4, 4 * row, type), [row](schedule& s) { s.vectorize("k", row); });
}

auto folds(program const& p) -> int {
  int n = 0;
  for (auto const& e : p.exprs) n += e.op == opcode::reduce_lanes ? 1 : 0;
  return n;
}

}  // namespace

TEST_CASE("a row of partial sums is folded in lanes", "[pass][fold_lanes][golden]") {
  program p = sums_in_lanes();
  pass::fold_lanes(p, 32);
  REQUIRE(folds(p) == 1);
  require_same(sums_in_lanes(), p);
  auto const text = show(after(sums_in_lanes(), "settle registers"));
  REQUIRE(text == golden("pass/fold_lanes/row.tir", text));
}

TEST_CASE("lanes are as many as a vector has", "[pass][fold_lanes]") {
  for (int const bytes : {16, 32, 64}) {
    program p = sums_in_lanes();
    pass::fold_lanes(p, bytes);
    for (auto const& e : p.exprs) {
      if (e.op == opcode::reduce_lanes) REQUIRE(e.c == bytes / 4);
    }
    require_same(sums_in_lanes(), p);
  }
}

TEST_CASE("no vector of a row is left out, and none is added twice", "[pass][fold_lanes]") {
  for (index_t const row : {8, 24, 40, 56}) {
    program p = sums_in_lanes(dtype::f32, row);
    pass::fold_lanes(p, 32);
    REQUIRE(folds(p) == 1);
    require_same(sums_in_lanes(dtype::f32, row), p);
  }
}

TEST_CASE("only where sums may be reassociated", "[pass][fold_lanes]") {
  program p = sums_in_lanes();
  p.allowed.reassociate = false;
  pass::fold_lanes(p, 32);
  REQUIRE(folds(p) == 0);
}

TEST_CASE("a reduction of an operand is left alone", "[pass][fold_lanes]") {
  program p = product(4, 4, 64);
  program const before = p;
  pass::fold_lanes(p, 32);
  REQUIRE(p == before);
}

TEST_CASE("folding twice is folding once", "[pass][fold_lanes]") {
  program p = sums_in_lanes(dtype::f64);
  pass::fold_lanes(p, 32);
  program const once = p;
  pass::fold_lanes(p, 32);
  REQUIRE(p == once);
}

// SPDX-License-Identifier: Apache-2.0
#include "random_sum.hpp"

#include <ashlar/tir/index.hpp>
#include <catch2/catch_test_macros.hpp>

namespace ashlar::tests {
namespace {

constexpr auto new_axis(program& p, char const* name, affine const& extent) -> affine {
  return variable(p, p.add(axis{.name = name, .extent = extent}));
}

TEST_CASE("a quotient of a split axis is its outer loop", "[tir][index]") {
  constexpr bool ok = [] {
    program p{};
    affine const outer = new_axis(p, "io", constant(9));
    affine const inner = new_axis(p, "ii", constant(32));
    affine const i = outer * 32 + inner;
    return floor_div(p, i, constant(32)) == outer && floor_mod(p, i, constant(32)) == inner &&
           floor_div(p, i, constant(64)) != floor_div(p, outer, constant(64)) &&
           floor_mod(p, i, constant(8)) == floor_mod(p, inner, constant(8));
  }();
  STATIC_REQUIRE(ok);
}

TEST_CASE("equal expressions are equal values", "[tir][index]") {
  program p{};
  affine const i = new_axis(p, "i", constant(10));
  affine const j = new_axis(p, "j", constant(10));
  CHECK(minimum(p, i, j) == minimum(p, i, j));
  CHECK(product(p, i, j + 1) == product(p, i, j + 1));
  CHECK(floor_div(p, i * 3, constant(2)) == floor_div(p, i * 3, constant(2)));
  CHECK(floor_div(p, i * 3, constant(2)) != floor_mod(p, i * 3, constant(2)));
  CHECK(minimum(p, i, i + 1) == i);
  CHECK(maximum(p, i, i + 1) == i + 1);
}

TEST_CASE("random expressions have the value of their tree", "[tir][index]") {
  for (unsigned seed = 0; seed < 1500; ++seed) {
    random_sums r(seed);
    int const root = r.grow(3);
    affine const sum = r.build(root);
    int wrong = 0;
    r.for_all([&](point const& x) {
      bool ok = true;
      if (value_at(r.p, sum, x, ok) != r.naive(root, x)) ++wrong;
    });
    INFO("seed " << seed);
    REQUIRE(wrong == 0);
  }
}

TEST_CASE("division by a sum keeps its value, too", "[tir][index]") {
  random_sums r(1);
  affine const by = symbol_value(r.p, 1) + 1;
  affine const n = variable(r.p, 0) * 5 - 7;
  affine const q = floor_div(r.p, n, by);
  affine const rest = floor_mod(r.p, n, by);
  r.for_all([&](point const& x) {
    bool ok = true;
    auto const at = [&](affine const& a) { return value_at(r.p, a, x, ok); };
    CHECK(at(q) * at(by) + at(rest) == at(n));
    CHECK((at(rest) >= 0 && at(rest) < at(by)));
  });
}

TEST_CASE("substitution is composition", "[tir][index]") {
  for (unsigned seed = 0; seed < 400; ++seed) {
    random_sums r(seed);
    int const root = r.grow(3);
    affine const sum = r.build(root);
    // a -> c + 1, which is in the range of a; the others stay.
    substitution s{};
    s.bind(0, variable(r.p, 2) + 1);
    affine const after = substitute(r.p, sum, s);
    int wrong = 0;
    r.for_all([&](point x) {
      bool ok = true;
      auto const composed = value_at(r.p, after, x, ok);
      x.variable[0] = x.variable[2] + 1;
      if (composed != r.naive(root, x)) ++wrong;
    });
    INFO("seed " << seed);
    REQUIRE(wrong == 0);
    REQUIRE_FALSE(any_variable(r.p, after, [](int v) { return v == 0; }));
  }
}

TEST_CASE("data is found wherever it hides in a sum", "[tir][index]") {
  program p{};
  affine const i = new_axis(p, "i", constant(10));
  auto const value = p.add(expr{.op = opcode::constant, .type = dtype::i32, .bits = 1});
  affine const loaded = multiple(intern(p, atom_kind::loaded, value));
  CHECK(depends_on_data(p, loaded + i));
  CHECK(depends_on_data(p, minimum(p, i, floor_div(p, loaded, constant(3)))));
  CHECK_FALSE(depends_on_data(p, minimum(p, i, floor_div(p, i, constant(3)))));
}

}  // namespace
}  // namespace ashlar::tests

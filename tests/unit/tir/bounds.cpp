// SPDX-License-Identifier: Apache-2.0
#include "random_sum.hpp"

#include <ashlar/tir/bounds.hpp>
#include <catch2/catch_test_macros.hpp>

#include <limits>

namespace ashlar::tests {
namespace {

// The smallest and the largest value of a sum where every fact holds.
struct range {
  std::int64_t low = std::numeric_limits<std::int64_t>::max();
  std::int64_t high = std::numeric_limits<std::int64_t>::min();
  auto has_points() const -> bool { return low <= high; }
};

auto enumerate(random_sums& r, int root, int fact) -> range {
  range all{};
  r.for_all([&](point const& x) {
    if (fact >= 0 && r.naive(fact, x) < 0) return;
    std::int64_t const v = r.naive(root, x);
    if (v < all.low) all.low = v;
    if (v > all.high) all.high = v;
  });
  return all;
}

TEST_CASE("what is proved is true at every point", "[tir][bounds]") {
  int proved = 0;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    random_sums r(seed);
    int const root = r.grow(seed % 4 == 0 ? 3 : 2);
    affine const sum = r.build(root);
    range const all = enumerate(r, root, -1);
    INFO("seed " << seed);
    if (always_nonnegative(r.p, r.inside, sum)) {
      ++proved;
      REQUIRE(all.low >= 0);
    }
    if (always_nonnegative(r.p, r.inside, sum * -1)) REQUIRE(all.high <= 0);
  }
  CHECK(proved >
        2500);  // of some 3,100 that are true: a prover which gives up proves nothing wrong
}

// k * d * floor(x / d) - k * x + c is within d of c: where the prover has to be exact.
TEST_CASE("a quotient times its divisor is bounded to the last unit", "[tir][bounds]") {
  using op = random_sums::op;
  int proved = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    random_sums r(seed);
    auto const add = [&](random_sums::node const& n) {
      r.tree.push_back(n);
      return static_cast<int>(r.tree.size()) - 1;
    };
    int const d = r.draw(2, 4);
    int const k = r.draw(0, 1) == 0 ? -1 : 2;
    int const x = r.grow(1);
    int const quotient = add({.kind = op::div, .number = d, .lhs = x});
    int const product = add({.kind = op::scale, .number = k * d, .lhs = quotient});
    int const linear = add({.kind = op::scale, .number = k, .lhs = x});
    int const rest = add({.kind = op::sub, .lhs = product, .rhs = linear});
    int const c = add({.kind = op::constant, .number = r.draw(-2, 2 * d)});
    int const root = add({.kind = op::add, .lhs = rest, .rhs = c});
    affine const sum = r.build(root);
    INFO("seed " << seed);
    if (!always_nonnegative(r.p, r.inside, sum)) continue;
    ++proved;
    REQUIRE(enumerate(r, root, -1).low >= 0);
  }
  CHECK(proved > 800);
}

TEST_CASE("what is proved from a fact is true wherever the fact holds", "[tir][bounds]") {
  int proved = 0;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    random_sums r(seed);
    int const fact = r.grow(2);
    // The fact once or twice, and something else: what a guard leaves to be shown.
    r.tree.push_back({.kind = random_sums::op::scale, .number = r.draw(1, 2), .lhs = fact});
    int const scaled = static_cast<int>(r.tree.size()) - 1;
    int const other = r.grow(1);
    r.tree.push_back({.kind = random_sums::op::add, .lhs = scaled, .rhs = other});
    int const root = static_cast<int>(r.tree.size()) - 1;
    affine const sum = r.build(root);
    bool const alone = always_nonnegative(r.p, r.inside, sum);
    r.inside.facts.push_back(r.build(fact));
    if (!always_nonnegative(r.p, r.inside, sum)) continue;
    if (!alone) ++proved;
    range const all = enumerate(r, root, fact);
    INFO("seed " << seed);
    REQUIRE((!all.has_points() || all.low >= 0));
  }
  CHECK(proved > 200);
}

TEST_CASE("no value is above the upper bound", "[tir][bounds]") {
  constexpr std::int64_t unknown = -1'000'000;
  int known = 0;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    random_sums r(seed);
    int const root = r.grow(seed % 4 == 0 ? 3 : 2);
    affine const sum = r.build(root);
    auto const bound = upper_bound(r.p, r.inside, sum, unknown);
    if (bound == unknown) continue;
    ++known;
    range const all = enumerate(r, root, -1);
    INFO("seed " << seed << ", bound " << bound);
    REQUIRE((!all.has_points() || all.high <= bound));
  }
  CHECK(known > 1000);
}

// A loop nest over m rows in blocks of 8, as lowering builds it.
struct blocked {
  program p{};
  context inside{};
  affine m{}, io{}, ii{};

  constexpr explicit blocked(std::int64_t at_most = -1) {
    p.symbols.push_back(symbol{.buffer = 0, .at_most = at_most});
    m = symbol_value(p, 0);
    auto const outer = p.add(axis{.name = "io", .extent = ceil_div(p, m, 8)});
    auto const inner = p.add(axis{.name = "ii", .extent = constant(8)});
    io = variable(p, outer);
    ii = variable(p, inner);
    inside.open(outer, p.add(ceil_div(p, m, 8)));
    inside.open(inner, p.add(constant(8)));
  }
  constexpr auto proves(affine const& a) -> bool { return always_nonnegative(p, inside, a); }
};

TEST_CASE("what lowering relies on is proved, in constant evaluation", "[tir][bounds]") {
  STATIC_REQUIRE([] {
    blocked b{};
    affine const i = b.io * 8 + b.ii;
    bool const block_starts_inside = b.proves(b.m - b.io * 8 - 1);
    bool const index_is_nonnegative = b.proves(i);
    bool const needs_guard = !b.proves(b.m - i - 1);
    bool const cancels = b.proves(i + 3 - i);
    return block_starts_inside && index_is_nonnegative && needs_guard && cancels;
  }());
  STATIC_REQUIRE([] {
    blocked b{};
    b.inside.facts.push_back(b.m - b.io * 8 - 8);  // this block is full
    return b.proves(b.m - b.io * 8 - b.ii - 1);
  }());
  STATIC_REQUIRE([] {
    blocked b(100);
    return upper_bound(b.p, b.inside, b.io, -1) >= 12 && upper_bound(b.p, b.inside, b.m, -1) == 100;
  }());
}

// Bounds by numbers alone would be 3.75: what is rounded down is below 4 all the same.
TEST_CASE("the row of a lane of a fused loop", "[tir][bounds]") {
  blocked b(100);
  auto const lanes = b.p.add(axis{.name = "l", .extent = constant(16)});
  b.inside.open(lanes, b.p.add(constant(16)));
  affine const lane = variable(b.p, lanes);
  affine const row = floor_div(b.p, lane, constant(4));
  CHECK(b.proves(constant(3) - row));
  CHECK_FALSE(b.proves(constant(2) - row));
  CHECK(b.proves(lane * 3 - row * 8 + 5));
}

TEST_CASE("a clipped loop stays inside", "[tir][bounds]") {
  blocked b{};
  auto const left = minimum(b.p, constant(8), b.m - b.io * 8);
  b.inside.open(1, b.p.add(left));
  CHECK(b.proves(b.m - b.io * 8 - b.ii - 1));
  CHECK(b.proves(constant(7) - b.ii));
  CHECK_FALSE(b.proves(b.m - b.io * 8 - b.ii - 2));
}

}  // namespace
}  // namespace ashlar::tests

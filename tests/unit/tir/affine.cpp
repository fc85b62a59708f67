// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/affine.hpp>
#include <catch2/catch_test_macros.hpp>

#include <map>
#include <random>

namespace ashlar::tir {
namespace {

// The same sum as a map from atoms, with -1 for the constant.
using reference = std::map<int, std::int64_t>;

auto as_map(affine const& a) -> reference {
  reference r;
  if (a.offset != 0) r[-1] = a.offset;
  int last = -1;
  for (auto const& t : a.terms) {
    REQUIRE(t.atom > last);
    REQUIRE(t.coef != 0);
    last = t.atom;
    r[t.atom] = t.coef;
  }
  return r;
}

auto add(reference a, reference const& b, std::int64_t scale) -> reference {
  for (auto const& [atom, coef] : b) a[atom] += scale * coef;
  std::erase_if(a, [](auto const& entry) { return entry.second == 0; });
  return a;
}

TEST_CASE("terms are sorted, and cancel", "[tir][affine]") {
  STATIC_REQUIRE(multiple(3) + multiple(1, 2) == multiple(1, 2) + multiple(3));
  STATIC_REQUIRE(multiple(3) - multiple(3) == constant(0));
  STATIC_REQUIRE((multiple(3, 4) + 7).is_constant() == false);
  STATIC_REQUIRE((multiple(3, 4) + 7 - multiple(3, 4)).is_constant(7));
  STATIC_REQUIRE(multiple(3, 0) == constant(0));
  STATIC_REQUIRE((multiple(2) + 1) * 3 == multiple(2, 3) + 3);
  STATIC_REQUIRE((multiple(2) + 1) * 0 == constant(0));
  STATIC_REQUIRE(coefficient(multiple(2, 5) + multiple(4), 2) == 5);
  STATIC_REQUIRE(coefficient(multiple(2, 5), 3) == 0);
}

TEST_CASE("random arithmetic agrees with a map of coefficients", "[tir][affine]") {
  std::mt19937 random(11);
  auto const draw = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (int trial = 0; trial < 2000; ++trial) {
    affine sum{};
    reference expected;
    for (int step = 0; step < 10; ++step) {
      affine part = constant(draw(-5, 5));
      for (int t = draw(0, 2); t > 0; --t) part = part + multiple(draw(0, 7), draw(-3, 3));
      int const scale = draw(-3, 3);
      expected = add(expected, as_map(part), scale);
      sum = add_scaled(sum, part, scale);
      REQUIRE(as_map(sum) == expected);
    }
  }
}

TEST_CASE("division rounds down, and the remainder is not negative", "[tir][affine]") {
  for (std::int64_t n = -40; n <= 40; ++n) {
    for (std::int64_t d = 1; d <= 9; ++d) {
      std::int64_t const q = floor_div(n, d);
      CHECK(q * d <= n);
      CHECK(n < (q + 1) * d);
      CHECK(floor_mod(n, d) == n - q * d);
    }
  }
}

}  // namespace
}  // namespace ashlar::tir

// SPDX-License-Identifier: Apache-2.0
//
// argmax, argmin and monoids of the user, under schedules that split and reorder them.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto positions = [](auto most, auto least, auto x) {
  most(i) = ash::argmax(j, x(i, j));
  least(i) = ash::argmin(j, x(i, j));
};
constexpr auto over_rows = [](auto most, auto x) { most(j) = ash::argmax(i, x(i, j)); };
constexpr auto in_grid = [](auto most, auto x) { most() = ash::argmax(i, j, x(i, j)); };

constexpr auto gcd_like = ash::monoid{0, [](auto a, auto b) { return ash::max(a, b) - 0 * a; }};
constexpr auto first_nonzero =
    ash::monoid{0, [](auto a, auto b) { return ash::select(a != 0, a, b); }, false};
constexpr auto user = [](auto y, auto z, auto x) {
  y(i) = ash::reduce(gcd_like, j, ash::abs(x(i, j)));
  z(i) = ash::reduce(first_nonzero, j, x(i, j));
};

constexpr auto in_vectors = [](ash::schedule& s) {
  auto const [o, in] = s.split("i", 4);
  s.reorder(o, in, "j");
  s.vectorize("j", 8, ash::tail::mask);
};

auto few_values(std::uint64_t n) -> double { return static_cast<double>(scramble(n) % 3); }
auto with_nan(std::uint64_t n) -> double { return scramble(n) % 23 == 0 ? NAN : few_values(n); }
auto mostly_zero(std::uint64_t n) -> double {
  return scramble(n) % 8 == 0 ? static_cast<double>(n % 100) : 0;
}

TEST_CASE("of equal values the first, of NaN the first", "[backend][kernel]") {
  auto const y = like<std::int64_t, dyn>(7);
  for (int const n : {1, 2, 40}) {
    agree<positions>(y, y, filled<float, dyn, dyn>(few_values, 7, n));
    agree<positions>(y, y, filled<float, dyn, dyn>(with_nan, 7, n));
    agree<over_rows, in_vectors>(like<std::int64_t, dyn>(n),
                                 filled<double, dyn, dyn>(with_nan, 7, n));
  }
}

TEST_CASE("positions in a grid count in row-major order", "[backend][kernel]") {
  for (int const n : {1, 9}) {
    agree<in_grid>(like<std::int64_t>(), filled<std::int32_t, dyn, dyn>(few_values, 4, n));
  }
}

TEST_CASE("monoids of the user", "[backend][kernel]") {
  for (int const n : {0, 1, 45}) {
    auto const y = like<std::int32_t, 6>();
    agree<user>(y, y, filled<std::int32_t, 6, dyn>(mostly_zero, n));
  }
}

}  // namespace

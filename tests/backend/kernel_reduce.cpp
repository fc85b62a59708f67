// SPDX-License-Identifier: Apache-2.0
//
// Reductions: by the default schedule and by others, with extents 0 and 1 among them.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto rows = [](auto total, auto most, auto least, auto x) {
  total(i) = ash::sum(j, x(i, j));
  most(i) = ash::max(j, x(i, j));
  least(i) = ash::min(j, x(i, j));
};
constexpr auto columns = [](auto total, auto most, auto x) {
  total(j) = ash::sum(i, x(i, j));
  most(j) = ash::max(i, x(i, j));
};
constexpr auto whole = [](auto y, auto x) { y() = ash::prod(i, j, x(i, j)); };
constexpr auto scaled = [](auto y, auto x, auto w) {
  y(i) = ash::sum(j, x(i, j) * w(j)) / 2 + w(i % 3);
};
constexpr auto flags = [](auto some, auto each, auto x) {
  some(i) = ash::any(j, x(i, j));
  each(i) = ash::all(j, x(i, j));
};

auto ones_and_twos(std::uint64_t n) -> double { return scramble(n) % 7 == 0 ? -2 : 1; }
auto with_nan(std::uint64_t n) -> double {
  auto const r = scramble(n) % 40;
  return r == 0 ? NAN : r == 1 ? -0.0 : r == 2 ? INFINITY : r == 3 ? -INFINITY : 0;
}
auto mostly_true(std::uint64_t n) -> double { return scramble(n) % 50 == 0 ? 0 : 1; }
auto mostly_false(std::uint64_t n) -> double { return scramble(n) % 50 == 0 ? 1 : 0; }

TEST_CASE("rows and columns of f32", "[backend][kernel]") {
  for (int const m : {0, 1, 5}) {
    for (int const n : {0, 1, 15, 16, 131}) {
      auto const y = like<float, dyn>(m);
      agree<rows>(y, y, y, like<float, dyn, dyn>(m, n));
      auto const z = like<float, dyn>(n);
      agree<columns>(z, z, like<float, dyn, dyn>(m, n));
      agree<columns>(z, z, filled<float, dyn, dyn>(with_nan, m, n));
    }
  }
  auto const y = like<float, dyn>(9);
  auto const x = filled<float, dyn, 67>(with_nan, 9);
  agree<rows>(y, y, y, x);
}

TEST_CASE("a product over two axes to an operand without dimensions", "[backend][kernel]") {
  for (int const n : {0, 1, 33}) {
    agree<whole>(like<double>(), filled<double, dyn, dyn>(ones_and_twos, 5, n));
    agree<whole>(like<std::int32_t>(), filled<std::int32_t, 3, dyn>(ones_and_twos, n));
  }
}

TEST_CASE("what follows a reduction", "[backend][kernel]") {
  for (int const n : {3, 40})
    agree<scaled>(like<float, 7>(), like<float, 7, dyn>(n), like<float, dyn>(n));
}

TEST_CASE("any and all", "[backend][kernel]") {
  for (int const n : {0, 1, 70}) {
    auto const y = like<bool, 6>();
    agree<flags>(y, y, filled<bool, 6, dyn>(mostly_true, n));
    agree<flags>(y, y, filled<bool, 6, dyn>(mostly_false, n));
  }
}

}  // namespace

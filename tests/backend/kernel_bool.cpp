// SPDX-License-Identifier: Apache-2.0
//
// Comparisons, logic and choices: bool in and out, masks that meet lanes of other sizes.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto compare = [](auto e, auto n, auto l, auto m, auto g, auto h, auto x, auto z) {
  e(i) = x(i) == z(i);
  n(i) = x(i) != z(i);
  l(i) = x(i) < z(i);
  m(i) = x(i) <= z(i);
  g(i) = x(i) > z(i);
  h(i) = x(i) >= z(i);
};

constexpr auto logic = [](auto a, auto b, auto c, auto d, auto p, auto q, auto x) {
  a(i) = p(i) && !q(i);
  b(i) = (p(i) || q(i)) != (x(i) > 0);
  c(i) = p(i) == q(i);
  d(i) = ash::select(p(i), q(i), x(i) <= 1);
};

constexpr auto choose = [](auto y, auto z, auto f, auto g, auto flag) {
  y(i) = ash::select(flag(i), f(i), -f(i));
  z(i) = ash::select(f(i) > 1 && g(i) < 2, g(i), ash::cast<double>(f(i)));
};

constexpr auto counted = [](auto y, auto x) {
  y(i) = ash::cast<std::uint8_t>(x(i) > 1) + ash::cast<std::uint8_t>(x(i) > 2);
};

auto with_nan(std::uint64_t n) -> double { return scramble(n) % 7 == 0 ? NAN : small_integers(n); }

TEST_CASE("comparisons give bool", "[backend][kernel]") {
  for (int const n : {1, 7, 90}) {
    auto const y = like<bool, dyn>(n);
    auto const x = filled<float, dyn>(with_nan, n);
    auto const b = like<std::uint8_t, dyn>(n);
    agree<compare, in_lanes<16>{}>(y, y, y, y, y, y, x, x);
    agree<compare, in_lanes<32>{}>(y, y, y, y, y, y, b, b);
  }
}

TEST_CASE("comparisons of wide integers, by the default schedule", "[backend][kernel]") {
  auto const y = like<bool, 43>();
  auto const x = like<std::int64_t, 43>();
  agree<compare>(y, y, y, y, y, y, x, x);
}

TEST_CASE("logic on bool", "[backend][kernel]") {
  for (int const n : {1, 90}) {
    auto const y = like<bool, dyn>(n);
    agree<logic, in_lanes<8>{}>(y, y, y, y, y, y, like<double, dyn>(n));
    agree<logic>(y, y, y, y, y, y, like<std::int8_t, dyn>(n));
  }
}

TEST_CASE("choices among values of other sizes than the condition's", "[backend][kernel]") {
  for (int const n : {1, 90}) {
    auto const f = like<float, dyn>(n);
    auto const g = like<double, dyn>(n);
    agree<choose, in_lanes<8>{}>(f, g, f, g, like<bool, dyn>(n));
    agree<counted>(like<std::uint8_t, dyn>(n), g);
  }
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
//
// Every operation on floats, outside of vectors and in them.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

// Halves, both zeros, infinities, NaN, subnormals and large numbers among small ones.
auto any_float(std::uint64_t n) -> double {
  constexpr double rare[] = {0.0,    -0.0, INFINITY, -INFINITY, NAN, 1e-310,
                             -1e-40, 1e30, 0.5,      -2.5,      3.5};
  auto const r = scramble(n);
  return r % 3 == 0 ? rare[(r >> 8) % 11] : static_cast<double>((r >> 8) % 4001) / 16 - 125;
}

constexpr auto arithmetic = [](auto sum, auto difference, auto product, auto quotient, auto least,
                               auto most, auto fused, auto x, auto z) {
  sum(i) = x(i) + z(i);
  difference(i) = x(i) - z(i);
  product(i) = x(i) * z(i);
  quotient(i) = x(i) / z(i);
  least(i) = ash::min(x(i), z(i));
  most(i) = ash::max(x(i), z(i));
  fused(i) = ash::fma(x(i), z(i), x(i));
};

constexpr auto unary = [](auto negative, auto size, auto root, auto low, auto high, auto near,
                          auto kept, auto limited, auto x) {
  negative(i) = -x(i);
  size(i) = ash::abs(x(i));
  root(i) = ash::sqrt(x(i));
  low(i) = ash::floor(x(i));
  high(i) = ash::ceil(x(i));
  near(i) = ash::round(x(i));
  kept(i) = ash::relu(x(i));
  limited(i) = ash::clamp(x(i), -1, 2.5);
};

constexpr auto bounds = [](auto a, auto b, auto c, auto d, auto e, auto f, auto x) {
  a(i) = ash::max(x(i), -0.0);
  b(i) = ash::min(x(i), 0.0);
  c(i) = ash::min(x(i), -0.0);
  d(i) = ash::max(-3, x(i));
  e(i) = ash::min(7, x(i));
  f(i) = ash::max(0.0, x(i));
};

template <class T, auto Schedule> void all_of(int n) {
  auto const o = like<T, dyn>(n);
  auto const x = filled<T, dyn>(any_float, n);
  agree<arithmetic, Schedule>(o, o, o, o, o, o, o, x, x);
  agree<unary, Schedule>(o, o, o, o, o, o, o, o, x);
  agree<bounds, Schedule>(o, o, o, o, o, o, x);
}

TEST_CASE("operations on f32 are those of the definition, special values among them",
          "[backend][kernel]") {
  for (int const n : {0, 1, 3, 200}) all_of<float, in_lanes<8>{}>(n);
  auto const o = like<float, dyn>(77);
  auto const x = filled<float, dyn>(any_float, 77);
  agree<arithmetic, one_by_one>(o, o, o, o, o, o, o, x, x);
}

TEST_CASE("operations on f64 are those of the definition", "[backend][kernel]") {
  for (int const n : {0, 1, 3, 200}) all_of<double, in_lanes<8>{}>(n);
}

}  // namespace

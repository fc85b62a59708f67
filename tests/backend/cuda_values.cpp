// SPDX-License-Identifier: Apache-2.0
//
// What a thread of a GPU's kernel computes: types, operations, functions, loads and stores; run on
// this processor by tests/support/emulate_cuda.
#include "cuda_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto axpy = [](auto y, auto x, auto z) { y(i) = 3 * x(i) + z(i); };
constexpr auto scaled = [](auto y, auto a, auto x) { y(i) = a * x(i); };
constexpr auto integers = [](auto q, auto r, auto m, auto a, auto b) {
  q(i) = a(i) / b(i);
  r(i) = a(i) % b(i) + a(i) * b(i) - ash::abs(a(i));
  m(i) = ash::max(ash::min(a(i), b(i)), -a(i)) + ((a(i) & 5) << 2) - ((~b(i) >> 1) ^ (a(i) | 2));
};
constexpr auto casts = [](auto c, auto w, auto f, auto x) {
  c(i) = ash::cast<std::int8_t>(x(i) * 100);
  w(i) = ash::cast<std::uint16_t>(ash::cast<std::int32_t>(x(i)));
  f(i) = ash::cast<double>(x(i) > 0);
};
constexpr auto bounds = [](auto lo, auto hi, auto z, auto x, auto y) {
  lo(i) = ash::min(x(i), y(i));
  hi(i) = ash::max(x(i), y(i));
  z(i) = ash::max(x(i), 0) + ash::min(x(i), 6) + ash::max(-0.0F, x(i)) + ash::min(0.0F, y(i));
};
constexpr auto truths = [](auto t, auto v, auto x, auto b) {
  t(i) = (x(i) < 2 && !b(i)) || x(i) == 4;
  v(i) = ash::select(b(i), x(i), -x(i));
};
constexpr auto rounding = [](auto a, auto b, auto c, auto d, auto x) {
  a(i) = ash::floor(x(i) / 4);
  b(i) = ash::ceil(x(i) / 4);
  c(i) = ash::round(x(i) / 2);
  d(i) = ash::sqrt(ash::abs(x(i)) * 2) / 3;
};
constexpr auto growth = [](auto e, auto l, auto r, auto p, auto x) {
  e(i) = ash::exp(x(i));
  l(i) = ash::log(ash::abs(x(i)));
  r(i) = ash::rsqrt(ash::abs(x(i)));
  p(i) = ash::pow(ash::abs(x(i)), 1.5);
};
constexpr auto curves = [](auto t, auto s, auto f, auto u, auto v, auto x) {
  t(i) = ash::tanh(x(i));
  s(i) = ash::sigmoid(x(i));
  f(i) = ash::erf(x(i));
  u(i) = ash::sin(x(i));
  v(i) = ash::cos(x(i));
};
constexpr auto outside = [](auto a, auto b, auto c, auto x) {
  a(i) = ash::zero(x)(i - 2) + ash::zero(x)(i + 1);
  b(i) = ash::constant(x, 7)(i - 1) - ash::constant(x, 3)(2 * i);
  c(i) = ash::clamp(x)(i - 3) + ash::reflect(x)(i + 1);
};
constexpr auto gathered = [](auto y, auto z, auto table, auto index) {
  y(i) = table(index(i)) + 1;
  z(i) = ash::constant(table, -9)(index(i) - 2);
};
auto below_ten(std::uint64_t n) -> double { return static_cast<double>(scramble(n) % 10); }
auto between(std::uint64_t n) -> double {
  return static_cast<double>(scramble(n) % 200001) / 10000 - 10;
}
auto special(std::uint64_t n) -> double {
  double const inf = std::numeric_limits<double>::infinity();
  double const all[] = {0.0, -0.0, 1, -1, inf, -inf, std::nan(""), 6, 1e-40, -1e-40, 7};
  return all[scramble(n) % std::size(all)];
}

TEST_CASE("blocks, threads and lanes, of any number of elements", "[backend][cuda]") {
  for (int const n : {0, 1, 31, 64, 203}) {
    auto const x = like<float, dyn>(n);
    agree_on_gpu<axpy, on_grid<16, 4>{}>(x, x, x);
    auto const s = like<std::int16_t, dyn>(n);
    agree_on_gpu<axpy, on_grid<8, 1>{}>(s, s, s);
  }
  auto const x = like<double, 96>();
  agree_on_gpu<axpy, on_grid<16, 2>{}>(x, x, x);
}

TEST_CASE("numbers go to a GPU by value", "[backend][cuda]") {
  agree_on_gpu<scaled, on_grid<8, 4>{}>(like<float, dyn>(50), like<float>(), like<float, dyn>(50));
  agree_on_gpu<scaled, on_grid<8, 1>{}>(like<std::int8_t, dyn>(9), like<std::int8_t>(),
                                        like<std::int8_t, dyn>(9));
}

TEST_CASE("integers on a GPU", "[backend][cuda]") {
  auto const all = []<class T>(T) {
    auto const x = like<T, dyn>(90);
    agree_on_gpu<integers, on_grid<8, 4>{}>(x, x, x, x, x);
  };
  all(std::int32_t{});
  all(std::uint8_t{});
  all(std::int64_t{});
}

TEST_CASE("conversions and truth values on a GPU", "[backend][cuda]") {
  agree_on_gpu<casts, on_grid<8, 2>{}>(like<std::int8_t, dyn>(77), like<std::uint16_t, dyn>(77),
                                       like<double, dyn>(77), filled<float, dyn>(special, 77));
  auto const b = like<bool, dyn>(77);
  agree_on_gpu<truths, on_grid<8, 4>{}>(b, like<float, dyn>(77), like<float, dyn>(77), b);
}

TEST_CASE("bounds of special values on a GPU", "[backend][cuda]") {
  auto const y = like<float, dyn>(300);
  auto const x = filled<float, dyn>(special, 300);
  agree_on_gpu<bounds, on_grid<8, 4>{}>(y, y, y, x, x);
  auto const v = like<double, dyn>(300);
  auto const u = filled<double, dyn>(special, 300);
  agree_on_gpu<bounds, on_grid<8, 2>{}>(v, v, v, u, u);
}

TEST_CASE("rounding and functions on a GPU", "[backend][cuda]") {
  auto const y = like<float, dyn>(120);
  agree_on_gpu<rounding, on_grid<8, 4>{}>(y, y, y, y, y);
  auto const x = filled<float, dyn>(between, 120);
  agree_on_gpu<growth, on_grid<8, 4>{}, 4>(y, y, y, y, x);
  agree_on_gpu<curves, on_grid<8, 4>{}, 4>(y, y, y, y, y, x);
}

TEST_CASE("elements outside, and indices that are loaded, on a GPU", "[backend][cuda]") {
  for (int const n : {2, 9, 70}) {
    auto const y = like<float, dyn>(n);
    agree_on_gpu<outside, on_grid<8, 4>{}>(y, y, y, y);
    agree_on_gpu<gathered, on_grid<8, 4>{}>(y, y, like<float, 10>(),
                                            filled<std::int64_t, dyn>(below_ten, n));
  }
}

}  // namespace

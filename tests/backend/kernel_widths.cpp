// SPDX-License-Identifier: Apache-2.0
//
// Integers of several widths in one nest: saturated, rounded and widened on the way; and the two
// types that kernel_integer.cpp leaves out, i16 and u32, in every operation.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

template <class T> auto ends(std::uint64_t n) -> double {
  constexpr double top = static_cast<double>(std::numeric_limits<T>::max());
  constexpr double low = static_cast<double>(std::numeric_limits<T>::lowest());
  constexpr double rare[] = {0, -1, 1, 127, 128, -128, -129, 255, 256, 32767, -32768, 65535, low};
  auto const r = scramble(n);
  double const v = r % 3 == 0 ? top : rare[(r >> 8) % 13];
  return v > top ? top : v < low ? low : v;
}

constexpr auto saturated = [](auto b, auto h, auto w, auto u, auto n, auto m) {
  b(i) = ash::saturate_cast<std::int8_t>(n(i));
  h(i) = ash::saturate_cast<std::uint16_t>(n(i));
  w(i) = ash::saturate_cast<std::int32_t>(m(i));
  u(i) = ash::saturate_cast<std::uint8_t>(ash::saturate_cast<std::int16_t>(m(i)));
};

TEST_CASE("saturated between widths and signs", "[backend][kernel]") {
  constexpr int n = 77;
  agree<saturated, in_lanes<8>{}>(like<std::int8_t, dyn>(n), like<std::uint16_t, dyn>(n),
                                  like<std::int32_t, dyn>(n), like<std::uint8_t, dyn>(n),
                                  filled<std::int32_t, dyn>(ends<std::int32_t>, n),
                                  filled<std::uint32_t, dyn>(ends<std::uint32_t>, n));
}

constexpr auto quantized = [](auto q, auto back, auto low, auto x, auto scale) {
  q(i) = ash::saturate_cast<std::uint8_t>(ash::round(x(i) / scale()) + 128.0f);
  back(i) = (ash::cast<float>(q(i)) - 128.0f) * scale();
  low(i) = ash::cast<std::int16_t>(ash::floor(x(i))) + ash::cast<std::int16_t>(ash::ceil(x(i)));
};
auto fractions(std::uint64_t n) -> double {
  constexpr double rare[] = {NAN, INFINITY, -INFINITY, 0.125, 0.375, -0.125, 1e9, -1e9};
  auto const r = scramble(n);
  return r % 4 == 0 ? rare[(r >> 8) % 8] : static_cast<double>((r >> 8) % 800) / 8 - 50;
}

TEST_CASE("quantized with rounding, and back", "[backend][kernel]") {
  constexpr int n = 61;
  agree<quantized>(like<std::uint8_t, dyn>(n), like<float, dyn>(n), like<std::int16_t, dyn>(n),
                   filled<float, dyn>(fractions, n),
                   filled<float>([](std::uint64_t) { return 0.25; }));
}

template <class To> struct widening {
  constexpr void operator()(auto y, auto a, auto b) const {
    y(i, j) = ash::sum(k, ash::cast<To>(a(i, k)) * ash::cast<To>(b(k, j)));
  }
  friend constexpr auto operator==(widening, widening) -> bool = default;
};

TEST_CASE("products are accumulated in a wider type", "[backend][kernel]") {
  using i8 = std::int8_t;
  using u8 = std::uint8_t;
  agree<widening<std::int32_t>{}>(like<std::int32_t, 4, 33>(), filled<u8, 4, 9>(ends<u8>),
                                  filled<i8, 9, 33>(ends<i8>));
  agree<widening<std::int64_t>{}>(like<std::int64_t, dyn, dyn>(3, 20),
                                  filled<std::int16_t, dyn, dyn>(ends<std::int16_t>, 3, 7),
                                  filled<std::uint32_t, dyn, dyn>(ends<std::uint32_t>, 7, 20));
}

constexpr auto arithmetic = [](auto y, auto z, auto w, auto truth, auto x, auto v) {
  y(i) = x(i) + v(i) * x(i) - ash::max(x(i), v(i)) / 7;
  z(i) = x(i) / v(i) + x(i) % v(i) + ash::min(x(i), v(i));
  w(i) = ash::select(x(i) > v(i), -ash::abs(x(i)), ash::fma(x(i), v(i), 3));
  truth(i) = x(i) <= v(i) || x(i) == 7;
};
template <class T> void all_of() {
  for (int const n : {3, 70}) {
    auto const y = like<T, dyn>(n);
    auto const x = filled<T, dyn>(ends<T>, n);
    agree<arithmetic, in_lanes<8>{}>(y, y, y, like<bool, dyn>(n), x, x);
  }
}

TEST_CASE("i16 and u32", "[backend][kernel]") {
  all_of<std::int16_t>();
  all_of<std::uint32_t>();
}

}  // namespace

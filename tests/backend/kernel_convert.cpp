// SPDX-License-Identifier: Apache-2.0
//
// Conversions in vectors between element types of every size: truncation, saturation, NaN.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto widths = [](auto f, auto d, auto b, auto h, auto w, auto q, auto x) {
  f(i) = ash::cast<float>(x(i));
  d(i) = ash::cast<double>(x(i));
  b(i) = ash::cast<std::uint8_t>(x(i));
  h(i) = ash::cast<std::int16_t>(x(i));
  w(i) = ash::cast<std::int32_t>(x(i));
  q(i) = ash::cast<std::int64_t>(x(i));
};
constexpr auto others = [](auto t, auto b, auto h, auto w, auto q, auto x) {
  t(i) = ash::cast<bool>(x(i));
  b(i) = ash::cast<std::int8_t>(x(i));
  h(i) = ash::cast<std::uint16_t>(x(i));
  w(i) = ash::cast<std::uint32_t>(x(i));
  q(i) = ash::cast<std::uint64_t>(x(i));
};
constexpr auto chain = [](auto y, auto x) {
  y(i) = ash::cast<std::uint8_t>(ash::cast<std::int32_t>(ash::cast<double>(x(i)) * 40.5)) + 3;
};

auto numbers(std::uint64_t n) -> double {
  constexpr double rare[] = {NAN, INFINITY, -INFINITY, 1e30, -1e30, 255.5, -0.0, 2147483648.0};
  auto const r = scramble(n);
  return r % 4 == 0 ? rare[(r >> 8) % 8] : static_cast<double>((r >> 8) % 70000) / 8 - 500;
}
auto integers(std::uint64_t n) -> double {
  return static_cast<double>(scramble(n) % 100000) - 50000;
}

template <class From, int Lanes> void all_from(filler fill, int n) {
  auto const x = filled<From, dyn>(fill, n);
  agree<widths, in_lanes<Lanes>{}>(like<float, dyn>(n), like<double, dyn>(n),
                                   like<std::uint8_t, dyn>(n), like<std::int16_t, dyn>(n),
                                   like<std::int32_t, dyn>(n), like<std::int64_t, dyn>(n), x);
  agree<others, in_lanes<Lanes>{}>(like<bool, dyn>(n), like<std::int8_t, dyn>(n),
                                   like<std::uint16_t, dyn>(n), like<std::uint32_t, dyn>(n),
                                   like<std::uint64_t, dyn>(n), x);
}

TEST_CASE("from floats", "[backend][kernel]") {
  for (int const n : {1, 77}) {
    all_from<float, 8>(numbers, n);
    all_from<double, 4>(numbers, n);
  }
}

TEST_CASE("from integers", "[backend][kernel]") {
  for (int const n : {1, 77}) {
    all_from<std::int64_t, 8>(integers, n);
    all_from<bool, 8>(small_integers, n);
  }
}

TEST_CASE("types of three sizes in one statement, by the default schedule", "[backend][kernel]") {
  for (int const n : {1, 100}) agree<chain>(like<std::uint8_t, dyn>(n), like<std::int16_t, dyn>(n));
}

}  // namespace

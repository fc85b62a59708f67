// SPDX-License-Identifier: Apache-2.0
//
// Every operation on integers of each size, at the ends of their ranges and with divisors of 0.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto arithmetic = [](auto sum, auto difference, auto product, auto quotient,
                               auto remainder, auto least, auto most, auto mixed, auto x, auto z) {
  sum(i) = x(i) + z(i);
  difference(i) = x(i) - z(i);
  product(i) = x(i) * z(i);
  quotient(i) = x(i) / z(i);
  remainder(i) = x(i) % z(i);
  least(i) = ash::min(x(i), z(i));
  most(i) = ash::max(x(i), z(i));
  mixed(i) = -ash::abs(x(i)) + ash::fma(x(i), z(i), 3) / 7 % 5;
};

// By constants: what Highway multiplies, and what it divides.
constexpr auto by_constants = [](auto third, auto rest, auto eighth, auto negative, auto x) {
  third(i) = x(i) / 3;
  rest(i) = x(i) % 100;
  eighth(i) = x(i) / 8 + x(i) % 8;
  negative(i) = x(i) / 1 + x(i) % 1;
};
constexpr auto by_negatives = [](auto y, auto x) { y(i) = x(i) / -3 + x(i) % -5 + x(i) / -1; };

constexpr auto bits = [](auto both, auto shifted, auto x, auto z) {
  both(i) = (x(i) & z(i)) - (x(i) | 3) + (x(i) ^ ~z(i));
  shifted(i) = (x(i) << 3) + (z(i) >> 5) - (x(i) >> 7) + (z(i) << 0);
};

template <class T> auto ends(std::uint64_t n) -> double {
  constexpr double rare[] = {0, -1, 1, 7, double(std::numeric_limits<T>::lowest()), 100, -100};
  constexpr double top = sizeof(T) < 8 ? double(std::numeric_limits<T>::max()) : 1e15;
  auto const r = scramble(n);
  double const v = r % 2 == 0 ? rare[(r >> 8) % 7] : r % 3 == 0 ? top : double((r >> 8) % 128);
  return std::is_unsigned_v<T> && v < 0 ? top : v;
}

template <class T> void all_of() {
  for (int const n : {1, 100}) {
    auto const y = like<T, dyn>(n);
    auto const x = filled<T, dyn>(ends<T>, n);
    agree<arithmetic, in_lanes<8>{}>(y, y, y, y, y, y, y, y, x, x);
    agree<by_constants, in_lanes<16>{}>(y, y, y, y, x);
    agree<bits, in_lanes<16>{}>(y, y, x, x);
    if constexpr (std::is_signed_v<T>) agree<by_negatives, in_lanes<16>{}>(y, x);
  }
}

TEST_CASE("signed integers", "[backend][kernel]") {
  all_of<std::int8_t>();
  all_of<std::int32_t>();
  all_of<std::int64_t>();
}

TEST_CASE("unsigned integers", "[backend][kernel]") {
  all_of<std::uint8_t>();
  all_of<std::uint16_t>();
  all_of<std::uint64_t>();
}

}  // namespace

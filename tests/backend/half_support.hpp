// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/half_support: kernels on f16 and bf16, and values, for processors and for GPUs.
#pragma once

#include "kernel_support.hpp"

namespace kernel_tests {

/// Values at which rounding has something to decide, of all sizes, subnormals, infinities and NaN.
inline auto any_value(std::uint64_t n) -> double {
  constexpr double rare[] = {NAN, INFINITY, -INFINITY, 65504, -65520, 0x1p-24, -0x1.8p-25, -0.0};
  auto const r = scramble(n);
  if (r % 5 == 0) return rare[(r >> 8) % 8];
  return std::ldexp(static_cast<double>((r >> 8) % 8192) - 4096,
                    static_cast<int>(r >> 40) % 24 - 20);
}

inline constexpr auto mixed = [](auto y, auto z, auto w, auto x, auto v) {
  y(i) = x(i) * 1.25f + v(i);
  z(i) = ash::cast<ash::bfloat16>(x(i) - v(i)) * 3.0f;
  w(i) = ash::cast<double>(v(i)) + ash::cast<double>(ash::cast<ash::float16>(x(i)));
};
inline constexpr auto moved = [](auto y, auto z, auto x) {
  y(i) = ash::constant(x, 2.5f)(i - 3);
  z(i) = ash::select(i % 2 == 0, x(i), 1.0f / 3.0f);
};

}  // namespace kernel_tests

// SPDX-License-Identifier: Apache-2.0
//
// core/overflow: sums and products that say whether they fit, or stop at the largest number.
//
//   *_wraps     true if the result does not fit; `r` is then what is left of it modulo 2^64
//   source      Warren, Hacker's Delight, 2-13
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

namespace ashlar {

/// r = a + b.
constexpr auto add_wraps(std::int64_t a, std::int64_t b, std::int64_t& r) -> bool {
  r = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  return ((a ^ r) & (b ^ r)) < 0;
}

/// r = a - b.
constexpr auto subtract_wraps(std::int64_t a, std::int64_t b, std::int64_t& r) -> bool {
  r = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
  return ((a ^ b) & (a ^ r)) < 0;
}

/// r = a * b. The built-in function is none that nvcc evaluates while it compiles.
constexpr auto multiply_wraps(std::int64_t a, std::int64_t b, std::int64_t& r) -> bool {
  if (!std::is_constant_evaluated()) return __builtin_mul_overflow(a, b, &r);
  r = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  if (b == 0) return false;
  if (b == -1) return a != 0 && a == r;
  return r / b != a;
}

/// a + b for a, b >= 0; the largest number where that does not fit.
constexpr auto saturating_sum(std::int64_t a, std::int64_t b) -> std::int64_t {
  std::int64_t sum = 0;
  return add_wraps(a, b, sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

/// a * b for a, b >= 0; the same.
constexpr auto saturating_product(std::int64_t a, std::int64_t b) -> std::int64_t {
  std::int64_t product = 0;
  return multiply_wraps(a, b, product) ? std::numeric_limits<std::int64_t>::max() : product;
}

}  // namespace ashlar

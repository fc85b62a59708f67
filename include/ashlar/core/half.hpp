// SPDX-License-Identifier: Apache-2.0
//
// core/half: the two 16-bit floating point formats, by their bits; C++20 has no type for them.
//
//   f16     1 sign, 5 exponent and 10 fraction bits: IEEE 754 binary16
//   bf16    1 sign, 8 exponent and 7 fraction bits: the upper half of a float
//   takes   a float, or the 16 bits
//   returns the nearest value, ties to even; overflow gives infinity; a NaN stays one, with the
//           upper bits of its payload, and is quiet where that costs nothing: as F16C does it
//   source  IEEE 754-2019, 4.3.1; the formats of ONNX's FLOAT16 and BFLOAT16
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace ashlar {

/// The float with the value of a bfloat16; always exact.
constexpr auto bf16_to_f32(std::uint16_t h) -> float {
  return std::bit_cast<float>(static_cast<std::uint32_t>(h) << 16U);
}

/// The bfloat16 nearest to a float.
constexpr auto f32_to_bf16(float f) -> std::uint16_t {
  auto const u = std::bit_cast<std::uint32_t>(f);
  if ((u & 0x7fffffffU) > 0x7f800000U) return static_cast<std::uint16_t>((u >> 16U) | 0x40U);
  std::uint32_t const half_less_one = 0x7fffU + ((u >> 16U) & 1U);
  return static_cast<std::uint16_t>((u + half_less_one) >> 16U);
}

/// The float with the value of a binary16; always exact.
constexpr auto f16_to_f32(std::uint16_t h) -> float {
  std::uint32_t const sign = (h & 0x8000U) << 16U;
  std::uint32_t const rest = h & 0x7fffU;
  if (rest > 0x7c00U) return std::bit_cast<float>(sign | 0x7fc00000U | ((rest & 0x3ffU) << 13U));
  if (rest == 0x7c00U) return std::bit_cast<float>(sign | 0x7f800000U);
  if (rest >= 0x400U) return std::bit_cast<float>(sign | ((rest << 13U) + (112U << 23U)));
  float const magnitude = static_cast<float>(rest) * 0x1p-24F;  // subnormal: a multiple of 2^-24
  return sign != 0 ? -magnitude : magnitude;
}

/// The binary16 nearest to a float.
constexpr auto f32_to_f16(float f) -> std::uint16_t {
  auto const u = std::bit_cast<std::uint32_t>(f);
  auto const sign = static_cast<std::uint16_t>((u >> 16U) & 0x8000U);
  std::uint32_t const rest = u & 0x7fffffffU;
  if (rest > 0x7f800000U)
    return static_cast<std::uint16_t>(sign | 0x7e00U | ((rest >> 13U) & 0x3ffU));
  if (rest >= 0x477ff000U) return static_cast<std::uint16_t>(sign | 0x7c00U);  // 65520 and above
  // Below 2^-14 the results are multiples of 2^-24, and then there are fewer bits to keep.
  std::uint32_t const exponent = rest >> 23U;
  if (exponent < 102U) return sign;  // below 2^-25: rounds to zero
  std::uint32_t const drop = exponent >= 113U ? 13U : 126U - exponent;
  std::uint32_t const fraction =
      exponent >= 113U ? rest - (112U << 23U) : ((rest & 0x7fffffU) | 0x800000U);
  std::uint32_t const half_less_one = (1U << (drop - 1U)) - 1U + ((fraction >> drop) & 1U);
  return static_cast<std::uint16_t>(sign | ((fraction + half_less_one) >> drop));
}

/// A double as a float that a second rounding, to 16 bits, takes to where one would have gone:
/// what is not exact gets the neighbour whose last bit is 1.
constexpr auto f64_to_odd_f32(double d) -> float {
  // C++ leaves the conversion of what is beyond the largest float undefined.
  constexpr double limit = 0x1.ffffffp127;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  if (d >= limit || d <= -limit) return d > 0 ? infinity : -infinity;
  auto const f = static_cast<float>(d);
  auto const u = std::bit_cast<std::uint32_t>(f);
  bool const inexact = d == d && static_cast<double>(f) != d && (u & 0x7fffffffU) < 0x7f800000U;
  if (!inexact) return f;
  bool const is_beyond = d < 0 ? static_cast<double>(f) < d : static_cast<double>(f) > d;
  return std::bit_cast<float>((is_beyond ? u - 1U : u) | 1U);
}

}  // namespace ashlar

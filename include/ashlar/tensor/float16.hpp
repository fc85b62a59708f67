// SPDX-License-Identifier: Apache-2.0
//
// tensor/float16: the element types of 16-bit floating point, which C++20 has not.
//
//   float16      IEEE 754 binary16: 11 significant bits, up to 65504
//   bfloat16     the upper half of a float: 8 significant bits, and its range
//   takes        a number, rounded once to nearest, ties to even
//   returns      a float, by conversion: all arithmetic is that of floats
//   invariants   two bytes, trivially copyable; a value-initialised one is +0
#pragma once

#include <ashlar/core/half.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace ashlar {

struct float16 {
  std::uint16_t bits = 0;

  constexpr float16() = default;
  explicit constexpr float16(float v) : bits(f32_to_f16(v)) {}
  explicit constexpr float16(double v) : bits(f32_to_f16(f64_to_odd_f32(v))) {}
  explicit constexpr float16(std::integral auto v) : float16(static_cast<float>(v)) {}
  /// The value with this pattern.
  static constexpr auto of_bits(std::uint16_t pattern) -> float16 {
    float16 h{};
    h.bits = pattern;
    return h;
  }
  constexpr operator float() const {  // NOLINT(google-explicit-constructor): always exact
    return f16_to_f32(bits);
  }
};

struct bfloat16 {
  std::uint16_t bits = 0;

  constexpr bfloat16() = default;
  explicit constexpr bfloat16(float v) : bits(f32_to_bf16(v)) {}
  explicit constexpr bfloat16(double v) : bits(f32_to_bf16(f64_to_odd_f32(v))) {}
  explicit constexpr bfloat16(std::integral auto v) : bfloat16(static_cast<float>(v)) {}
  /// The value with this pattern.
  static constexpr auto of_bits(std::uint16_t pattern) -> bfloat16 {
    bfloat16 h{};
    h.bits = pattern;
    return h;
  }
  constexpr operator float() const {  // NOLINT(google-explicit-constructor): always exact
    return bf16_to_f32(bits);
  }
};

static_assert(sizeof(float16) == 2 && std::is_trivially_copyable_v<float16>);
static_assert(sizeof(bfloat16) == 2 && std::is_trivially_copyable_v<bfloat16>);

}  // namespace ashlar

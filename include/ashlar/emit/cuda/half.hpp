// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/half: f16 and bf16 of a thread, whose values are patterns of 16 bits, to numbers and
// back.
//
//   widened<From>(v)   the float with the value of a pattern
//   narrowed<To>(v)    a number as a pattern, rounded once, to nearest even
//   invariants         bit for bit core/half.hpp on a processor and on a GPU, but that a NaN has
//                      the bits which the machine gives it
//   why PTX            cuda_fp16.h and cuda_bf16.h cost 0.6 s in each file, for four conversions
#pragma once

#include <ashlar/emit/cuda/math.hpp>
#include <ashlar/tensor/dtype.hpp>

#if !defined(__CUDA_ARCH__)
#include <ashlar/core/half.hpp>
#endif

namespace ashlar::emit::cuda {
inline namespace ASHLAR_ISA {

using half_bits = std::uint16_t;

#if defined(__CUDA_ARCH__)

ASHLAR_DEVICE auto f16_of(float v) -> half_bits {
  half_bits h;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(h) : "f"(v));
  return h;
}
ASHLAR_DEVICE auto bf16_of(float v) -> half_bits {
  half_bits h;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(h) : "f"(v));
  return h;
}
ASHLAR_DEVICE auto float_of_f16(half_bits h) -> float {
  float v;
  asm("cvt.f32.f16 %0, %1;" : "=f"(v) : "h"(h));
  return v;
}
ASHLAR_DEVICE auto float_of_bf16(half_bits h) -> float {
  return __uint_as_float(static_cast<unsigned>(h) << 16);
}
// What is not exact gets a last bit of 1, so that a second rounding goes where one would have.
ASHLAR_DEVICE auto odd_float(double v) -> float {
  float const toward = __double2float_rz(v);
  bool const is_exact = static_cast<double>(toward) == v || !(v == v);
  return is_exact ? toward : __uint_as_float(__float_as_uint(toward) | 1U);
}

#else

ASHLAR_DEVICE auto f16_of(float v) -> half_bits { return f32_to_f16(v); }
ASHLAR_DEVICE auto bf16_of(float v) -> half_bits { return f32_to_bf16(v); }
ASHLAR_DEVICE auto float_of_f16(half_bits h) -> float { return f16_to_f32(h); }
ASHLAR_DEVICE auto float_of_bf16(half_bits h) -> float { return bf16_to_f32(h); }
ASHLAR_DEVICE auto odd_float(double v) -> float { return f64_to_odd_f32(v); }

#endif

template <dtype From> ASHLAR_DEVICE auto widened(half_bits h) -> float {
  if constexpr (From == dtype::bf16)
    return float_of_bf16(h);
  else
    return float_of_f16(h);
}

template <dtype To, class T> ASHLAR_DEVICE auto narrowed(T v) -> half_bits {
  if constexpr (std::is_same_v<T, double>)
    return narrowed<To>(odd_float(v));
  else if constexpr (!std::is_same_v<T, float>)
    return narrowed<To>(converted<float>(v));
  else if constexpr (To == dtype::bf16)
    return bf16_of(v);
  else
    return f16_of(v);
}

/// A constant, which code on the GPU may ask for.
template <dtype D> inline constexpr bool is_half_type = is_half(D);

/// A value of one element type as one of another.
template <dtype To, dtype From, class T> ASHLAR_DEVICE auto cast_to(T v) {
  if constexpr (To == From)
    return v;
  else if constexpr (is_half_type<From>)
    return cast_to<To, dtype::f32>(widened<From>(v));
  else if constexpr (is_half_type<To>)
    return narrowed<To>(v);
  else
    return converted<type_of<To>>(v);
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::cuda

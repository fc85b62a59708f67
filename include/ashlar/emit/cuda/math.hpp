// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/math: what one operation does to values of a thread.
//
//   arithmetic  as emit/simd/scalar_lane.hpp defines it: each operation is rounded by itself,
//               whatever nvcc's -fmad says, and only fma is fused; integers wrap, x / 0 is 0;
//               min and max are those of IEEE 754-2019; float to integer saturates
//   functions   those of the CUDA library at full precision, with the special values of C Annex F.
//               Errors for f32, in units of the last place, as CUDA states them: exp 2, log 1,
//               tanh 2, erf 2, sin and cos 2, pow 4, rsqrt 2; sigmoid 4
//   on a CPU    emulated kernels use the processor's arithmetic and the functions of its C library
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/tir/opcode.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#if !defined(__CUDA_ARCH__)
#include <ashlar/emit/simd/scalar_lane.hpp>
#endif

namespace ashlar::emit::cuda {
inline namespace ASHLAR_ISA {

template <class T> inline constexpr bool is_real = std::is_floating_point_v<T>;

// --- what has no sign, wraps

template <class T>
using unsigned_of = std::make_unsigned_t<
    std::conditional_t<std::is_same_v<T, float>, std::int32_t,
                       std::conditional_t<std::is_same_v<T, double>, std::int64_t, T>>>;

template <class T>
using wrapping = std::conditional_t<(sizeof(T) < 4), std::uint32_t, unsigned_of<T>>;

#if defined(__CUDA_ARCH__)

// The intrinsics are never contracted.
ASHLAR_DEVICE auto rounded_add(float a, float b) -> float { return __fadd_rn(a, b); }
ASHLAR_DEVICE auto rounded_add(double a, double b) -> double { return __dadd_rn(a, b); }
ASHLAR_DEVICE auto rounded_mul(float a, float b) -> float { return __fmul_rn(a, b); }
ASHLAR_DEVICE auto rounded_mul(double a, double b) -> double { return __dmul_rn(a, b); }
ASHLAR_DEVICE auto rounded_div(float a, float b) -> float { return __fdiv_rn(a, b); }
ASHLAR_DEVICE auto rounded_div(double a, double b) -> double { return __ddiv_rn(a, b); }
ASHLAR_DEVICE auto rounded_sqrt(float a) -> float { return __fsqrt_rn(a); }
ASHLAR_DEVICE auto rounded_sqrt(double a) -> double { return __dsqrt_rn(a); }
ASHLAR_DEVICE auto fused(float a, float b, float c) -> float { return __fmaf_rn(a, b, c); }
ASHLAR_DEVICE auto fused(double a, double b, double c) -> double { return __fma_rn(a, b, c); }
ASHLAR_DEVICE auto inverse_sqrt(float a) -> float { return ::rsqrtf(a); }
ASHLAR_DEVICE auto inverse_sqrt(double a) -> double { return ::rsqrt(a); }
ASHLAR_DEVICE auto nearest_even(float a) -> float { return ::rintf(a); }
ASHLAR_DEVICE auto nearest_even(double a) -> double { return ::rint(a); }

#else

template <class T> ASHLAR_DEVICE auto rounded_add(T a, T b) -> T { return simd::lane::add(a, b); }
template <class T> ASHLAR_DEVICE auto rounded_mul(T a, T b) -> T { return simd::lane::mul(a, b); }
template <class T> ASHLAR_DEVICE auto rounded_div(T a, T b) -> T { return a / b; }
template <class T> ASHLAR_DEVICE auto rounded_sqrt(T a) -> T { return simd::lane::sqrt(a); }
template <class T> ASHLAR_DEVICE auto fused(T a, T b, T c) -> T { return simd::lane::fma(a, b, c); }
template <class T> ASHLAR_DEVICE auto inverse_sqrt(T a) -> T { return T(1) / std::sqrt(a); }
template <class T> ASHLAR_DEVICE auto nearest_even(T a) -> T { return simd::lane::round_even(a); }

#endif

// --- arithmetic

template <class T> ASHLAR_DEVICE auto add(T a, T b) -> T {
  if constexpr (is_real<T>)
    return rounded_add(a, b);
  else
    return static_cast<T>(static_cast<wrapping<T>>(a) + static_cast<wrapping<T>>(b));
}
template <class T> ASHLAR_DEVICE auto neg(T a) -> T {
  if constexpr (is_real<T>)
    return -a;
  else
    return static_cast<T>(wrapping<T>(0) - static_cast<wrapping<T>>(a));
}
template <class T> ASHLAR_DEVICE auto sub(T a, T b) -> T { return add(a, neg(b)); }
template <class T> ASHLAR_DEVICE auto mul(T a, T b) -> T {
  if constexpr (is_real<T>)
    return rounded_mul(a, b);
  else
    return static_cast<T>(static_cast<wrapping<T>>(a) * static_cast<wrapping<T>>(b));
}
template <class T> ASHLAR_DEVICE auto div(T a, T b) -> T {
  if constexpr (is_real<T>) {
    return rounded_div(a, b);
  } else {
    if (b == T(0)) return T(0);
    if constexpr (std::is_signed_v<T>) {
      if (b == T(-1)) return neg(a);
    }
    return static_cast<T>(a / b);
  }
}
template <class T> ASHLAR_DEVICE auto rem(T a, T b) -> T {
  if constexpr (std::is_same_v<T, float>)
    return ::fmodf(a, b);
  else if constexpr (is_real<T>)
    return ::fmod(a, b);
  else
    return sub(a, mul(div(a, b), b));
}
template <class T> ASHLAR_DEVICE auto fma(T a, T b, T c) -> T {
  if constexpr (is_real<T>)
    return fused(a, b, c);
  else
    return add(mul(a, b), c);
}
template <class T> ASHLAR_DEVICE auto abs(T a) -> T {
  if constexpr (std::is_same_v<T, float>)
    return ::fabsf(a);
  else if constexpr (is_real<T>)
    return ::fabs(a);
  else if constexpr (std::is_signed_v<T>)
    return a < T(0) ? neg(a) : a;
  else
    return a;
}

// --- minimum and maximum: NaN if either is, and -0 below +0

template <class T> ASHLAR_DEVICE auto bits_of(T a) -> unsigned_of<T> {
  return __builtin_bit_cast(unsigned_of<T>, a);
}
template <class T> ASHLAR_DEVICE auto minimum(T a, T b) -> T {
  if constexpr (!is_real<T>) {
    return a < b ? a : b;
  } else {
    if (a == b) return __builtin_bit_cast(T, static_cast<unsigned_of<T>>(bits_of(a) | bits_of(b)));
    return a < b || a != a ? a : b;
  }
}
template <class T> ASHLAR_DEVICE auto maximum(T a, T b) -> T {
  if constexpr (!is_real<T>) {
    return a > b ? a : b;
  } else {
    if (a == b) return __builtin_bit_cast(T, static_cast<unsigned_of<T>>(bits_of(a) & bits_of(b)));
    return a > b || a != a ? a : b;
  }
}

// --- functions

template <class T> ASHLAR_DEVICE auto exponential(T a) -> T {
  if constexpr (std::is_same_v<T, float>)
    return ::expf(a);
  else
    return ::exp(a);
}
template <class T> ASHLAR_DEVICE auto logarithm(T a) -> T {
  if constexpr (std::is_same_v<T, float>)
    return ::logf(a);
  else
    return ::log(a);
}
/// Of the exponential of -|a|, so that nothing overflows, and small results keep their digits.
template <class T> ASHLAR_DEVICE auto sigmoid(T a) -> T {
  T const e = exponential(-abs(a));
  return rounded_div(a < T(0) ? e : T(1), rounded_add(T(1), e));
}

template <tir::opcode Op, class T> ASHLAR_DEVICE auto function_of_float(T a) -> T {
  using enum tir::opcode;
  constexpr bool is_float = std::is_same_v<T, float>;
  if constexpr (Op == exp)
    return exponential(a);
  else if constexpr (Op == log)
    return logarithm(a);
  else if constexpr (Op == sigmoid)
    return cuda::sigmoid(a);
  else if constexpr (Op == tanh)
    return is_float ? T(::tanhf(float(a))) : T(::tanh(double(a)));
  else if constexpr (Op == erf)
    return is_float ? T(::erff(float(a))) : T(::erf(double(a)));
  else if constexpr (Op == sin)
    return is_float ? T(::sinf(float(a))) : T(::sin(double(a)));
  else
    return is_float ? T(::cosf(float(a))) : T(::cos(double(a)));
}

/// An operation with one operand.
template <tir::opcode Op, class T> ASHLAR_DEVICE auto unary(T a) -> T {
  using enum tir::opcode;
  constexpr bool is_float = std::is_same_v<T, float>;
  if constexpr (Op == tir::opcode::neg)
    return cuda::neg(a);
  else if constexpr (Op == tir::opcode::abs)
    return cuda::abs(a);
  else if constexpr (Op == logical_not)
    return !a;
  else if constexpr (Op == bit_not)
    return T(~a);
  else if constexpr (Op == sqrt)
    return rounded_sqrt(a);
  else if constexpr (Op == rsqrt)
    return inverse_sqrt(a);
  else if constexpr (Op == floor)
    return is_float ? T(::floorf(float(a))) : T(::floor(double(a)));
  else if constexpr (Op == ceil)
    return is_float ? T(::ceilf(float(a))) : T(::ceil(double(a)));
  else if constexpr (Op == round)
    return nearest_even(a);
  else
    return function_of_float<Op>(a);
}

template <class T> ASHLAR_DEVICE auto power(T a, T b) -> T {
  if constexpr (std::is_same_v<T, float>)
    return ::powf(a, b);
  else
    return ::pow(a, b);
}

/// An operation with two operands of one type.
template <tir::opcode Op, class T> ASHLAR_DEVICE auto binary(T a, T b) {
  using enum tir::opcode;
  if constexpr (Op == tir::opcode::add)
    return cuda::add(a, b);
  else if constexpr (Op == tir::opcode::sub)
    return cuda::sub(a, b);
  else if constexpr (Op == tir::opcode::mul)
    return cuda::mul(a, b);
  else if constexpr (Op == tir::opcode::div)
    return cuda::div(a, b);
  else if constexpr (Op == tir::opcode::rem)
    return cuda::rem(a, b);
  else if constexpr (Op == min)
    return minimum(a, b);
  else if constexpr (Op == max)
    return maximum(a, b);
  else if constexpr (Op == pow)
    return power(a, b);
  else if constexpr (Op == eq)
    return a == b;
  else if constexpr (Op == ne)
    return a != b;
  else if constexpr (Op == lt)
    return a < b;
  else if constexpr (Op == le)
    return a <= b;
  else if constexpr (Op == gt)
    return a > b;
  else if constexpr (Op == ge)
    return a >= b;
  else if constexpr (Op == bit_and)
    return T(a & b);
  else if constexpr (Op == bit_or)
    return T(a | b);
  else if constexpr (Op == bit_xor)
    return T(a ^ b);
  else if constexpr (Op == shift_left)
    return T(std::make_unsigned_t<T>(a) << b);
  else if constexpr (Op == shift_right)
    return T(a >> b);
  else if constexpr (Op == logical_and)
    return a && b;
  else
    return a || b;
}

// --- conversions

/// The integers of a type, and the floats between which they lie: powers of two are exact, where
/// the largest integer itself is not.
template <class To, class From> struct integer_range {
  static constexpr To most = std::numeric_limits<To>::max();
  static constexpr To least = std::numeric_limits<To>::min();
  static constexpr From above =
      static_cast<From>(std::uint64_t{1} << (std::numeric_limits<To>::digits - 1)) * From(2);
  static constexpr From below = std::is_signed_v<To> ? -above : From(0);
};
template <class To, class From> ASHLAR_DEVICE auto saturated(From a) -> To {
  using range = integer_range<To, From>;
  constexpr From above = range::above;
  constexpr From below = range::below;
  constexpr To most = range::most;
  constexpr To least = range::least;
  if (!(a == a)) return To(0);
  if (a >= above) return most;
  return a <= below ? least : static_cast<To>(a);
}

template <class To, class From> ASHLAR_DEVICE auto converted(From a) -> To {
  if constexpr (std::is_same_v<To, bool>)
    return a != From(0);
  else if constexpr (is_real<From> && !is_real<To>)
    return saturated<To>(a);
  else
    return static_cast<To>(a);
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::cuda

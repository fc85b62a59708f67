// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/scalar_lane: what each primitive of a backend does to one lane. This is the definition;
// the scalar backend applies it lane by lane, the others must agree with it bit for bit.
//
//   takes       T in float, double, or an integer of 8 to 64 bits, signed or not
//   returns     integers wrap; x / 0 = 0 and x % 0 = x; INT_MIN / -1 wraps; shifts are by constants
//   invariants  no undefined behaviour for any operand; a product is rounded before it is added
//               (only fma contracts); which NaN comes out of arithmetic is not specified
//   min, max    a < b ? a : b and a > b ? a : b: the second operand if either is NaN or both are
//               zeros, as MINPS and MAXPS do in one instruction. math.hpp has minimum and maximum,
//               which propagate NaN, order -0 below +0 and so are associative and commutative
//   convert     float to integer truncates, saturates and takes NaN to 0; integers wrap; everything
//               else rounds to nearest even
//   source      IEEE 754-2019; ISO C 6.5.5 (truncating division)
#ifndef ASHLAR_EMIT_SIMD_SCALAR_LANE
#define ASHLAR_EMIT_SIMD_SCALAR_LANE

#include <ashlar/config.hpp>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {
namespace lane {

template <class T>
using unsigned_of = std::make_unsigned_t<
    std::conditional_t<std::is_same_v<T, float>, std::int32_t,
                       std::conditional_t<std::is_same_v<T, double>, std::int64_t, T>>>;
template <class T> using signed_of = std::make_signed_t<unsigned_of<T>>;

/// A type in which integer arithmetic on T wraps without promotion to a signed type.
template <class T>
using wrapping = std::conditional_t<(sizeof(T) < 4), std::uint32_t, unsigned_of<T>>;

template <class T> inline constexpr bool is_float = std::is_floating_point_v<T>;

template <class T> ASHLAR_INLINE constexpr auto wrap(T a) -> wrapping<T> {
  return static_cast<wrapping<T>>(a);
}

template <class T> ASHLAR_INLINE constexpr auto add(T a, T b) -> T {
  if constexpr (is_float<T>)
    return a + b;
  else
    return static_cast<T>(wrap(a) + wrap(b));
}

template <class T> ASHLAR_INLINE constexpr auto sub(T a, T b) -> T {
  if constexpr (is_float<T>)
    return a - b;
  else
    return static_cast<T>(wrap(a) - wrap(b));
}

ASHLAR_INLINE auto fused(float a, float b, float c) -> float { return __builtin_fmaf(a, b, c); }
ASHLAR_INLINE auto fused(double a, double b, double c) -> double { return __builtin_fma(a, b, c); }

/// With FMA a compiler may contract a * b; adding -0 inside one gives the same bits and leaves
/// nothing to contract.
template <class T> ASHLAR_INLINE constexpr auto mul(T a, T b) -> T {
  if constexpr (is_float<T> && target_has_fma)
    return fused(a, b, T(-0.0));
  else if constexpr (is_float<T>)
    return a * b;
  else
    return static_cast<T>(wrap(a) * wrap(b));
}

template <class T> ASHLAR_INLINE constexpr auto fma(T a, T b, T c) -> T {
  if constexpr (is_float<T> && target_has_fma)
    return fused(a, b, c);
  else
    return add(mul(a, b), c);
}

template <class T> ASHLAR_INLINE constexpr auto div(T a, T b) -> T {
  if constexpr (is_float<T>)
    return a / b;
  else if (b == T(0))
    return T(0);
  else if constexpr (std::is_signed_v<T>)
    return b == T(-1) ? sub(T(0), a) : static_cast<T>(a / b);
  else
    return static_cast<T>(a / b);
}

template <class T> ASHLAR_INLINE constexpr auto rem(T a, T b) -> T {
  if constexpr (std::is_same_v<T, float>)
    return __builtin_fmodf(a, b);
  else if constexpr (is_float<T>)
    return __builtin_fmod(a, b);
  else
    return sub(a, mul(div(a, b), b));
}

template <class T> ASHLAR_INLINE constexpr auto neg(T a) -> T {
  if constexpr (is_float<T>)
    return -a;
  else
    return sub(T(0), a);
}

template <class T> ASHLAR_INLINE constexpr auto abs(T a) -> T {
  if constexpr (std::is_same_v<T, float>)
    return __builtin_fabsf(a);
  else if constexpr (is_float<T>)
    return __builtin_fabs(a);
  else if constexpr (std::is_signed_v<T>)
    return a < T(0) ? neg(a) : a;
  else
    return a;
}

template <class T> ASHLAR_INLINE constexpr auto min(T a, T b) -> T { return a < b ? a : b; }

template <class T> ASHLAR_INLINE constexpr auto max(T a, T b) -> T { return a > b ? a : b; }

ASHLAR_INLINE auto sqrt(float a) -> float { return __builtin_sqrtf(a); }
ASHLAR_INLINE auto sqrt(double a) -> double { return __builtin_sqrt(a); }
ASHLAR_INLINE auto floor(float a) -> float { return __builtin_floorf(a); }
ASHLAR_INLINE auto floor(double a) -> double { return __builtin_floor(a); }
ASHLAR_INLINE auto ceil(float a) -> float { return __builtin_ceilf(a); }
ASHLAR_INLINE auto ceil(double a) -> double { return __builtin_ceil(a); }
ASHLAR_INLINE auto trunc(float a) -> float { return __builtin_truncf(a); }
ASHLAR_INLINE auto trunc(double a) -> double { return __builtin_trunc(a); }
ASHLAR_INLINE auto round_even(float a) -> float { return __builtin_nearbyintf(a); }
ASHLAR_INLINE auto round_even(double a) -> double { return __builtin_nearbyint(a); }

template <class T> ASHLAR_INLINE constexpr auto bits(T a) -> unsigned_of<T> {
  return std::bit_cast<unsigned_of<T>>(a);
}

template <class T> ASHLAR_INLINE constexpr auto bit_and(T a, T b) -> T {
  return std::bit_cast<T>(static_cast<unsigned_of<T>>(bits(a) & bits(b)));
}

template <class T> ASHLAR_INLINE constexpr auto bit_or(T a, T b) -> T {
  return std::bit_cast<T>(static_cast<unsigned_of<T>>(bits(a) | bits(b)));
}

template <class T> ASHLAR_INLINE constexpr auto bit_xor(T a, T b) -> T {
  return std::bit_cast<T>(static_cast<unsigned_of<T>>(bits(a) ^ bits(b)));
}

template <int K, class T> ASHLAR_INLINE constexpr auto shift_left(T a) -> T {
  return static_cast<T>(wrap(a) << K);
}

/// Arithmetic for signed T, logical for unsigned.
template <int K, class T> ASHLAR_INLINE constexpr auto shift_right(T a) -> T {
  return static_cast<T>(a >> K);
}

template <class To, class From> ASHLAR_INLINE constexpr auto saturate(From a) -> To {
  using limits = std::numeric_limits<To>;
  // 2^digits is a power of two and so exact in From, unlike max() itself.
  constexpr From above = static_cast<From>(std::uint64_t{1} << (limits::digits - 1)) * From(2);
  constexpr From least = std::is_signed_v<To> ? -above : From(0);
  if (!(a == a)) return To(0);
  if (a >= above) return limits::max();
  return a <= least ? limits::min() : static_cast<To>(a);
}

template <class To, class From> ASHLAR_INLINE constexpr auto convert(From a) -> To {
  if constexpr (is_float<From> && !is_float<To>)
    return saturate<To>(a);
  else
    return static_cast<To>(a);
}

}  // namespace lane
}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_SCALAR_LANE

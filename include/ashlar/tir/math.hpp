// SPDX-License-Identifier: Apache-2.0
//
// tir/math: the functions of float and double that the interpreter needs, at run time from <cmath>.
//
//   constant evaluation   floor, ceil, round_even, sqrt, abs, fmod and fma of float have forms of
//                         their own here, exact to the last bit; the others (exp, log, tanh, ...,
//                         and fma of double) are constant as far as the compiler's own <cmath> is:
//                         g++ yes, clang no. A result that is NaN, or overflows, is no constant
//                         expression in C++, so such values are for run time
//   source                square root digit by digit; fma by an exact product and rounding to odd:
//                         Boldo, Melquiond, "Emulation of FMA and correctly rounded sums", 2008
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace ashlar::tir::math {

constexpr auto sign_bit(float x) -> bool { return (std::bit_cast<std::uint32_t>(x) >> 31U) != 0; }
constexpr auto sign_bit(double x) -> bool { return (std::bit_cast<std::uint64_t>(x) >> 63U) != 0; }

constexpr auto abs(float x) -> float {
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) & 0x7fffffffU);
}
constexpr auto abs(double x) -> double {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~(std::uint64_t{1} << 63U));
}

namespace math_impl {

// x without its fraction, which must be below 2^(digits - 1); larger x have none.
template <class T> constexpr auto has_fraction(T x) -> bool {
  constexpr T limit = static_cast<T>(std::int64_t{1} << (std::numeric_limits<T>::digits - 1));
  return abs(x) < limit;
}
template <class T> constexpr auto whole(T x) -> T {
  return static_cast<T>(static_cast<std::int64_t>(x));
}
template <class T> constexpr auto signed_like(T v, T x) -> T { return sign_bit(x) ? -abs(v) : v; }

template <class T> constexpr auto floor(T x) -> T {
  if (!has_fraction(x)) return x;
  T const t = whole(x);
  return signed_like(t > x ? t - 1 : t, x);
}
template <class T> constexpr auto round_even(T x) -> T {
  if (!has_fraction(x)) return x;
  T const t = whole(abs(x));
  T const rest = abs(x) - t;
  bool const odd = (static_cast<std::int64_t>(t) & 1) != 0;
  bool const up = rest > T(0.5) || (rest == T(0.5) && odd);
  return signed_like(up ? t + 1 : t, x);
}

// The square root of m * 2^56 as an integer, and whether there is a rest.
struct root {
  std::uint64_t value = 0;
  std::uint64_t rest = 0;
};
constexpr auto integer_root(std::uint64_t m) -> root {
  root r{};
  for (int pair = 26; pair >= -28; --pair) {
    std::uint64_t const next = pair >= 0 ? (m >> static_cast<unsigned>(2 * pair)) & 3U : 0U;
    r.rest = (r.rest << 2U) | next;
    std::uint64_t const trial = (r.value << 2U) | 1U;
    bool const fits = trial <= r.rest;
    if (fits) r.rest -= trial;
    r.value = (r.value << 1U) | static_cast<std::uint64_t>(fits);
  }
  return r;
}

constexpr auto sqrt(double x) -> double {
  if (!(x > 0) || x == std::numeric_limits<double>::infinity()) {
    return x < 0 ? std::numeric_limits<double>::quiet_NaN() : x;
  }
  auto const bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<std::int64_t>(bits >> 52U) - 1075;
  std::uint64_t m = bits & 0xfffffffffffffU;
  if (exponent == -1075)
    exponent = -1074;
  else
    m |= std::uint64_t{1} << 52U;
  while ((m >> 52U) == 0) {
    m <<= 1U;
    --exponent;
  }
  if (exponent % 2 != 0) {
    m <<= 1U;
    --exponent;
  }
  root const r = integer_root(m);
  std::uint64_t q = r.value >> 2U;
  std::uint64_t const low = r.value & 3U;
  if (low == 3 || (low == 2 && (r.rest != 0 || (q & 1U) != 0))) ++q;
  auto const scale = static_cast<std::uint64_t>(exponent / 2 - 26 + 1023) << 52U;
  return static_cast<double>(q) * std::bit_cast<double>(scale);
}

// The product is exact in double; a sum that is rounded to odd rounds to float as the exact one.
constexpr auto fma(float a, float b, float c) -> float {
  double const p = static_cast<double>(a) * static_cast<double>(b);
  double const d = static_cast<double>(c);
  double const s = p + d;
  double const back = s - p;
  double const error = (p - (s - back)) + (d - back);
  auto bits = std::bit_cast<std::uint64_t>(s);
  if (error != 0 && (bits & 1U) == 0) bits = (error > 0) == (s > 0) ? bits + 1 : bits - 1;
  return static_cast<float>(std::bit_cast<double>(bits));
}

template <class T> constexpr auto fmod(T a, T b) -> T {
  T r = abs(a);
  T const d = abs(b);
  while (r >= d) {
    T step = d;
    while (step <= r / 2) step *= 2;
    r -= step;
  }
  return signed_like(r, a);
}

}  // namespace math_impl

/// a / b; of a division by 0, which is no constant expression in C++, the result is made.
template <class T> constexpr auto divide(T a, T b) -> T {
  if (!std::is_constant_evaluated() || b != 0) return a / b;
  using limits = std::numeric_limits<T>;
  if (a == 0 || a != a) return limits::quiet_NaN();
  return sign_bit(a) == sign_bit(b) ? limits::infinity() : -limits::infinity();
}

template <class T> constexpr auto floor(T x) -> T {
  if (std::is_constant_evaluated()) return math_impl::floor(x);
  return std::floor(x);
}
template <class T> constexpr auto ceil(T x) -> T {
  if (std::is_constant_evaluated()) return -math_impl::floor(-x);
  return std::ceil(x);
}
/// To the nearest integer, ties to even.
template <class T> constexpr auto round_even(T x) -> T {
  if (std::is_constant_evaluated()) return math_impl::round_even(x);
  return std::nearbyint(x);
}
template <class T> constexpr auto sqrt(T x) -> T {
  if (std::is_constant_evaluated()) return static_cast<T>(math_impl::sqrt(static_cast<double>(x)));
  return std::sqrt(x);
}
template <class T> constexpr auto fmod(T a, T b) -> T {
  if (std::is_constant_evaluated()) return math_impl::fmod(a, b);
  return std::fmod(a, b);
}
template <class T> constexpr auto fma(T a, T b, T c) -> T {
  if constexpr (std::is_same_v<T, float>) {
    if (std::is_constant_evaluated()) return math_impl::fma(a, b, c);
  }
  return std::fma(a, b, c);
}

/// NaN if either is NaN, and -0 below +0: associative and commutative, unlike std::fmin.
template <class T> constexpr auto minimum(T a, T b) -> T {
  if (a != a) return a;
  if (b != b) return b;
  if (a == b) return sign_bit(a) ? a : b;
  return a < b ? a : b;
}
template <class T> constexpr auto maximum(T a, T b) -> T {
  if (a != a) return a;
  if (b != b) return b;
  if (a == b) return sign_bit(a) ? b : a;
  return a > b ? a : b;
}

}  // namespace ashlar::tir::math

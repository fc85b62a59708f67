// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/math_half: the functions on f16 and bf16, all patterns of which are tried: widened,
// computed in f32, rounded once; and pow, on pairs of floats.
//
//   measure     the error in units of the last place of the 16 bits nearest to the real value
//   pairs       from a generator and arithmetic alone, so that they are the same everywhere
#pragma once

#include <ashlar/emit/simd/half.hpp>
#include <random>

#include "math_support.hpp"

namespace backend_tests {

template <ashlar::dtype D> auto value_of_half(std::uint16_t bits) -> float {
  return D == ashlar::dtype::f16 ? ashlar::f16_to_f32(bits) : ashlar::bf16_to_f32(bits);
}

/// |got - real| in units of the last place; both infinite or NaN is right.
template <ashlar::dtype D> auto error_of_half(std::uint16_t got, double real) -> double {
  constexpr bool is_f16 = D == ashlar::dtype::f16;
  float const rounded = ashlar::f64_to_odd_f32(real);
  std::uint16_t const nearest = is_f16 ? ashlar::f32_to_f16(rounded) : ashlar::f32_to_bf16(rounded);
  double const g = value_of_half<D>(got), n = value_of_half<D>(nearest);
  if (std::isnan(g) || std::isnan(n)) return std::isnan(g) && std::isnan(n) ? 0 : wrong;
  if (std::isinf(g) || std::isinf(n)) return g == n ? 0 : wrong;
  if (g == 0 && n == 0 && std::signbit(g) != std::signbit(n)) return wrong;
  int exponent = 0;
  std::frexp(real, &exponent);
  constexpr int digits = is_f16 ? 11 : 8, least = is_f16 ? -13 : -125;
  return std::fabs(g - real) / std::ldexp(1.0, std::max(exponent, least) - digits);
}

template <class B, ashlar::dtype D>
auto narrowed(std::vector<float> const& y) -> std::vector<std::uint16_t> {
  constexpr int lanes = 4;  // the smallest vectors have as many
  std::vector<std::uint16_t> r(y.size());
  for (std::size_t i = 0; i < y.size(); i += lanes) {
    B::store(&r[i], simd::half<B>::template narrow<D>(B::template load<lanes>(&y[i])));
  }
  return r;
}

/// All 65536 patterns.
template <ashlar::dtype D> auto sweep_half(function const& f) -> worst {
  constexpr std::size_t all = 65536;
  std::vector<float> x(all), y(all), z(all);
  for (std::size_t n = 0; n < all; ++n) x[n] = value_of_half<D>(static_cast<std::uint16_t>(n));
  f.native(x.data(), y.data(), all);
  f.scalar(x.data(), z.data(), all);
  auto const found = narrowed<simd::native_backend, D>(y);
  auto const scalar = narrowed<simd::scalar_backend, D>(z);
  worst r;
  for (std::size_t n = 0; n < all; ++n) {
    float const value = value_of_half<D>(found[n]);
    bool const is_nan = value != value;
    float const other = value_of_half<D>(scalar[n]);
    r.same_bits = r.same_bits && (found[n] == scalar[n] || (is_nan && other != other));
    r.add(error_of_half<D>(found[n], f.real(x[n])), x[n], is_nan ? 0x7fffu : found[n]);
  }
  return r;
}

/// Bases of all sizes, exponents with which the results are of all sizes, too.
inline auto sweep_pow(int count) -> worst {
  using N = simd::native_backend;
  using S = simd::scalar_backend;
  std::mt19937 random(3);
  worst r;
  constexpr int lanes = 4;  // the smallest vectors have as many
  for (int n = 0; n < count; n += lanes) {
    float x[lanes], y[lanes], found[lanes], scalar[lanes];
    for (int l = 0; l < lanes; ++l) {
      int const exponent = static_cast<int>(random() % 253) - 126;
      x[l] = std::ldexp(1 + static_cast<float>(random() >> 9) * 0x1p-23F, exponent);
      float const wanted = (static_cast<float>(random() >> 8) * 0x1p-24F - 0.5F) * 290;
      y[l] = wanted / (static_cast<float>(exponent) + 0.53F);
    }
    N::store(found, simd::math<N>::pow(N::load<lanes>(x), N::load<lanes>(y)));
    S::store(scalar, simd::math<S>::pow(S::load<lanes>(x), S::load<lanes>(y)));
    for (int l = 0; l < lanes; ++l) {
      double const real = std::pow(static_cast<double>(x[l]), static_cast<double>(y[l]));
      r.same_bits = r.same_bits && std::memcmp(&found[l], &scalar[l], sizeof(float)) == 0;
      r.add(error_in_ulp(found[l], real), x[l], std::bit_cast<std::uint32_t>(found[l]));
    }
  }
  return r;
}

}  // namespace backend_tests

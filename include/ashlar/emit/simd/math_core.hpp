// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/math_core: what the transcendental functions share: polynomials, signs, reduction by
// powers of two.
//
//   takes       a backend B; functions take its vectors of float or double, of any lane count
//   invariants  only primitives that backend.hpp defines lane by lane are used, so results do not
//               depend on the backend or the lane count. They depend on target_has_fma
//   needs       no -ffast-math: shifted_integer adds a large number
//   source      Muller, "Elementary Functions", 3rd ed., chapters 3 and 11; coefficients: Sollya's
//               fpminimax (Brisebarre, Chevillard), fits of this project
#ifndef ASHLAR_EMIT_SIMD_MATH_CORE
#define ASHLAR_EMIT_SIMD_MATH_CORE

#include <ashlar/emit/simd/backend.hpp>
#include <ashlar/emit/simd/scalar_lane.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

namespace math_impl {

template <class V> struct traits;
template <template <class, int> class Vec, class T, int L> struct traits<Vec<T, L>> {
  using element = T;
  static constexpr int lanes = L;
};
template <class V> using element = typename traits<V>::element;
template <class V> inline constexpr int lanes = traits<V>::lanes;

template <class T> struct format;
template <> struct format<float> {
  static constexpr int mantissa = 23;
  static constexpr std::int32_t bias = 127;
  static constexpr float magic = 0x1.8p23f;  // x + magic has the nearest integer in its low bits
};
template <> struct format<double> {
  static constexpr int mantissa = 52;
  static constexpr std::int64_t bias = 1023;
  static constexpr double magic = 0x1.8p52;
};

/// Coefficients, each times `first`, and `ratio` times more than the one before.
template <class T, std::size_t N> struct coefficients {
  T list[N];
};
template <class T, std::size_t N>
constexpr auto scaled(T const (&c)[N], T first, T ratio) -> coefficients<T, N> {
  coefficients<T, N> r{};
  for (std::size_t n = 0; n < N; ++n, first *= ratio) r.list[n] = c[n] * first;
  return r;
}

}  // namespace math_impl

template <class B> struct math_core {
  template <class V> using element = math_impl::element<V>;
  template <class V> using integer = lane::signed_of<element<V>>;
  template <class V> using format = math_impl::format<element<V>>;

  /// c in every lane of a vector like the first argument.
  template <class V> ASHLAR_INLINE static auto like(V, element<V> c) -> V {
    return B::template broadcast<math_impl::lanes<V>>(c);
  }

  template <class V> ASHLAR_INLINE static auto like_bits(V, integer<V> c) {
    return B::template broadcast<math_impl::lanes<V>>(c);
  }

  /// c0 + x (c1 + x (c2 + ...)).
  template <class V, class... C> ASHLAR_INLINE static auto horner(V x, element<V> c0, C... c) -> V {
    if constexpr (sizeof...(C) == 0)
      return like(x, c0);
    else
      return B::fma(x, horner(x, c...), like(x, c0));
  }

  /// The same of a list.
  template <class V, std::size_t N>
  ASHLAR_INLINE static auto horner(V x, element<V> const (&c)[N]) -> V {
    V y = like(x, c[N - 1]);
    ASHLAR_UNROLL
    for (std::size_t n = N - 1; n > 0; --n) y = B::fma(x, y, like(x, c[n - 1]));
    return y;
  }

  template <class V> ASHLAR_INLINE static auto bits_of(V x) {
    return B::template bitcast<integer<V>>(x);
  }

  /// The vector like the first argument whose bits these are.
  template <class V, class I> ASHLAR_INLINE static auto from_bits(V, I bits) -> V {
    return B::template bitcast<element<V>>(bits);
  }

  /// Magnitude of a, which must not be negative, with the sign of s.
  template <class V> ASHLAR_INLINE static auto with_sign(V a, V s) -> V {
    return B::bit_or(a, B::bit_and(s, like(a, element<V>(-0.0))));
  }

  /// x + x^2 (c0 + c1 x + ...), the two lowest coefficients apart from the others: fewer steps wait
  /// for each other than in Horner's order, for one multiplication more.
  template <class V, std::size_t N>
  ASHLAR_INLINE static auto from_square(V x, element<V> const (&c)[N]) -> V {
    static_assert(N > 2);
    V high = like(x, c[N - 1]);
    ASHLAR_UNROLL
    for (std::size_t n = N - 2; n >= 2; --n) high = B::fma(x, high, like(x, c[n]));
    V const square = B::mul(x, x);
    V const low = B::fma(x, like(x, c[1]), like(x, c[0]));
    return B::fma(square, B::fma(square, high, low), x);
  }

  /// The integer nearest to a * b, still added to `magic`, so that it is in the low bits; |a * b|
  /// below 2^21 (float) or 2^50 (double).
  template <class V> ASHLAR_INLINE static auto shifted_integer(V a, V b) -> V {
    return B::fma(a, b, like(a, format<V>::magic));
  }
  template <class V> ASHLAR_INLINE static auto integer_of(V shifted) -> V {
    return B::sub(shifted, like(shifted, format<V>::magic));
  }

  /// y * 2^n, where y and the result are normal.
  template <class V> ASHLAR_INLINE static auto scale(V y, V shifted) -> V {
    auto const exponent = B::template shift_left<format<V>::mantissa>(bits_of(shifted));
    return from_bits(y, B::add(bits_of(y), exponent));
  }

  /// y * 2^n, rounded once where the result is subnormal; |n| up to twice the exponent range.
  template <class V> ASHLAR_INLINE static auto scale_any(V y, V shifted) -> V {
    auto const whole_bits = B::sub(bits_of(shifted), bits_of(like(y, format<V>::magic)));
    auto const half = B::template shift_right<1>(whole_bits);
    auto const bias = like_bits(y, format<V>::bias);
    auto const power = [&](auto e) {
      return from_bits(y, B::template shift_left<format<V>::mantissa>(B::add(e, bias)));
    };
    return B::mul(B::mul(y, power(half)), power(B::sub(whole_bits, half)));
  }

  template <class V> ASHLAR_INLINE static auto is_nan(V x) { return B::ne(x, x); }

  /// f(x) lane by lane, for rare lanes and for double where no vector form exists.
  template <class V, class F> ASHLAR_INLINE static auto each_lane(V x, F const& f) -> V {
    constexpr int count = math_impl::lanes<V>;
    element<V> lane[std::size_t{count}];
    B::store(lane, x);
    for (int l = 0; l < count; ++l) lane[l] = f(lane[l]);
    return B::template load<count>(static_cast<element<V> const*>(lane));
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_MATH_CORE

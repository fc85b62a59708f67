// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/math_log: log, log2, log1p and rsqrt.
//
//   x = 2^e (1 + f), sqrt(1/2) <= 1 + f < sqrt 2
//   log x = e ln 2 + f - f^2 / 2 + f^3 P(f)                      (float)
//   log x = e ln 2 + f - s (f - R(s^2)), s = f / (2 + f)         (double)
//
//   takes       float or double; lanes that are all normal, positive and finite take the short way
//   returns     special values as C Annex F, subnormals kept
//   source      Muller, "Elementary Functions", 3rd ed., 11.2; Goldberg, "What Every Computer
//               Scientist Should Know About Floating-Point Arithmetic" (log1p)
#ifndef ASHLAR_EMIT_SIMD_MATH_LOG
#define ASHLAR_EMIT_SIMD_MATH_LOG

#include <ashlar/emit/simd/math_core.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

namespace math_impl {

template <class T> struct log_constants;
template <> struct log_constants<float> {
  static constexpr std::int32_t sqrt_half = 0x3f3504f3;
  static constexpr float least = 0x1p-126f, most = 0x1.fffffep+127f;
  static constexpr float ln2_high = 0x1.62e4p-1f, ln2_low = 0x1.7f7d1cp-20f;
  static constexpr float log2e_high = 0x1.715476p+0f, log2e_low = 0x1.4ae0cp-26f;
  static constexpr float up = 0x1p+24f, down = 24;  // makes a subnormal normal; its exponent
};
template <> struct log_constants<double> {
  static constexpr std::int64_t sqrt_half = 0x3fe6a09e667f3bcd;
  static constexpr double least = 0x1p-1022, most = 0x1.fffffffffffffp+1023;
  static constexpr double ln2_high = 0x1.62e42fefa4p-1, ln2_low = -0x1.8432a1b0e2634p-43;
  static constexpr double log2e_high = 0x1.71547652b82fep+0, log2e_low = 0x1.777d0ffda0d24p-56;
  static constexpr double up = 0x1p+54, down = 54;
};

}  // namespace math_impl

template <class B> struct math_log : math_core<B> {
  using core = math_core<B>;
  using core::like, core::horner, core::bits_of;
  template <class V> using k = math_impl::log_constants<math_impl::element<V>>;

  template <class V> ASHLAR_INLINE static auto rsqrt(V x) -> V {
    return B::div(like(x, 1), B::sqrt(x));
  }

  template <class V> ASHLAR_INLINE static auto log(V x) -> V {
    if (B::all(is_easy(x))) [[likely]]
      return natural(split(x));
    return cold(x, [](auto s) { return natural(s); });
  }

  template <class V> ASHLAR_INLINE static auto log2(V x) -> V {
    if (B::all(is_easy(x))) [[likely]]
      return binary(split(x));
    return cold(x, [](auto s) { return binary(s); });
  }

  /// u = 1 + x is rounded; what it lost is exact, and joins f.
  template <class V> ASHLAR_INLINE static auto log1p(V x) -> V {
    V const one = like(x, 1);
    V const u = B::add(one, x);
    if (B::all(is_easy(u))) [[likely]]
      return corrected(x, u);
    V const safe = B::select(is_easy(u), u, one);
    return B::select(is_easy(u), corrected(x, safe), log(u));
  }

 protected:
  template <class V> struct parts {
    V exponent;
    V fraction;
  };

  template <class V> ASHLAR_INLINE static auto is_easy(V x) {
    return B::mask_and(B::ge(x, like(x, k<V>::least)), B::le(x, like(x, k<V>::most)));
  }

  template <class V> ASHLAR_INLINE static auto split(V x) -> parts<V> {
    using T = math_impl::element<V>;
    constexpr int mantissa = math_impl::format<T>::mantissa;
    auto const bits = bits_of(x);
    auto const above = B::sub(bits, core::like_bits(x, k<V>::sqrt_half));
    auto const e = B::template shift_right<mantissa>(above);
    V const m = core::from_bits(x, B::sub(bits, B::template shift_left<mantissa>(e)));
    return {B::template convert<T>(e), B::sub(m, like(x, 1))};
  }

  /// log(1 + f) - f; f^3 first for float.
  template <class V> ASHLAR_INLINE static auto rest_of_log(V f) -> V {
    if constexpr (sizeof(math_impl::element<V>) == 4) {
      V const p = horner(f, 0x1.5556ep-2f, -0x1.00039ep-2f, 0x1.98d58p-3f, -0x1.53792ep-3f,
                         0x1.31874ep-3f, -0x1.2488b6p-3f, 0x1.64cfaep-4f);
      return B::mul(B::mul(f, f), B::fma(f, p, like(f, -0.5f)));
    } else {
      V const s = B::div(f, B::add(f, like(f, 2)));
      V const z = B::mul(s, s);
      V const p = horner(z, 0x1.5555555555555p-1, 0x1.9999999999d59p-2, 0x1.249249242ee36p-2,
                         0x1.c71c725c59de1p-3, 0x1.745cdb77d2fdp-3, 0x1.3b215889d69fep-3,
                         0x1.0f4a28ea65063p-3, 0x1.1022db9e64d67p-3);
      V const half_square = B::mul(like(f, 0.5), B::mul(f, f));
      return B::sub(B::mul(s, B::fma(z, p, half_square)), half_square);
    }
  }

  template <class V> ASHLAR_INLINE static auto natural(parts<V> s) -> V {
    V const low = B::fma(s.exponent, like(s.fraction, k<V>::ln2_low), rest_of_log(s.fraction));
    return B::fma(s.exponent, like(s.fraction, k<V>::ln2_high), B::add(s.fraction, low));
  }

  template <class V> ASHLAR_INLINE static auto binary(parts<V> s) -> V {
    V const low = B::mul(s.fraction, like(s.fraction, k<V>::log2e_low));
    V const rest = B::fma(rest_of_log(s.fraction), like(s.fraction, k<V>::log2e_high), low);
    V const f = B::mul(s.fraction, like(s.fraction, k<V>::log2e_high));
    V const lost = B::fma(s.fraction, like(s.fraction, k<V>::log2e_high), B::neg(f));
    return B::add(s.exponent, B::add(f, B::add(rest, lost)));
  }

  template <class V> ASHLAR_INLINE static auto corrected(V x, V u) -> V {
    using T = math_impl::element<V>;
    V const lost = B::sub(x, B::sub(u, like(x, 1)));
    auto s = split(u);
    // Where the power would not be normal nothing was lost.
    V const capped = B::min(s.exponent, like(x, T(math_impl::format<T>::bias - 1)));
    auto const down = B::template shift_left<math_impl::format<T>::mantissa>(
        B::template convert<lane::signed_of<T>>(capped));
    V const power = core::from_bits(x, B::sub(bits_of(like(x, 1)), down));
    s.fraction = B::fma(lost, power, s.fraction);
    return B::select(B::eq(x, like(x, 0)), x, natural(s));
  }

  template <class V, class F> ASHLAR_COLD static auto cold(V x, F const& f) -> V {
    using T = math_impl::element<V>;
    V const zero = like(x, 0);
    auto const small = B::lt(x, like(x, k<V>::least));
    auto s = split(B::select(small, B::mul(x, like(x, k<V>::up)), x));
    s.exponent = B::select(small, B::sub(s.exponent, like(x, k<V>::down)), s.exponent);
    V const inf = like(x, std::numeric_limits<T>::infinity());
    V y = B::select(B::eq(x, zero), B::neg(inf), f(s));
    y = B::select(B::lt(x, zero), like(x, std::numeric_limits<T>::quiet_NaN()), y);
    return B::select(B::lt(x, inf), y, x);
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_MATH_LOG

// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/math_exp: exp, exp2, expm1, tanh, sigmoid and erf, all on one reduction.
//
//   x = n ln 2 + r, |r| <= ln 2 / 2        exp x = 2^n (1 + r + ...), expm1 x = 2^n p + (2^n - 1)
//   tanh |x| = m / (m + 2), m = expm1 |2x|; of floats with an FMA 2 t / (1 + t^2), where t is
//   tanh(x / 2) as a quotient of polynomials
//   sigmoid x = e / (e + 2^k), e = 2^k exp x
//   erf |x| = -expm1(|x| R(|x|)), where x R(x) = log erfc x: one polynomial for all x
//
//   takes       float or double; a vector whose lanes are all in the easy range takes the short
//               way, any other the cold one, which gives easy lanes the same bits
//   returns     float within the bounds of docs and tests; special values as C Annex F, subnormals
//               kept; NaN gives NaN
//   source      Muller, "Elementary Functions", 3rd ed., 11.1 (Cody and Waite's reduction)
#ifndef ASHLAR_EMIT_SIMD_MATH_EXP
#define ASHLAR_EMIT_SIMD_MATH_EXP

#include <ashlar/emit/simd/math_core.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

namespace math_impl {

/// ln2_high has so many trailing zeros that n * ln2_high is exact without FMA too. The lists are
/// what follows x in exp x - 1 = x + x^2 (...), near 0: the best for exp, for expm1 (which keeps
/// the relative error of small results), and for sigmoid, for which less is enough.
template <class T> struct exp_constants;
template <> struct exp_constants<float> {
  static constexpr float log2e = 0x1.715476p+0f, ln2 = 0x1.62e43p-1f;
  static constexpr float ln2_high = 0x1.62e4p-1f, ln2_low = 0x1.7f7d1cp-20f;
  static constexpr float easy = 87.3f;                       // exp(-87.3) is normal
  static constexpr float lowest = -104.0f, highest = 89.0f;  // exp is 0 and infinity there
  static constexpr float easy2 = 126.0f, lowest2 = -151.0f, highest2 = 129.0f;
  static constexpr float tanh_one = 9.05f, sigmoid_one = 30.0f;  // they are 1 from here on
  static constexpr float large = 0x1p64f;                        // times exp(lowest) it is normal
  static constexpr float exp[]{0x1.fffff8p-2f, 0x1.55548cp-3f, 0x1.555b82p-5f, 0x1.123cfep-7f,
                               0x1.686a7ap-10f};
  static constexpr float expm1[]{0x1.fffffep-2f, 0x1.5554bp-3f, 0x1.555716p-5f, 0x1.12279ap-7f,
                                 0x1.6b7364p-10f};
  static constexpr float sigmoid[]{0x1.fffdfcp-2f, 0x1.5557bp-3f, 0x1.572a4p-5f, 0x1.10622ap-7f};
};
template <> struct exp_constants<double> {
  static constexpr double log2e = 0x1.71547652b82fep+0, ln2 = 0x1.62e42fefa39efp-1;
  static constexpr double ln2_high = 0x1.62e42fefa4p-1, ln2_low = -0x1.8432a1b0e2634p-43;
  static constexpr double easy = 708.0;
  static constexpr double lowest = -746.0, highest = 710.0;
  static constexpr double easy2 = 1022.0, lowest2 = -1076.0, highest2 = 1025.0;
  static constexpr double tanh_one = 19.2, sigmoid_one = 60.0;
  static constexpr double large = 0x1p128;
  static constexpr double exp[]{0x1.000000000000cp-1,  0x1.555555555551bp-3,  0x1.555555554fe5dp-5,
                                0x1.111111111fa0ep-7,  0x1.6c16c185ecfa8p-10, 0x1.a01a01558994bp-13,
                                0x1.a0199608b9489p-16, 0x1.71dec61a72698p-19, 0x1.28b0acbf03c05p-22,
                                0x1.ae1493098be2fp-26};
  static constexpr double expm1[]{0x1p-1,
                                  0x1.5555555555559p-3,
                                  0x1.555555555554dp-5,
                                  0x1.111111110f656p-7,
                                  0x1.6c16c16c1aafap-10,
                                  0x1.a01a01b002b05p-13,
                                  0x1.a01a018e10d5dp-16,
                                  0x1.71ddf81226d86p-19,
                                  0x1.27e5133626bc2p-22,
                                  0x1.af5f26806ba02p-26,
                                  0x1.1f1a3a0a5a5d6p-29};
  static constexpr auto const& sigmoid = exp;
};

}  // namespace math_impl

template <class B> struct math_exp : math_core<B> {
  using core = math_core<B>;
  using core::like, core::horner, core::from_square, core::with_sign;
  using core::shifted_integer, core::integer_of, core::scale, core::scale_any;
  template <class V> using k = math_impl::exp_constants<math_impl::element<V>>;

  template <class V> ASHLAR_INLINE static auto exp(V x) -> V {
    if (B::all(B::le(B::abs(x), like(x, k<V>::easy)))) [[likely]]
      return easy_exp(x);
    return cold_exp(x);
  }

  template <class V> ASHLAR_INLINE static auto exp2(V x) -> V {
    if (B::all(B::le(B::abs(x), like(x, k<V>::easy2)))) [[likely]] {
      V const n = shifted_integer(x, like(x, 1));
      return scale(exp2_near_0(B::sub(x, integer_of(n))), n);
    }
    return cold_exp2(x);
  }

  template <class V> ASHLAR_INLINE static auto expm1(V x) -> V {
    if (B::all(B::le(B::abs(x), like(x, k<V>::easy)))) [[likely]]
      return easy_expm1(x);
    return cold_expm1(x);
  }

  template <class V> ASHLAR_INLINE static auto tanh(V x) -> V {
    if constexpr (sizeof(math_impl::element<V>) == 4 && target_has_fma) {
      return tanh_by_halves(x);
    } else {
      return tanh_by_exp(x);
    }
  }

  /// No vote: e times a large power of two is normal where the quotient is not, and the division
  /// rounds once.
  template <class V> ASHLAR_INLINE static auto sigmoid(V x) -> V {
    V const a = B::min(like(x, k<V>::sigmoid_one), B::max(like(x, k<V>::lowest), x));
    V const n = shifted_integer(a, like(x, k<V>::log2e));
    V const r = remainder(a, integer_of(n));
    V const large = like(x, k<V>::large);
    V const one = like(x, 1);
    V const near = B::fma(r, B::fma(r, horner(r, k<V>::sigmoid), one), one);
    V const e = B::mul(near, scale(large, n));  // and not scale(near, n): NaN stays NaN
    return B::div(e, B::add(e, large));
  }

  template <class V> ASHLAR_INLINE static auto erf(V x) -> V {
    if constexpr (sizeof(math_impl::element<V>) == 4) {
      V const a = B::min(like(x, 3.925f), B::abs(x));
      V const log_erfc =
          B::mul(a, horner(a, -0x1.20dd76p+0f, -0x1.45f27p-1f, -0x1.a52d7cp-4f, 0x1.3d4c78p-6f,
                           -0x1.263732p-12f, -0x1.37fe36p-10f, 0x1.764654p-12f, -0x1.37b3c8p-15f));
      return with_sign(B::abs(expm1_of(log_erfc)), x);
    } else {
      return core::each_lane(x, [](double a) { return __builtin_erf(a); });
    }
  }

 private:
  /// tanh(x / 2) is u / q, a quotient of polynomials. Near 1 what is lost in u and q is not seen in
  /// 2 u q / (q^2 + u^2), where one quotient for all x would show each of its roundings; of tiny x
  /// it is x. Fewer operations than by exp, and within 3.97 units instead of 2.6. No float gives
  /// more than 1.
  /// No vote: the argument is clamped with NaN as the second operand, which min and max pass on.
  template <class V> ASHLAR_INLINE static auto tanh_by_halves(V x) -> V {
    V const limit = like(x, 9.02f);
    V const a = B::min(limit, B::max(B::neg(limit), x));
    V const s = B::mul(a, a);
    V const u = B::fma(B::mul(a, s), horner(s, 0x1.e7df9ap-6f, 0x1.df89ecp-14f), a);
    V const q = horner(s, 2.0f, 0x1.cf4d26p-3f, 0x1.3c636ep-9f, 0x1.4a5b4p-19f);
    V const twice = B::mul(u, q);
    return B::div(B::add(twice, twice), B::fma(q, q, B::mul(u, u)));
  }

  /// With m / 2 for m, and r / 2 for r: so nothing is doubled. One step is enough for r, since what
  /// is lost in m where n is large is not seen in m / (m + 2).
  /// No vote: the argument is clamped with NaN as the second operand of min, which passes it on.
  template <class V> ASHLAR_INLINE static auto tanh_by_exp(V x) -> V {
    V const a = B::min(like(x, k<V>::tanh_one), B::abs(x));
    V const n = shifted_integer(a, like(x, 2 * k<V>::log2e));
    V const r = B::fma(integer_of(n), like(x, -k<V>::ln2 / 2), a);
    V const power = scale(like(x, 1), n);
    V const half = B::fma(power, like(x, 0.5f), like(x, -0.5f));
    V const m = B::fma(power, half_expm1_of_twice(r), half);
    return with_sign(B::div(m, B::add(m, like(x, 1))), x);
  }

  /// x - n ln 2, in two steps.
  template <class V> ASHLAR_INLINE static auto remainder(V x, V n) -> V {
    V const high = B::fma(n, like(x, -k<V>::ln2_high), x);
    return B::fma(n, like(x, -k<V>::ln2_low), high);
  }

  /// (exp 2r - 1) / 2, near 0.
  template <class V> ASHLAR_INLINE static auto half_expm1_of_twice(V r) -> V {
    using T = math_impl::element<V>;
    static constexpr auto terms = math_impl::scaled(k<V>::expm1, T(2), T(2));
    return from_square(r, terms.list);
  }

  template <class V> ASHLAR_INLINE static auto exp2_near_0(V r) -> V {
    if constexpr (sizeof(math_impl::element<V>) == 4)
      return horner(r, 1.0f, 0x1.62e43p-1f, 0x1.ebfbd8p-3f, 0x1.c6af72p-5f, 0x1.3b309p-7f,
                    0x1.5f0e1p-10f, 0x1.3fb5e6p-13f);
    else
      return exp_near_0(B::mul(r, like(r, k<V>::ln2)));
  }

  template <class V> ASHLAR_INLINE static auto exp_near_0(V r) -> V {
    return B::add(like(r, 1), from_square(r, k<V>::exp));
  }

  template <class V> ASHLAR_INLINE static auto easy_exp(V x) -> V {
    V const n = shifted_integer(x, like(x, k<V>::log2e));
    V const power = scale(like(x, 1), n);
    return B::fma(power, from_square(remainder(x, integer_of(n)), k<V>::exp), power);
  }

  template <class V>
  ASHLAR_INLINE static auto clamp(V x, math_impl::element<V> low, math_impl::element<V> high) -> V {
    return B::min(B::max(x, like(x, low)), like(x, high));
  }

  template <class V> ASHLAR_COLD static auto cold_exp(V x) -> V {
    V const a = clamp(x, k<V>::lowest, k<V>::highest);
    V const n = shifted_integer(a, like(x, k<V>::log2e));
    V const y = scale_any(exp_near_0(remainder(a, integer_of(n))), n);
    return B::select(core::is_nan(x), x, y);
  }

  template <class V> ASHLAR_COLD static auto cold_exp2(V x) -> V {
    V const a = clamp(x, k<V>::lowest2, k<V>::highest2);
    V const n = shifted_integer(a, like(x, 1));
    V const y = scale_any(exp2_near_0(B::sub(a, integer_of(n))), n);
    return B::select(core::is_nan(x), x, y);
  }

  /// expm1 without the range check: 2^n must be normal. Of 0 it is 0 with either sign.
  template <class V> ASHLAR_INLINE static auto expm1_of(V x) -> V {
    V const n = shifted_integer(x, like(x, k<V>::log2e));
    V const one = like(x, 1);
    V const power = scale(one, n);
    V const near = from_square(remainder(x, integer_of(n)), k<V>::expm1);
    return B::fma(power, near, B::sub(power, one));
  }

  template <class V> ASHLAR_INLINE static auto easy_expm1(V x) -> V {
    return B::select(B::eq(x, like(x, 0)), x, expm1_of(x));
  }

  template <class V> ASHLAR_COLD static auto cold_expm1(V x) -> V {
    V const easy = easy_expm1(clamp(x, -k<V>::easy, k<V>::easy));
    V const y = B::select(B::gt(x, like(x, k<V>::easy)), cold_exp(x), easy);
    return B::select(core::is_nan(x), x, y);
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_MATH_EXP

// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/math_trig: sin and cos.
//
//   sin(n pi + r) = (-1)^n sin r,  cos((n + 1/2) pi + r) = -(-1)^n sin r,  |r| <= pi / 2
//
//   takes       float or double. Easy lanes are those up to 39,000 (3,000 without FMA), where n
//               times each part of pi but the last is exact; the others are the C library's sine in
//               double, lane by lane, as is everything in double
//   returns     special values as C Annex F: sin(-0) is -0, infinity gives NaN
//   source      Cody and Waite, "Software Manual for the Elementary Functions", 1980, chapter 8
#ifndef ASHLAR_EMIT_SIMD_MATH_TRIG
#define ASHLAR_EMIT_SIMD_MATH_TRIG

#include <ashlar/emit/simd/math_core.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

template <class B> struct math_trig : math_core<B> {
  using core = math_core<B>;
  using core::like, core::horner;

  static constexpr float easy = target_has_fma ? 39000.0f : 3000.0f;

  template <class V> ASHLAR_INLINE static auto sin(V x) -> V {
    if constexpr (sizeof(math_impl::element<V>) == 8) {
      return core::each_lane(x, [](double a) { return __builtin_sin(a); });
    } else {
      if (B::all(B::le(B::abs(x), like(x, easy)))) [[likely]]
        return easy_sin(x);
      return cold_sin(x);
    }
  }

  template <class V> ASHLAR_INLINE static auto cos(V x) -> V {
    if constexpr (sizeof(math_impl::element<V>) == 8) {
      return core::each_lane(x, [](double a) { return __builtin_cos(a); });
    } else {
      if (B::all(B::le(B::abs(x), like(x, easy)))) [[likely]]
        return easy_cos(x);
      return cold_cos(x);
    }
  }

 private:
  static constexpr float over_pi = 0x1.45f306p-2f;

  /// x - n * scale * pi.
  template <class V> ASHLAR_INLINE static auto without(V x, V n, float scale) -> V {
    auto const less = [&](V r, float part) { return B::fma(n, like(x, -scale * part), r); };
    if constexpr (target_has_fma)
      return less(less(less(x, 0x1.921fb4p+1f), 0x1.4442dp-23f), 0x1.84698ap-47f);
    else
      return less(less(less(less(less(x, 0x1.921p+1f), 0x1.f6ap-12f), 0x1.11p-25f), 0x1.68cp-38f),
                  0x1.1a6264p-53f);
  }

  /// sin r, with the sign changed if the lowest bit is set. The last coefficient is chosen so that
  /// no result is above 1 and that of the float nearest pi / 2 is 1, which makes cos 0 exact.
  template <class V, class I> ASHLAR_INLINE static auto signed_sin(V r, I bits) -> V {
    constexpr float last = target_has_fma ? 0x1.5dbe9p-19f : 0x1.5dcafcp-19f;
    V const square = B::mul(r, r);
    V const p = horner(square, -0x1.55554cp-3f, 0x1.110edap-7f, -0x1.9f70e8p-13f, last);
    V const rest = B::mul(square, p);
    V const y = B::fma(r, rest, r);
    return B::bit_xor(y, core::from_bits(r, B::template shift_left<31>(bits)));
  }

  template <class V> ASHLAR_INLINE static auto easy_sin(V x) -> V {
    V const a = B::abs(x);  // r + r^3 P(r^2) would lose the sign of a zero
    V const n = core::shifted_integer(a, like(x, over_pi));
    V const y = signed_sin(without(a, core::integer_of(n), 1.0f), core::bits_of(n));
    return B::bit_xor(y, B::bit_and(x, like(x, -0.0f)));
  }

  template <class V> ASHLAR_INLINE static auto easy_cos(V x) -> V {
    V const magic = like(x, math_impl::format<float>::magic);
    V const shifted = B::add(B::fma(x, like(x, over_pi), like(x, -0.5f)), magic);
    V const twice = B::fma(like(x, 2), B::sub(shifted, magic), like(x, 1));
    auto const bits = core::bits_of(shifted);
    return signed_sin(without(x, twice, 0.5f), B::add(bits, core::like_bits(x, 1)));
  }

  template <class V> ASHLAR_COLD static auto cold_sin(V x) -> V {
    auto const is_easy = B::le(B::abs(x), like(x, easy));
    V const zero = like(x, 0);
    V const far = core::each_lane(B::select(is_easy, zero, x), [](float a) {
      return a == 0 ? a : static_cast<float>(__builtin_sin(static_cast<double>(a)));
    });
    return B::select(is_easy, easy_sin(B::select(is_easy, x, zero)), far);
  }

  template <class V> ASHLAR_COLD static auto cold_cos(V x) -> V {
    auto const is_easy = B::le(B::abs(x), like(x, easy));
    V const zero = like(x, 0);
    V const far = core::each_lane(B::select(is_easy, zero, x), [](float a) {
      return a == 0 ? a : static_cast<float>(__builtin_cos(static_cast<double>(a)));
    });
    return B::select(is_easy, easy_cos(B::select(is_easy, x, zero)), far);
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_MATH_TRIG

// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/highway_arithmetic: arithmetic, comparison, masks and horizontal operations on Highway.
//
//   takes       see backend.hpp, which lists the members
//   invariants  each lane as scalar_lane.hpp says. Where Highway promises less, the difference is
//               made up here: Mul may be contracted by the compiler, MulAdd may round twice, Floor,
//               Ceil and Round lose the sign of a zero below SSE4.1, Ne of NaN is false on AVX-512,
//               integer Div by 0 is not defined
//   source      Highway quick reference: "Arithmetic", "Comparisons", "Masks"
#ifndef ASHLAR_EMIT_SIMD_HIGHWAY_ARITHMETIC
#define ASHLAR_EMIT_SIMD_HIGHWAY_ARITHMETIC

#include <ashlar/emit/simd/highway_memory.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

struct highway_arithmetic : highway_memory {
  static constexpr bool keeps_zero_sign = !HWY_ARCH_X86 || HWY_TARGET <= HWY_SSE4;
  static constexpr bool native_fma = HWY_NATIVE_FMA != 0;

  template <class T, int L> ASHLAR_INLINE static auto add(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return {hn::Add(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto sub(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return {hn::Sub(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto mul(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    auto r = hn::Mul(a.raw, b.raw);
    if constexpr (lane::is_float<T> && target_has_fma) ASHLAR_ROUNDED(r.raw);
    return {r};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto fma(vec<T, L> a, vec<T, L> b, vec<T, L> c) -> vec<T, L> {
    if constexpr (!lane::is_float<T> || !target_has_fma) {
      return add(mul(a, b), c);
    } else if constexpr (native_fma) {
      return {hn::MulAdd(a.raw, b.raw, c.raw)};
    } else {
      auto const x = lanes(a), y = lanes(b), z = lanes(c);
      return make<T, L>([&](int l) { return lane::fma(x.lane[l], y.lane[l], z.lane[l]); });
    }
  }

  template <class T, int L> ASHLAR_INLINE static auto div(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    if constexpr (lane::is_float<T>) {
      return {hn::Div(a.raw, b.raw)};
    } else {
      auto const zero = broadcast<L>(T(0)), one = broadcast<L>(T(1));
      auto const by_zero = eq(b, zero);
      if constexpr (std::is_unsigned_v<T>) {
        return select(by_zero, zero, vec<T, L>{hn::Div(a.raw, select(by_zero, one, b).raw)});
      } else {
        auto const by_minus_one = eq(b, neg(one));
        auto const safe = select(mask_or(by_zero, by_minus_one), one, b);
        auto const quotient = vec<T, L>{hn::Div(a.raw, safe.raw)};
        return select(by_zero, zero, select(by_minus_one, neg(a), quotient));
      }
    }
  }

  template <class T, int L> ASHLAR_INLINE static auto rem(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    if constexpr (lane::is_float<T>) {
      auto const x = lanes(a), y = lanes(b);
      return make<T, L>([&](int l) { return lane::rem(x.lane[l], y.lane[l]); });
    } else {
      return sub(a, mul(div(a, b), b));
    }
  }

  template <class T, int L> ASHLAR_INLINE static auto min(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    if constexpr (lane::is_float<T> && !HWY_ARCH_X86)
      return select(lt(a, b), a, b);
    else
      return {hn::Min(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto max(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    if constexpr (lane::is_float<T> && !HWY_ARCH_X86)
      return select(gt(a, b), a, b);
    else
      return {hn::Max(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto neg(vec<T, L> a) -> vec<T, L> {
    if constexpr (std::is_unsigned_v<T>)
      return sub(broadcast<L>(T(0)), a);
    else
      return {hn::Neg(a.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto abs(vec<T, L> a) -> vec<T, L> {
    if constexpr (std::is_unsigned_v<T>)
      return a;
    else
      return {hn::Abs(a.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto sqrt(vec<T, L> a) -> vec<T, L> {
    return {hn::Sqrt(a.raw)};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto signed_as(vec<T, L> r, vec<T, L> a) -> vec<T, L> {
    if constexpr (keeps_zero_sign)
      return r;
    else
      return {hn::CopySign(r.raw, a.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto floor(vec<T, L> a) -> vec<T, L> {
    return signed_as(vec<T, L>{hn::Floor(a.raw)}, a);
  }

  template <class T, int L> ASHLAR_INLINE static auto ceil(vec<T, L> a) -> vec<T, L> {
    return signed_as(vec<T, L>{hn::Ceil(a.raw)}, a);
  }

  template <class T, int L> ASHLAR_INLINE static auto trunc(vec<T, L> a) -> vec<T, L> {
    return signed_as(vec<T, L>{hn::Trunc(a.raw)}, a);
  }

  template <class T, int L> ASHLAR_INLINE static auto round_even(vec<T, L> a) -> vec<T, L> {
    return signed_as(vec<T, L>{hn::Round(a.raw)}, a);
  }

  template <class T, int L>
  ASHLAR_INLINE static auto bit_and(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return {hn::And(a.raw, b.raw)};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto bit_or(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return {hn::Or(a.raw, b.raw)};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto majority(vec<T, L> a, vec<T, L> b, vec<T, L> c) -> vec<T, L> {
#if HWY_TARGET <= HWY_AVX3
    // One instruction; of the same in two or three, g++ makes four.
    tag<lane::unsigned_of<T>, L> const bits;
    auto x = hn::BitCast(bits, a.raw);
    x.raw = two_of(x.raw, hn::BitCast(bits, b.raw).raw, hn::BitCast(bits, c.raw).raw);
    return {hn::BitCast(tag<T, L>{}, x)};
#else
    return {hn::IfVecThenElse(hn::Xor(a.raw, b.raw), c.raw, a.raw)};
#endif
  }

  template <class T, int L>
  ASHLAR_INLINE static auto bit_xor(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return {hn::Xor(a.raw, b.raw)};
  }

  template <int K, class T, int L> ASHLAR_INLINE static auto shift_left(vec<T, L> a) -> vec<T, L> {
    return {hn::ShiftLeft<K>(a.raw)};
  }

  template <int K, class T, int L> ASHLAR_INLINE static auto shift_right(vec<T, L> a) -> vec<T, L> {
    return {hn::ShiftRight<K>(a.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto eq(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return {hn::Eq(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto ne(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    if constexpr (lane::is_float<T>)
      return mask_not(eq(a, b));
    else
      return {hn::Ne(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto lt(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return {hn::Lt(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto le(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return {hn::Le(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto gt(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return {hn::Gt(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto ge(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return {hn::Ge(a.raw, b.raw)};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto mask_and(mask<T, L> a, mask<T, L> b) -> mask<T, L> {
    return {hn::And(a.raw, b.raw)};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto mask_or(mask<T, L> a, mask<T, L> b) -> mask<T, L> {
    return {hn::Or(a.raw, b.raw)};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto mask_xor(mask<T, L> a, mask<T, L> b) -> mask<T, L> {
    return {hn::Xor(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto mask_not(mask<T, L> a) -> mask<T, L> {
    return {hn::Not(a.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto any(mask<T, L> m) -> bool {
    return !hn::AllFalse(tag<T, L>{}, m.raw);
  }

  template <class T, int L> ASHLAR_INLINE static auto all(mask<T, L> m) -> bool {
    return hn::AllTrue(tag<T, L>{}, m.raw);
  }

  template <class T, int L>
  ASHLAR_INLINE static auto select(mask<T, L> m, vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return {hn::IfThenElse(m.raw, a.raw, b.raw)};
  }

  template <int K, class T, int L>
  ASHLAR_INLINE static auto broadcast_lane(vec<T, L> a) -> vec<T, L> {
    static_assert(0 <= K && K < L);
    return {hn::BroadcastLane<K>(a.raw)};
  }

  template <int N, int K, class T, int L>
  ASHLAR_INLINE static auto broadcast_in(vec<T, L> a) -> vec<T, L> {
    static_assert(is_lane_count(N) && N <= L && 0 <= K && K < N);
    if constexpr (N == L) {
      return broadcast_lane<K>(a);
    } else if constexpr (sizeof(T) * N == 16) {
      return {hn::Broadcast<K>(a.raw)};
    } else {
      auto const x = lanes(a);
      return make<T, L>([&](int l) { return x.lane[l / N * N + K]; });
    }
  }

  template <class T, int L> ASHLAR_INLINE static auto lower(vec<T, L> a) -> vec<T, L / 2> {
    return {hn::LowerHalf(tag<T, L / 2>{}, a.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto upper(vec<T, L> a) -> vec<T, L / 2> {
    return {hn::UpperHalf(tag<T, L / 2>{}, a.raw)};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto combine(vec<T, L> low, vec<T, L> high) -> vec<T, 2 * L> {
    return {hn::Combine(tag<T, 2 * L>{}, high.raw, low.raw)};
  }

  template <fold Op, class T, int L> ASHLAR_INLINE static auto reduce(vec<T, L> a) -> T {
    if constexpr (L == 1)
      return hn::GetLane(a.raw);
    else
      return reduce<Op>(folded<Op, highway_arithmetic>(lower(a), upper(a)));
  }

 private:
#if HWY_TARGET <= HWY_AVX3
  ASHLAR_INLINE static auto two_of(__m128i a, __m128i b, __m128i c) -> __m128i {
    return _mm_ternarylogic_epi32(a, b, c, 0xE8);
  }
  ASHLAR_INLINE static auto two_of(__m256i a, __m256i b, __m256i c) -> __m256i {
    return _mm256_ternarylogic_epi32(a, b, c, 0xE8);
  }
  ASHLAR_INLINE static auto two_of(__m512i a, __m512i b, __m512i c) -> __m512i {
    return _mm512_ternarylogic_epi32(a, b, c, 0xE8);
  }
#endif
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_HIGHWAY_ARITHMETIC

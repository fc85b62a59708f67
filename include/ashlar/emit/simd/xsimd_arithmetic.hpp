// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/xsimd_arithmetic: arithmetic, comparison, masks and horizontal operations on xsimd.
//
//   takes       see backend.hpp, which lists the members
//   invariants  each lane as scalar_lane.hpp says. Where xsimd promises less, or is wrong, the
//               difference is made up here: a product may be contracted by the compiler, fma rounds
//               twice without FMA, neg of 0 is +0 on AVX-512, where ^ of masks is an or; floor,
//               ceil, trunc and nearbyint lose the sign of a zero below SSE4.1; integer products
//               may overflow, and integers are divided lane by lane, by 0 without a defined result
//   source      xsimd 13: "Arithmetic operators", "Comparison operators", "Rounding operators"
#pragma once

#include <ashlar/emit/simd/xsimd_memory.hpp>

namespace ashlar::emit::simd {
inline namespace ASHLAR_ISA {

struct xsimd_arithmetic : xsimd_memory {
  static constexpr bool is_x86 =
      target_level >= isa_level::x86_sse2 && target_level < isa_level::arm_neon;

  template <class T, int L> ASHLAR_INLINE static auto add(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return {a.raw + b.raw};
  }

  template <class T, int L> ASHLAR_INLINE static auto sub(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return {a.raw - b.raw};
  }

  template <class T, int L> ASHLAR_INLINE static auto mul(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    if constexpr (lane::is_float<T>) {
      auto r = a.raw * b.raw;
      ASHLAR_ROUNDED(r.data);
      return {r};
    } else {
      // What xsimd multiplies lane by lane does not overflow so: 8 and 16 bits are ints there.
      using U = std::conditional_t<(sizeof(T) < 4), lane::signed_of<T>, lane::unsigned_of<T>>;
      return {xs::bitwise_cast<T>(xs::bitwise_cast<U>(a.raw) * xs::bitwise_cast<U>(b.raw))};
    }
  }

  template <class T, int L>
  ASHLAR_INLINE static auto fma(vec<T, L> a, vec<T, L> b, vec<T, L> c) -> vec<T, L> {
    if constexpr (!lane::is_float<T> || !target_has_fma) {
      return add(mul(a, b), c);
    } else if constexpr (has_native_fma<typename batch<T, L>::arch_type>) {
      return {xs::fma(a.raw, b.raw, c.raw)};
    } else {
      auto const x = lanes(a), y = lanes(b), z = lanes(c);
      return make<T, L>([&](int l) { return lane::fma(x.lane[l], y.lane[l], z.lane[l]); });
    }
  }

  template <class T, int L> ASHLAR_INLINE static auto div(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    if constexpr (lane::is_float<T>) {
      return {a.raw / b.raw};
    } else {
      auto const x = lanes(a), y = lanes(b);
      return make<T, L>([&](int l) { return lane::div(x.lane[l], y.lane[l]); });
    }
  }

  /// The compiler's vectors can be divided by a constant, which it makes a multiplication.
  template <auto K, int L> static constexpr auto has_div_by() -> bool {
    using T = decltype(K);
    return std::is_integral_v<T> && sizeof(T) <= 4 && K >= T(2) && sizeof(T) * L >= 8;
  }
  template <auto K, class T, int L> ASHLAR_INLINE static auto div_by(vec<T, L> a) -> vec<T, L> {
    return of_register<T, L>(all_lanes(a) / K);
  }

  template <class T, int L> ASHLAR_INLINE static auto rem(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    auto const x = lanes(a), y = lanes(b);
    return make<T, L>([&](int l) { return lane::rem(x.lane[l], y.lane[l]); });
  }

  template <class T, int L> ASHLAR_INLINE static auto min(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    if constexpr (lane::is_float<T> && !is_x86)
      return select(lt(a, b), a, b);
    else
      return {xs::min(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto max(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    if constexpr (lane::is_float<T> && !is_x86)
      return select(gt(a, b), a, b);
    else
      return {xs::max(a.raw, b.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto neg(vec<T, L> a) -> vec<T, L> {
    if constexpr (lane::is_float<T>)
      return bit_xor(a, broadcast<L>(T(-0.0)));
    else
      return sub(broadcast<L>(T(0)), a);
  }

  template <class T, int L> ASHLAR_INLINE static auto abs(vec<T, L> a) -> vec<T, L> {
    if constexpr (std::is_unsigned_v<T>)
      return a;
    else
      return {xs::abs(a.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto sqrt(vec<T, L> a) -> vec<T, L> {
    return {xs::sqrt(a.raw)};
  }

  template <class T, int L> ASHLAR_INLINE static auto floor(vec<T, L> a) -> vec<T, L> {
    return signed_as(vec<T, L>{xs::floor(a.raw)}, a);
  }

  template <class T, int L> ASHLAR_INLINE static auto ceil(vec<T, L> a) -> vec<T, L> {
    return signed_as(vec<T, L>{xs::ceil(a.raw)}, a);
  }

  template <class T, int L> ASHLAR_INLINE static auto trunc(vec<T, L> a) -> vec<T, L> {
    return signed_as(vec<T, L>{xs::trunc(a.raw)}, a);
  }

  template <class T, int L> ASHLAR_INLINE static auto round_even(vec<T, L> a) -> vec<T, L> {
    return signed_as(vec<T, L>{xs::nearbyint(a.raw)}, a);
  }

  template <class T, int L>
  ASHLAR_INLINE static auto bit_and(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return {a.raw & b.raw};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto bit_or(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return {a.raw | b.raw};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto bit_xor(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return {a.raw ^ b.raw};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto majority(vec<T, L> a, vec<T, L> b, vec<T, L> c) -> vec<T, L> {
    if constexpr (has_ternary)
      return ternary<0xE8>(a, b, c);
    else
      return bit_or(bit_and(a, b), bit_and(bit_or(a, b), c));
  }

  template <int K, class T, int L> ASHLAR_INLINE static auto shift_left(vec<T, L> a) -> vec<T, L> {
    return {a.raw << K};
  }

  template <int K, class T, int L> ASHLAR_INLINE static auto shift_right(vec<T, L> a) -> vec<T, L> {
    return {a.raw >> K};
  }

  template <class T, int L> ASHLAR_INLINE static auto eq(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return {a.raw == b.raw};
  }

  template <class T, int L> ASHLAR_INLINE static auto ne(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return {a.raw != b.raw};
  }

  template <class T, int L> ASHLAR_INLINE static auto lt(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return {a.raw < b.raw};
  }

  template <class T, int L> ASHLAR_INLINE static auto le(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return {a.raw <= b.raw};
  }

  template <class T, int L> ASHLAR_INLINE static auto gt(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return {a.raw > b.raw};
  }

  template <class T, int L> ASHLAR_INLINE static auto ge(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return {a.raw >= b.raw};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto mask_and(mask<T, L> a, mask<T, L> b) -> mask<T, L> {
    return {a.raw & b.raw};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto mask_or(mask<T, L> a, mask<T, L> b) -> mask<T, L> {
    return {a.raw | b.raw};
  }

  template <class T, int L>
  ASHLAR_INLINE static auto mask_xor(mask<T, L> a, mask<T, L> b) -> mask<T, L> {
    return {a.raw != b.raw};  // xsimd's ^ of AVX-512 masks is an or
  }

  template <class T, int L> ASHLAR_INLINE static auto mask_not(mask<T, L> a) -> mask<T, L> {
    return {~a.raw};
  }

  template <class T, int L> ASHLAR_INLINE static auto any(mask<T, L> m) -> bool {
    return xs::any(inside(m).raw);
  }

  template <class T, int L> ASHLAR_INLINE static auto all(mask<T, L> m) -> bool {
    if constexpr (L == whole<T, L>)
      return xs::all(m.raw);
    else
      return !any(mask_not(m));
  }

  template <class T, int L>
  ASHLAR_INLINE static auto select(mask<T, L> m, vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    if constexpr (has_ternary && !has_bit_masks<T, L>)
      return ternary<0xCA>(bits_of(m), a, b);  // g++ 12 blends by an inverted mask as by the mask
    else
      return {xs::select(m.raw, a.raw, b.raw)};
  }

  template <int K, class T, int L>
  ASHLAR_INLINE static auto broadcast_lane(vec<T, L> a) -> vec<T, L> {
    static_assert(0 <= K && K < L);
    return permute<L>(a, a, [](int) { return K; });
  }

  template <int N, int K, class T, int L>
  ASHLAR_INLINE static auto broadcast_in(vec<T, L> a) -> vec<T, L> {
    static_assert(is_lane_count(N) && N <= L && 0 <= K && K < N);
    return permute<L>(a, a, [](int l) { return l / N * N + K; });
  }

  template <class T, int L> ASHLAR_INLINE static auto lower(vec<T, L> a) -> vec<T, L / 2> {
    return permute<L / 2>(a, a, [](int l) { return l; });
  }

  template <class T, int L> ASHLAR_INLINE static auto upper(vec<T, L> a) -> vec<T, L / 2> {
    return permute<L / 2>(a, a, [](int l) { return l + L / 2; });
  }

  template <fold Op, class T, int L> ASHLAR_INLINE static auto reduce(vec<T, L> a) -> T {
    if constexpr (L == 1)
      return first(a);
    else
      return reduce<Op>(folded<Op, xsimd_arithmetic>(lower(a), upper(a)));
  }

 private:
  template <class T, int L> ASHLAR_INLINE static auto bits_of(mask<T, L> m) -> vec<T, L> {
    return {batch<T, L>(m.raw.data)};
  }

  template <class A>
  static constexpr bool has_native_fma =
      std::is_base_of_v<xs::avx512f, A> || std::is_base_of_v<xs::neon64, A> ||
      std::is_same_v<A, xs::fma3<xs::avx2>> || std::is_same_v<A, xs::fma3<xs::avx>> ||
      std::is_same_v<A, xs::fma3<xs::sse4_2>>;

  /// Rounded r with the sign of a, which rounding keeps.
  template <class T, int L>
  ASHLAR_INLINE static auto signed_as(vec<T, L> r, vec<T, L> a) -> vec<T, L> {
    if constexpr (std::is_base_of_v<xs::sse4_1, typename batch<T, L>::arch_type> || !is_x86)
      return r;
    else
      return bit_or(r, bit_and(a, broadcast<L>(T(-0.0))));
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::simd

// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/highway_divide: integers divided by a constant, without a division.
//
//   takes       see backend.hpp; integers of 8, 16 and 32 bits
//   invariants  each lane as scalar_lane.hpp says: rounded towards zero
//   source      Granlund, Montgomery, "Division by invariant integers using multiplication", PLDI
//               1994
#ifndef ASHLAR_EMIT_SIMD_HIGHWAY_DIVIDE
#define ASHLAR_EMIT_SIMD_HIGHWAY_DIVIDE

#include <ashlar/emit/simd/highway_arithmetic.hpp>

#include <bit>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

/// x / k = high(x * factor) >> shift or, where the factor would have a bit too many,
/// (t + (x - t) / 2) >> shift with t = high(x * factor), for all x of the type.
template <class U> struct reciprocal {
  U factor = 0;
  int shift = 0;
  bool is_long = false;
};

template <class U> constexpr auto reciprocal_of(U k) -> reciprocal<U> {
  static_assert(sizeof(U) <= 4);
  constexpr int bits = 8 * static_cast<int>(sizeof(U));
  std::uint64_t const d = k;
  int const length = static_cast<int>(std::bit_width(d - 1));
  std::uint64_t const one = std::uint64_t{1} << (bits + length - 1);
  std::uint64_t const factor = (one + d - 1) / d;
  if (factor * d - one <= std::uint64_t{1} << (length - 1)) {
    return reciprocal<U>{.factor = static_cast<U>(factor), .shift = length - 1};
  }
  std::uint64_t const rest = (std::uint64_t{1} << length) - d;
  return reciprocal<U>{
      .factor = static_cast<U>((rest << bits) / d + 1), .shift = length - 1, .is_long = true};
}

struct highway_divide : highway_arithmetic {
  /// True if div_by divides these lanes.
  template <auto K, int L> static constexpr auto has_div_by() -> bool {
    using T = decltype(K);
    return std::is_integral_v<T> && sizeof(T) <= 4 && K >= T(2) && sizeof(T) * L >= 8;
  }

  template <auto K, class T, int L> ASHLAR_INLINE static auto div_by(vec<T, L> a) -> vec<T, L> {
    using U = std::make_unsigned_t<T>;
    tag<U, L> const d;
    if constexpr (std::is_unsigned_v<T>) {
      return {magnitude<U(K)>(d, a.raw)};
    } else {
      tag<T, L> const s;
      auto const sign = hn::BroadcastSignBit(a.raw);
      auto const size = hn::BitCast(d, hn::Sub(hn::Xor(a.raw, sign), sign));
      auto const q = hn::BitCast(s, magnitude<U(K)>(d, size));
      return {hn::Sub(hn::Xor(q, sign), sign)};
    }
  }

 private:
  template <auto K, class D, class V> ASHLAR_INLINE static auto magnitude(D d, V x) -> V {
    using U = decltype(K);
    if constexpr (sizeof(U) == 1) {
      // Both bytes of a pair by themselves; 16 bits are exact for numbers of 8.
      hn::Repartition<std::uint16_t, D> const pair;
      constexpr auto factor = static_cast<std::uint16_t>((65536U + K - 1U) / K);
      auto const f = hn::Set(pair, factor);
      auto const both = hn::BitCast(pair, x);
      auto const low = hn::MulHigh(hn::And(both, hn::Set(pair, std::uint16_t{255})), f);
      auto const high = hn::MulHigh(hn::ShiftRight<8>(both), f);
      return hn::BitCast(d, hn::Or(low, hn::ShiftLeft<8>(high)));
    } else if constexpr (std::has_single_bit(K)) {
      return hn::ShiftRight<std::countr_zero(K)>(x);
    } else {
      constexpr auto r = reciprocal_of<U>(K);
      auto const t = mul_high(d, x, hn::Set(d, r.factor));
      if constexpr (r.is_long)
        return hn::ShiftRight<r.shift>(hn::Add(t, hn::ShiftRight<1>(hn::Sub(x, t))));
      else
        return hn::ShiftRight<r.shift>(t);
    }
  }

  template <class D, class V> ASHLAR_INLINE static auto mul_high(D d, V x, V f) -> V {
    if constexpr (sizeof(hn::TFromD<D>) == 2) {
      return hn::MulHigh(x, f);
    } else {
      hn::RepartitionToWide<D> const wide;
      auto const even = hn::MulEven(x, f);
      auto const odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, x))), f);
      auto const top = hn::Set(wide, ~std::uint64_t{0} << 32);
      return hn::BitCast(d, hn::Or(hn::ShiftRight<32>(even), hn::And(odd, top)));
    }
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_HIGHWAY_DIVIDE

// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/xsimd: the backend on xsimd, and its conversions between element types.
//
//   takes       see backend.hpp, which lists the members; L * sizeof(T) up to the largest register
//   invariants  each lane as scalar_lane.hpp says. xsimd converts between types of one size, and
//               does not say what a number out of range becomes: conversions are the compiler's, of
//               numbers that were clamped before
//   source      GCC manual: "Vector Extensions", __builtin_convertvector
#pragma once

#include <ashlar/emit/simd/xsimd_arithmetic.hpp>

namespace ashlar::emit::simd {
inline namespace ASHLAR_ISA {

struct xsimd_backend : xsimd_arithmetic {
  template <class To, class From, int L>
  ASHLAR_INLINE static auto bitcast(vec<From, L> a) -> vec<To, L> {
    static_assert(sizeof(To) == sizeof(From));
    return {xs::bitwise_cast<To>(a.raw)};
  }

  template <class To, class From, int L>
  ASHLAR_INLINE static auto convert(vec<From, L> a) -> vec<To, L> {
    if constexpr (std::is_same_v<To, From>)
      return a;
    else if constexpr (L == 1)
      return broadcast<1>(lane::convert<To>(first(a)));
    else if constexpr (lane::is_float<From> && !lane::is_float<To>)
      return to_integer<To>(a);
    else if constexpr (lane::is_float<To> && sizeof(From) < 4)
      return change<To>(change<std::int32_t>(a));
    else
      return change<To>(a);
  }

  template <class To, class From, int L>
  ASHLAR_INLINE static auto convert_mask(mask<From, L> m) -> mask<To, L> {
    if constexpr (sizeof(To) == sizeof(From))
      return {xs::batch_bool_cast<To>(m.raw)};
    else
      return bits_to_mask<To, L>(convert<lane::signed_of<To>>(mask_to_bits(m)));
  }

  template <class T, int L> ASHLAR_INLINE static auto bool_to_vec(mask<T, L> m) -> vec<T, L> {
    return select(m, broadcast<L>(T(1)), broadcast<L>(T(0)));
  }

  template <class T, int L> ASHLAR_INLINE static auto vec_to_bool(vec<T, L> a) -> mask<T, L> {
    return ne(a, broadcast<L>(T(0)));
  }

 private:
  template <class To, class From, int L>
  ASHLAR_INLINE static auto change(vec<From, L> a) -> vec<To, L> {
    return of_gnu<To, L>(__builtin_convertvector(to_gnu(a), gnu_vec<To, L>));
  }

  template <class To, class From, int L>
  ASHLAR_INLINE static auto to_integer(vec<From, L> a) -> vec<To, L> {
    using limits = std::numeric_limits<To>;
    auto const number = select(eq(a, a), a, broadcast<L>(From(0)));
    if constexpr (sizeof(To) < 4) {
      auto const low = broadcast<L>(From(limits::min()));
      auto const high = broadcast<L>(From(limits::max()));
      return change<To>(change<std::int32_t>(min(max(number, low), high)));
    } else {
      // One more than the largest, a power of two and so a number of From, is the first too large.
      constexpr From above = static_cast<From>(std::uint64_t{1} << (limits::digits - 1)) * From(2);
      constexpr From least = std::is_signed_v<To> ? -above : From(0);
      auto const too_large = ge(number, broadcast<L>(above));
      auto const inside =
          max(select(too_large, broadcast<L>(From(0)), number), broadcast<L>(least));
      return select(convert_mask<To>(too_large), broadcast<L>(limits::max()), change<To>(inside));
    }
  }
};
static_assert(backend<xsimd_backend>);

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::simd

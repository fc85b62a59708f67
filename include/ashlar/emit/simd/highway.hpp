// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/highway: the backend on Google Highway, and its conversions between element types.
//
//   takes       see backend.hpp, which lists the members; L * sizeof(T) up to the largest vector
//   invariants  each lane as scalar_lane.hpp says: Highway saturates conversions to integers, and
//               NaN is taken to 0 here. Compiled for the target of the compile flags
//   source      Highway quick reference: "Type conversion"
#ifndef ASHLAR_EMIT_SIMD_HIGHWAY
#define ASHLAR_EMIT_SIMD_HIGHWAY

#include <ashlar/emit/simd/highway_products.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

struct highway_backend : highway_products {
  template <class To, class From, int L>
  ASHLAR_INLINE static auto bitcast(vec<From, L> a) -> vec<To, L> {
    static_assert(sizeof(To) == sizeof(From));
    return {hn::BitCast(tag<To, L>{}, a.raw)};
  }

  template <class To, class From, int L>
  ASHLAR_INLINE static auto convert(vec<From, L> a) -> vec<To, L> {
    if constexpr (std::is_same_v<To, From>)
      return a;
    else if constexpr (!lane::is_float<To> && !lane::is_float<From>)
      return resize<To>(a);
    else if constexpr (!lane::is_float<From>)
      return from_integer<To>(a);
    else if constexpr (!lane::is_float<To>)
      return to_integer<To>(a);
    else
      return change<To>(a);
  }

  template <class To, class From, int L>
  ASHLAR_INLINE static auto convert_mask(mask<From, L> m) -> mask<To, L> {
    tag<To, L> const to;
    tag<From, L> const from;
    if constexpr (sizeof(To) == sizeof(From))
      return {hn::RebindMask(to, m.raw)};
    else if constexpr (sizeof(To) > sizeof(From))
      return {hn::PromoteMaskTo(to, from, m.raw)};
    else
      return {hn::DemoteMaskTo(to, from, m.raw)};
  }

#if HWY_ARCH_X86 && HWY_TARGET < HWY_SSE4 && !defined(HWY_DISABLE_F16C)
  /// The floats of binary16 patterns, and the other way: see half.hpp.
  template <int L> ASHLAR_INLINE static auto widen_f16(vec<std::uint16_t, L> h) -> vec<float, L> {
    return {hn::PromoteTo(tag<float, L>{}, hn::BitCast(tag<hwy::float16_t, L>{}, h.raw))};
  }
  template <int L> ASHLAR_INLINE static auto narrow_f16(vec<float, L> v) -> vec<std::uint16_t, L> {
    auto const h = hn::DemoteTo(tag<hwy::float16_t, L>{}, v.raw);
    return {hn::BitCast(tag<std::uint16_t, L>{}, h)};
  }
#endif

  template <class T, int L> ASHLAR_INLINE static auto bool_to_vec(mask<T, L> m) -> vec<T, L> {
    return {hn::IfThenElseZero(m.raw, hn::Set(tag<T, L>{}, T(1)))};
  }

  template <class T, int L> ASHLAR_INLINE static auto vec_to_bool(vec<T, L> a) -> mask<T, L> {
    return ne(a, broadcast<L>(T(0)));
  }

 private:
  /// One conversion of Highway, by the sizes of the two types.
  template <class To, class From, int L>
  ASHLAR_INLINE static auto change(vec<From, L> a) -> vec<To, L> {
    tag<To, L> const to;
    if constexpr (sizeof(To) == sizeof(From))
      return {hn::ConvertTo(to, a.raw)};
    else if constexpr (sizeof(To) > sizeof(From))
      return {hn::PromoteTo(to, a.raw)};
    else
      return {hn::DemoteTo(to, a.raw)};
  }

  template <class To, class From, int L>
  ASHLAR_INLINE static auto resize(vec<From, L> a) -> vec<To, L> {
    if constexpr (sizeof(To) == sizeof(From)) {
      return bitcast<To>(a);
    } else if constexpr (sizeof(To) < sizeof(From)) {
      using narrow = std::make_unsigned_t<To>;
      auto const wide = bitcast<std::make_unsigned_t<From>>(a);
      return bitcast<To>(vec<narrow, L>{hn::TruncateTo(tag<narrow, L>{}, wide.raw)});
    } else if constexpr (std::is_signed_v<From>) {
      return bitcast<To>(change<std::make_signed_t<To>>(a));
    } else {
      return bitcast<To>(change<std::make_unsigned_t<To>>(a));
    }
  }

  template <class To, class From, int L>
  ASHLAR_INLINE static auto from_integer(vec<From, L> a) -> vec<To, L> {
    if constexpr (sizeof(From) < 4)
      return change<To>(resize<std::int32_t>(a));
    else
      return change<To>(a);
  }

  template <class To, class From, int L>
  ASHLAR_INLINE static auto to_integer(vec<From, L> a) -> vec<To, L> {
    auto const is_number = eq(a, a);
    if constexpr (sizeof(To) < 4) {
      using limits = std::numeric_limits<To>;
      auto const low = broadcast<L>(From(limits::min()));
      auto const high = broadcast<L>(From(limits::max()));
      auto const inside = min(max(select(is_number, a, broadcast<L>(From(0))), low), high);
      return resize<To>(change<std::int32_t>(inside));
    } else {
      auto const zero = broadcast<L>(To(0));
      return select(convert_mask<To>(is_number), change<To>(a), zero);
    }
  }
};
static_assert(backend<highway_backend>);

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_HIGHWAY

// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/scalar: the backend that needs the standard library only.
//
//   takes       see backend.hpp, which lists the members
//   invariants  each lane as scalar_lane.hpp says
#pragma once

#include <ashlar/emit/simd/scalar_memory.hpp>

namespace ashlar::emit::simd {
inline namespace ASHLAR_ISA {

struct scalar_backend : scalar_memory {
  template <class T, int L> ASHLAR_INLINE static auto add(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::add(a.lane[l], b.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto sub(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::sub(a.lane[l], b.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto mul(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::mul(a.lane[l], b.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto div(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::div(a.lane[l], b.lane[l]); });
  }
  /// A compiler knows how to divide by a constant.
  template <auto K, int L> static constexpr auto has_div_by() -> bool { return false; }
  template <class T, int L> ASHLAR_INLINE static auto rem(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::rem(a.lane[l], b.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto min(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::min(a.lane[l], b.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto max(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::max(a.lane[l], b.lane[l]); });
  }
  template <class T, int L>
  ASHLAR_INLINE static auto fma(vec<T, L> a, vec<T, L> b, vec<T, L> c) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::fma(a.lane[l], b.lane[l], c.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto neg(vec<T, L> a) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::neg(a.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto abs(vec<T, L> a) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::abs(a.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto sqrt(vec<T, L> a) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::sqrt(a.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto floor(vec<T, L> a) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::floor(a.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto ceil(vec<T, L> a) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::ceil(a.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto trunc(vec<T, L> a) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::trunc(a.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto round_even(vec<T, L> a) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::round_even(a.lane[l]); });
  }

  template <class T, int L>
  ASHLAR_INLINE static auto bit_and(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::bit_and(a.lane[l], b.lane[l]); });
  }
  template <class T, int L>
  ASHLAR_INLINE static auto bit_or(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::bit_or(a.lane[l], b.lane[l]); });
  }

  template <class T, int L>
  ASHLAR_INLINE static auto majority(vec<T, L> a, vec<T, L> b, vec<T, L> c) -> vec<T, L> {
    return bit_or(bit_and(a, b), bit_and(bit_or(a, b), c));
  }
  template <class T, int L>
  ASHLAR_INLINE static auto bit_xor(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::bit_xor(a.lane[l], b.lane[l]); });
  }
  template <int K, class T, int L> ASHLAR_INLINE static auto shift_left(vec<T, L> a) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::shift_left<K>(a.lane[l]); });
  }
  template <int K, class T, int L> ASHLAR_INLINE static auto shift_right(vec<T, L> a) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::shift_right<K>(a.lane[l]); });
  }

  template <class T, int L> ASHLAR_INLINE static auto eq(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return make_mask<T, L>([&](int l) { return a.lane[l] == b.lane[l]; });
  }
  template <class T, int L> ASHLAR_INLINE static auto ne(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return make_mask<T, L>([&](int l) { return a.lane[l] != b.lane[l]; });
  }
  template <class T, int L> ASHLAR_INLINE static auto lt(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return make_mask<T, L>([&](int l) { return a.lane[l] < b.lane[l]; });
  }
  template <class T, int L> ASHLAR_INLINE static auto le(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return make_mask<T, L>([&](int l) { return a.lane[l] <= b.lane[l]; });
  }
  template <class T, int L> ASHLAR_INLINE static auto gt(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return lt(b, a);
  }
  template <class T, int L> ASHLAR_INLINE static auto ge(vec<T, L> a, vec<T, L> b) -> mask<T, L> {
    return le(b, a);
  }

  template <class T, int L>
  ASHLAR_INLINE static auto mask_and(mask<T, L> a, mask<T, L> b) -> mask<T, L> {
    return make_mask<T, L>([&](int l) { return a.lane[l] && b.lane[l]; });
  }
  template <class T, int L>
  ASHLAR_INLINE static auto mask_or(mask<T, L> a, mask<T, L> b) -> mask<T, L> {
    return make_mask<T, L>([&](int l) { return a.lane[l] || b.lane[l]; });
  }
  template <class T, int L>
  ASHLAR_INLINE static auto mask_xor(mask<T, L> a, mask<T, L> b) -> mask<T, L> {
    return make_mask<T, L>([&](int l) { return a.lane[l] != b.lane[l]; });
  }
  template <class T, int L> ASHLAR_INLINE static auto mask_not(mask<T, L> a) -> mask<T, L> {
    return make_mask<T, L>([&](int l) { return !a.lane[l]; });
  }
  template <class T, int L> ASHLAR_INLINE static auto any(mask<T, L> m) -> bool {
    bool r = false;
    for (int l = 0; l < L; ++l) r = r || m.lane[l];
    return r;
  }
  template <class T, int L> ASHLAR_INLINE static auto all(mask<T, L> m) -> bool {
    return !any(mask_not(m));
  }
  template <class T, int L>
  ASHLAR_INLINE static auto select(mask<T, L> m, vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return make<T, L>([&](int l) { return m.lane[l] ? a.lane[l] : b.lane[l]; });
  }

  template <class To, class From, int L>
  ASHLAR_INLINE static auto convert(vec<From, L> a) -> vec<To, L> {
    return make<To, L>([&](int l) { return lane::convert<To>(a.lane[l]); });
  }
  template <class To, class From, int L>
  ASHLAR_INLINE static auto bitcast(vec<From, L> a) -> vec<To, L> {
    return make<To, L>([&](int l) { return std::bit_cast<To>(a.lane[l]); });
  }
  template <class To, class From, int L>
  ASHLAR_INLINE static auto convert_mask(mask<From, L> m) -> mask<To, L> {
    return make_mask<To, L>([&](int l) { return m.lane[l]; });
  }
  template <class T, int L> ASHLAR_INLINE static auto bool_to_vec(mask<T, L> m) -> vec<T, L> {
    return make<T, L>([&](int l) { return static_cast<T>(m.lane[l]); });
  }
  template <class T, int L> ASHLAR_INLINE static auto vec_to_bool(vec<T, L> a) -> mask<T, L> {
    return make_mask<T, L>([&](int l) { return a.lane[l] != T(0); });
  }

  template <int K, class T, int L>
  ASHLAR_INLINE static auto broadcast_lane(vec<T, L> a) -> vec<T, L> {
    static_assert(0 <= K && K < L);
    return broadcast<L>(a.lane[K]);
  }
  template <int N, int K, class T, int L>
  ASHLAR_INLINE static auto broadcast_in(vec<T, L> a) -> vec<T, L> {
    static_assert(is_lane_count(N) && N <= L && 0 <= K && K < N);
    return make<T, L>([&](int l) { return a.lane[l / N * N + K]; });
  }

  template <class T, int L> ASHLAR_INLINE static auto lower(vec<T, L> a) -> vec<T, L / 2> {
    return make<T, L / 2>([&](int l) { return a.lane[l]; });
  }
  template <class T, int L> ASHLAR_INLINE static auto upper(vec<T, L> a) -> vec<T, L / 2> {
    return make<T, L / 2>([&](int l) { return a.lane[l + L / 2]; });
  }
  template <class T, int L>
  ASHLAR_INLINE static auto combine(vec<T, L> low, vec<T, L> high) -> vec<T, 2 * L> {
    return make<T, 2 * L>([&](int l) { return l < L ? low.lane[l] : high.lane[l - L]; });
  }

  template <fold Op, class T> ASHLAR_INLINE static auto fold_lanes(T a, T b) -> T {
    if constexpr (Op == fold::add)
      return lane::add(a, b);
    else if constexpr (Op == fold::mul)
      return lane::mul(a, b);
    else if constexpr (Op == fold::min)
      return lane::min(a, b);
    else
      return lane::max(a, b);
  }
  template <fold Op, class T, int L> ASHLAR_INLINE static auto reduce(vec<T, L> a) -> T {
    for (int half = L / 2; half > 0; half /= 2)
      for (int l = 0; l < half; ++l) a.lane[l] = fold_lanes<Op>(a.lane[l], a.lane[l + half]);
    return a.lane[0];
  }
};
static_assert(backend<scalar_backend>);

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::simd

// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/by_lane: what backends have no instruction for, one lane after the other.
//
//   takes       Types: vec, mask, make and lanes of a backend, see backend.hpp
//   returns     Types with the members of backend.hpp that are the same for all backends
//   invariants  lanes are written in order, the last wins; memory of lanes that are off is not
//               touched
#ifndef ASHLAR_EMIT_SIMD_BY_LANE
#define ASHLAR_EMIT_SIMD_BY_LANE

#include <ashlar/emit/simd/backend.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

template <class Types> struct memory_by_lane : Types {
  template <class T, int L> using vec = typename Types::template vec<T, L>;
  template <class T, int L> using mask = typename Types::template mask<T, L>;

  template <class T, int L>
  ASHLAR_INLINE static void store_strided(T* p, std::ptrdiff_t stride, vec<T, L> v) {
    auto const from = Types::lanes(v);
    for (int l = 0; l < L; ++l) p[l * stride] = from.lane[l];
  }

  template <class T, int L>
  ASHLAR_INLINE static auto load_strided_masked(T const* p, std::ptrdiff_t stride, mask<T, L> m,
                                                T fill = T(0)) -> vec<T, L> {
    auto const on = Types::lanes(m);
    return Types::template make<T, L>(
        [&](int l) { return on.lane[l] != 0 ? p[l * stride] : fill; });
  }

  template <class T, int L>
  ASHLAR_INLINE static void store_strided_masked(T* p, std::ptrdiff_t stride, mask<T, L> m,
                                                 vec<T, L> v) {
    auto const on = Types::lanes(m);
    auto const from = Types::lanes(v);
    for (int l = 0; l < L; ++l)
      if (on.lane[l] != 0) p[l * stride] = from.lane[l];
  }

  template <class T, int L>
  ASHLAR_INLINE static auto zip(vec<T, L> a, vec<T, L> b) -> vec<T, 2 * L> {
    auto const even = Types::lanes(a);
    auto const odd = Types::lanes(b);
    return Types::template make<T, 2 * L>(
        [&](int l) { return l % 2 == 0 ? even.lane[l / 2] : odd.lane[l / 2]; });
  }

  template <class T, class I, int L>
  ASHLAR_INLINE static auto gather_masked(T const* p, vec<I, L> index, mask<T, L> m, T fill = T(0))
      -> vec<T, L> {
    auto const on = Types::lanes(m);
    auto const at = Types::lanes(index);
    return Types::template make<T, L>(
        [&](int l) { return on.lane[l] != 0 ? p[at.lane[l]] : fill; });
  }

  template <class T, class I, int L>
  ASHLAR_INLINE static void scatter(T* p, vec<I, L> index, vec<T, L> v) {
    auto const at = Types::lanes(index);
    auto const from = Types::lanes(v);
    for (int l = 0; l < L; ++l) p[at.lane[l]] = from.lane[l];
  }

  template <class T, class I, int L>
  ASHLAR_INLINE static void scatter_masked(T* p, vec<I, L> index, mask<T, L> m, vec<T, L> v) {
    auto const on = Types::lanes(m);
    auto const at = Types::lanes(index);
    auto const from = Types::lanes(v);
    for (int l = 0; l < L; ++l)
      if (on.lane[l] != 0) p[at.lane[l]] = from.lane[l];
  }
};

/// The operation of a horizontal reduction on two vectors of backend B.
template <fold Op, class B, class V> ASHLAR_INLINE auto folded(V a, V b) -> V {
  if constexpr (Op == fold::add)
    return B::add(a, b);
  else if constexpr (Op == fold::mul)
    return B::mul(a, b);
  else if constexpr (Op == fold::min)
    return B::min(a, b);
  else
    return B::max(a, b);
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_BY_LANE

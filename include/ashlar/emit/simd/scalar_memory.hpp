// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/scalar_memory: vectors as plain arrays; loads and stores lane by lane.
//
//   takes       see backend.hpp, which lists the members
//   invariants  needs the standard library only; loops have constant trip counts, so an optimiser
//               may vectorise them
#pragma once

#include <ashlar/emit/simd/by_lane.hpp>
#include <ashlar/emit/simd/scalar_lane.hpp>

// Lanes past the edge of a local tensor are loaded with the others and stored nowhere.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wunknown-warning-option"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

namespace ashlar::emit::simd {
inline namespace ASHLAR_ISA {

template <class T, int L> struct scalar_vec {
  static_assert(is_lane_count(L));
  T lane[std::size_t{L}];
};

template <class T, int L> struct scalar_mask {
  static_assert(is_lane_count(L));
  bool lane[std::size_t{L}];
};

struct scalar_types {
  template <class T, int L> using vec = scalar_vec<T, L>;
  template <class T, int L> using mask = scalar_mask<T, L>;

  static constexpr bool is_vector = false;

  template <class T> static constexpr auto max_lanes() -> int {
    return static_cast<int>(64 / sizeof(T));
  }

  /// The vector whose lane l is f(l).
  template <class T, int L, class F> ASHLAR_INLINE static auto make(F const& f) -> vec<T, L> {
    vec<T, L> r;
    for (int l = 0; l < L; ++l) r.lane[l] = f(l);
    return r;
  }

  template <class T, int L, class F> ASHLAR_INLINE static auto make_mask(F const& f) -> mask<T, L> {
    mask<T, L> r;
    for (int l = 0; l < L; ++l) r.lane[l] = f(l);
    return r;
  }

  template <class T, int L> ASHLAR_INLINE static auto get(vec<T, L> v, int l) -> T {
    return v.lane[l];
  }

  template <class Lanes> ASHLAR_INLINE static auto lanes(Lanes const& v) -> Lanes const& {
    return v;
  }
};

struct scalar_memory : memory_by_lane<scalar_types> {
  template <int L, class T> ASHLAR_INLINE static auto broadcast(T x) -> vec<T, L> {
    return make<T, L>([&](int) { return x; });
  }

  template <int L, class T> ASHLAR_INLINE static auto iota(T start) -> vec<T, L> {
    return make<T, L>([&](int l) { return lane::add(start, static_cast<T>(l)); });
  }

  template <class T, int L> ASHLAR_INLINE static auto first_n(std::ptrdiff_t n) -> mask<T, L> {
    return make_mask<T, L>([&](int l) { return l < n; });
  }

  template <int L, class T> ASHLAR_INLINE static auto load(T const* p) -> vec<T, L> {
    return make<T, L>([&](int l) { return p[l]; });
  }

  template <class T, int L> ASHLAR_INLINE static void store(T* p, vec<T, L> v) {
    for (int l = 0; l < L; ++l) p[l] = v.lane[l];
  }

  template <class T, int L>
  ASHLAR_INLINE static auto load_masked(T const* p, mask<T, L> m, T fill = T(0)) -> vec<T, L> {
    return make<T, L>([&](int l) { return m.lane[l] ? p[l] : fill; });
  }

  template <class T, int L>
  ASHLAR_INLINE static void store_masked(T* p, mask<T, L> m, vec<T, L> v) {
    for (int l = 0; l < L; ++l)
      if (m.lane[l]) p[l] = v.lane[l];
  }

  template <int L, class T>
  ASHLAR_INLINE static auto load_n(T const* p, std::ptrdiff_t n, T fill = T(0)) -> vec<T, L> {
    return load_masked(p, first_n<T, L>(n), fill);
  }

  template <class T, int L> ASHLAR_INLINE static void store_n(T* p, std::ptrdiff_t n, vec<T, L> v) {
    store_masked(p, first_n<T, L>(n), v);
  }

  template <int L, class T>
  ASHLAR_INLINE static auto load_strided(T const* p, std::ptrdiff_t stride) -> vec<T, L> {
    return make<T, L>([&](int l) { return p[l * stride]; });
  }

  template <class T, class I, int L>
  ASHLAR_INLINE static auto gather(T const* p, vec<I, L> index) -> vec<T, L> {
    return make<T, L>([&](int l) { return p[index.lane[l]]; });
  }

  template <int L, int N, class T> ASHLAR_INLINE static auto load_mod(T const* p) -> vec<T, L> {
    static_assert(is_lane_count(N) && N <= L);
    return make<T, L>([&](int l) { return p[l % N]; });
  }

  template <class T, int L, std::size_t N>
  ASHLAR_INLINE static void load_columns(T const* p, std::ptrdiff_t stride, vec<T, L> (&v)[N]) {
    for (int l = 0; l < L; ++l) {
      for (std::size_t i = 0; i < N; ++i)
        v[i].lane[l] = p[l * stride + static_cast<std::ptrdiff_t>(i)];
    }
  }

  template <class T, int L, std::size_t N>
  ASHLAR_INLINE static void store_interleaved(T* p, vec<T, L> const (&v)[N]) {
    for (int l = 0; l < L; ++l)
      for (std::size_t i = 0; i < N; ++i) p[static_cast<std::size_t>(l) * N + i] = v[i].lane[l];
  }

  template <class T, int L> ASHLAR_INLINE static void stream(T* p, vec<T, L> v) { store(p, v); }

  ASHLAR_INLINE static void stream_fence() {}

  template <class T> ASHLAR_INLINE static void prefetch(T const* p) { __builtin_prefetch(p); }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::simd

#pragma GCC diagnostic pop

// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/xsimd_memory: loads, stores, gathers and scatters on xsimd.
//
//   takes       see backend.hpp, which lists the members
//   invariants  bytes of masked-off lanes are not touched: what xsimd_x86 cannot do under a mask
//               goes lane by lane, and so do gathers but of 4 and 8 bytes by indices of that size
//   source      xsimd 13: "Data transfer"; the quick reference of backend.hpp
#pragma once

#include <ashlar/emit/simd/by_lane.hpp>
#include <ashlar/emit/simd/xsimd_x86.hpp>

namespace ashlar::emit::simd {
inline namespace ASHLAR_ISA {

struct xsimd_memory : memory_by_lane<xsimd_x86> {
  /// True if xsimd gathers by an instruction; it takes indices for signed.
  template <class T, class I, int L>
  static constexpr bool native_gather =
      target_level >= isa_level::x86_avx2 && target_level < isa_level::arm_neon &&
      sizeof(T) == sizeof(I) && sizeof(T) >= 4 && std::is_signed_v<I> && sizeof(T) * L >= 32;

  template <int L, class T> ASHLAR_INLINE static auto broadcast(T x) -> vec<T, L> {
    return {batch<T, L>(x)};
  }

  template <int L, class T> ASHLAR_INLINE static auto iota(T start) -> vec<T, L> {
    return {batch<T, L>::load_aligned(ramp<T, whole<T, L>>.lane) + batch<T, L>(start)};
  }

  template <class T, int L> ASHLAR_INLINE static auto first_n(std::ptrdiff_t n) -> mask<T, L> {
    return below<T, L>(n < 0 ? 0 : n > L ? L : static_cast<int>(n));
  }

  template <int L, class T> ASHLAR_INLINE static auto load(T const* p) -> vec<T, L> {
    if constexpr (L == whole<T, L>) {
      return {batch<T, L>::load_unaligned(p)};
    } else if constexpr (L == 1) {
      return broadcast<1>(*p);
    } else {
      word<T, L> w;
      std::memcpy(&w, p, sizeof w);
      return of_word<T, L>(w);
    }
  }

  template <class T, int L> ASHLAR_INLINE static void store(T* p, vec<T, L> v) {
    if constexpr (L == whole<T, L>) {
      v.raw.store_unaligned(p);
    } else if constexpr (L == 1) {
      *p = first(v);
    } else {
      auto const w = to_word(v);
      std::memcpy(p, &w, sizeof w);
    }
  }

  template <class T, int L>
  ASHLAR_INLINE static auto load_masked(T const* p, mask<T, L> m, T fill = T(0)) -> vec<T, L> {
    if constexpr (has_masks<T, L>) {
      auto const on = inside(m);
      return {xs::select(on.raw, load_on(p, on).raw, batch<T, L>(fill))};
    } else {
      auto const on = lanes(m);
      return make<T, L>([&](int l) { return on.lane[l] != 0 ? p[l] : fill; });
    }
  }

  template <class T, int L>
  ASHLAR_INLINE static void store_masked(T* p, mask<T, L> m, vec<T, L> v) {
    if constexpr (has_masks<T, L>) {
      store_on(p, inside(m), v);
    } else {
      auto const on = lanes(m);
      auto const from = lanes(v);
      for (int l = 0; l < L; ++l)
        if (on.lane[l] != 0) p[l] = from.lane[l];
    }
  }

  template <int L, class T>
  ASHLAR_INLINE static auto load_n(T const* p, std::ptrdiff_t n, T fill = T(0)) -> vec<T, L> {
    if constexpr (has_masks<T, L>)
      return load_masked(p, first_n<T, L>(n), fill);
    else
      return make<T, L>([&](int l) { return l < n ? p[l] : fill; });
  }

  template <class T, int L> ASHLAR_INLINE static void store_n(T* p, std::ptrdiff_t n, vec<T, L> v) {
    if constexpr (has_masks<T, L>) {
      store_masked(p, first_n<T, L>(n), v);
    } else {
      auto const from = lanes(v);
      for (int l = 0; l < L; ++l)
        if (l < n) p[l] = from.lane[l];
    }
  }

  template <int L, class T>
  ASHLAR_INLINE static auto load_strided(T const* p, std::ptrdiff_t stride) -> vec<T, L> {
    using I = lane::signed_of<T>;
    if constexpr (native_gather<T, I, L>) {
      // An index of 32 bits holds the last lane's offset up to here, far beyond any real stride.
      constexpr std::ptrdiff_t limit = std::ptrdiff_t{1} << 24;
      if (-limit < stride && stride < limit) [[likely]] {
        auto const step = batch<I, L>(static_cast<I>(stride));
        return gather(p, vec<I, L>{iota<L>(I(0)).raw * step});
      }
    }
    return make<T, L>([&](int l) { return p[l * stride]; });
  }

  template <class T, class I, int L>
  ASHLAR_INLINE static auto gather(T const* p, vec<I, L> index) -> vec<T, L> {
    if constexpr (native_gather<T, I, L>) {
      return {batch<T, L>::gather(p, index.raw)};
    } else {
      auto const at = lanes(index);
      return make<T, L>([&](int l) { return p[at.lane[l]]; });
    }
  }

  template <int L, int N, class T> ASHLAR_INLINE static auto load_mod(T const* p) -> vec<T, L> {
    static_assert(is_lane_count(N) && N <= L);
    return repeat<L>(load<N>(p));
  }

  /// Block b of row r is at row r + N * b; N rows of blocks are a square in each block, which
  /// log2(N) perfect shuffles turn.
  template <class T, int L, std::size_t N>
  ASHLAR_INLINE static void load_columns(T const* p, std::ptrdiff_t stride, vec<T, L> (&v)[N]) {
    static_assert(sizeof(T) * N == 16 && L >= static_cast<int>(N));
    constexpr auto rows = static_cast<std::ptrdiff_t>(N);
    ASHLAR_UNROLL
    for (std::size_t r = 0; r < N; ++r) {
      v[r] = load_blocks<T, L>(p + static_cast<std::ptrdiff_t>(r) * stride, rows * stride);
    }
    ASHLAR_UNROLL
    for (std::size_t done = 1; done < N; done *= 2) {
      vec<T, L> turned[N];
      ASHLAR_UNROLL
      for (std::size_t k = 0; k < N / 2; ++k) {
        turned[2 * k] = interleave<0, N>(v[k], v[k + N / 2]);
        turned[2 * k + 1] = interleave<1, N>(v[k], v[k + N / 2]);
      }
      ASHLAR_UNROLL
      for (std::size_t k = 0; k < N; ++k) v[k] = turned[k];
    }
  }

  template <class T, int L> ASHLAR_INLINE static void stream(T* p, vec<T, L> v) {
    if constexpr (has_stream && L == whole<T, L>) {
      if (reinterpret_cast<std::uintptr_t>(p) % (sizeof(T) * L) == 0) return store_past(p, v);
    }
    store(p, v);
  }

  ASHLAR_INLINE static void stream_fence() {
    if constexpr (has_stream) fence();
  }

  template <class T> ASHLAR_INLINE static void prefetch(T const* p) { __builtin_prefetch(p); }

  template <class T, int L>
  ASHLAR_INLINE static auto combine(vec<T, L> low, vec<T, L> high) -> vec<T, 2 * L> {
    return permute<2 * L>(low, high, [](int l) { return l; });
  }

  template <class T, int L>
  ASHLAR_INLINE static auto zip(vec<T, L> a, vec<T, L> b) -> vec<T, 2 * L> {
    return permute<2 * L>(a, b, [](int l) { return l / 2 + l % 2 * L; });
  }

 protected:
  template <class T, int L> ASHLAR_INLINE static auto first(vec<T, L> v) -> T {
    return all_lanes(v)[0];
  }

 private:
  /// Twice as many lanes, until there are L.
  template <int L, class T, int N> ASHLAR_INLINE static auto repeat(vec<T, N> v) -> vec<T, L> {
    if constexpr (N == 1)
      return broadcast<L>(first(v));
    else if constexpr (N == L)
      return v;
    else
      return repeat<L>(combine(v, v));
  }

  /// In each block of N lanes those of the lower or upper half of a and b, by turns.
  template <int Half, std::size_t N, class T, int L>
  ASHLAR_INLINE static auto interleave(vec<T, L> a, vec<T, L> b) -> vec<T, L> {
    return permute<L>(a, b, [](int l) {
      constexpr int n = int{N};
      return l / n * n + Half * (n / 2) + l % n / 2 + l % 2 * L;
    });
  }

  /// Blocks of 16 bytes that are `step` elements apart.
  template <class T, int L>
  ASHLAR_INLINE static auto load_blocks(T const* p, std::ptrdiff_t step) -> vec<T, L> {
    if constexpr (sizeof(T) * L == 16) {
      return load<L>(p);
    } else {
      constexpr std::ptrdiff_t half = sizeof(T) * L / 32;
      return combine(load_blocks<T, L / 2>(p, step), load_blocks<T, L / 2>(p + half * step, step));
    }
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::simd

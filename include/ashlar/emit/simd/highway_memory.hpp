// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/highway_memory: loads, stores, gathers and scatters on Highway.
//
//   takes       see backend.hpp, which lists the members
//   invariants  bytes of masked-off lanes are not touched. Highway itself promises that on AVX-512,
//               and on AVX2 for elements of 4 and 8 bytes; the rest goes lane by lane
//   source      Highway quick reference: "Memory", HWY_MEM_OPS_MIGHT_FAULT
#ifndef ASHLAR_EMIT_SIMD_HIGHWAY_MEMORY
#define ASHLAR_EMIT_SIMD_HIGHWAY_MEMORY

#include <ashlar/emit/simd/by_lane.hpp>
#include <ashlar/emit/simd/highway_types.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

struct highway_memory : memory_by_lane<highway_types> {
  /// True if masked loads and stores of the target leave masked-off bytes alone.
  template <class T>
  static constexpr bool native_masks =
      HWY_TARGET <= HWY_AVX3 || (HWY_TARGET == HWY_AVX2 && sizeof(T) >= 4);
  template <class T, class I>
  static constexpr bool native_gather =
      HWY_TARGET <= HWY_AVX2 && sizeof(T) == sizeof(I) && sizeof(T) >= 4 && std::is_signed_v<I>;

  template <int L, class T> ASHLAR_INLINE static auto broadcast(T x) -> vec<T, L> {
    return {hn::Set(tag<T, L>{}, x)};
  }

  template <int L, class T> ASHLAR_INLINE static auto iota(T start) -> vec<T, L> {
    return {hn::Iota(tag<T, L>{}, start)};
  }

  template <class T, int L> ASHLAR_INLINE static auto first_n(std::ptrdiff_t n) -> mask<T, L> {
    auto const inside = n < 0 ? 0 : n > L ? L : n;
    return {hn::FirstN(tag<T, L>{}, static_cast<std::size_t>(inside))};
  }

  template <int L, class T> ASHLAR_INLINE static auto load(T const* p) -> vec<T, L> {
    return {hn::LoadU(tag<T, L>{}, p)};
  }

  template <class T, int L> ASHLAR_INLINE static void store(T* p, vec<T, L> v) {
    hn::StoreU(v.raw, tag<T, L>{}, p);
  }

  template <class T, int L>
  ASHLAR_INLINE static auto load_masked(T const* p, mask<T, L> m, T fill = T(0)) -> vec<T, L> {
    if constexpr (native_masks<T>) {
      tag<T, L> const d;
      auto const on = inside(m).raw;
      return {hn::IfThenElse(on, hn::MaskedLoad(on, d, p), hn::Set(d, fill))};
    } else {
      auto const on = lanes(m);
      return make<T, L>([&](int l) { return on.lane[l] != 0 ? p[l] : fill; });
    }
  }

  template <class T, int L>
  ASHLAR_INLINE static void store_masked(T* p, mask<T, L> m, vec<T, L> v) {
    if constexpr (native_masks<T>) {
      hn::BlendedStore(v.raw, inside(m).raw, tag<T, L>{}, p);
    } else {
      auto const on = lanes(m);
      auto const from = lanes(v);
      for (int l = 0; l < L; ++l)
        if (on.lane[l] != 0) p[l] = from.lane[l];
    }
  }

  template <int L, class T>
  ASHLAR_INLINE static auto load_n(T const* p, std::ptrdiff_t n, T fill = T(0)) -> vec<T, L> {
    if constexpr (native_masks<T>) {
      return load_masked(p, first_n<T, L>(n), fill);
    } else {
      return make<T, L>([&](int l) { return l < n ? p[l] : fill; });
    }
  }

  template <class T, int L> ASHLAR_INLINE static void store_n(T* p, std::ptrdiff_t n, vec<T, L> v) {
    if constexpr (native_masks<T>) {
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
    if constexpr (native_gather<T, I> && sizeof(T) * L >= 16) {
      // An index of 32 bits holds the last lane's offset up to here, far beyond any real stride.
      constexpr std::ptrdiff_t limit = std::ptrdiff_t{1} << 24;
      if (-limit < stride && stride < limit) [[likely]] {
        tag<I, L> const d;
        auto const index = hn::Mul(hn::Iota(d, I{0}), hn::Set(d, static_cast<I>(stride)));
        return gather(p, vec<I, L>{index});
      }
    }
    return make<T, L>([&](int l) { return p[l * stride]; });
  }

  template <class T, class I, int L>
  ASHLAR_INLINE static auto gather(T const* p, vec<I, L> index) -> vec<T, L> {
    if constexpr (native_gather<T, I> && sizeof(T) * L >= 16) {
      return {hn::GatherIndex(tag<T, L>{}, p, index.raw)};
    } else {
      auto const at = lanes(index);
      return make<T, L>([&](int l) { return p[at.lane[l]]; });
    }
  }

  template <class T, class I, int L>
  ASHLAR_INLINE static auto gather_masked(T const* p, vec<I, L> index, mask<T, L> m, T fill = T(0))
      -> vec<T, L> {
    if constexpr (native_gather<T, I> && sizeof(T) * L >= 16) {
      tag<T, L> const d;
      return {hn::MaskedGatherIndexOr(hn::Set(d, fill), m.raw, d, p, index.raw)};
    } else {
      return memory_by_lane::gather_masked(p, index, m, fill);
    }
  }

  template <int L, int N, class T> ASHLAR_INLINE static auto load_mod(T const* p) -> vec<T, L> {
    static_assert(is_lane_count(N) && N <= L);
    if constexpr (N == 1) {
      return broadcast<L>(*p);
    } else if constexpr (N == L) {
      return load<L>(p);
    } else if constexpr (sizeof(T) * N == 16) {
      return {hn::LoadDup128(tag<T, L>{}, p)};
    } else {
      return make<T, L>([&](int l) { return p[l % N]; });
    }
  }

  /// Block b of row r is at row r + N * b; N rows of blocks are a square in each block, which
  /// log2(N) perfect shuffles turn.
  template <class T, int L, std::size_t N>
  ASHLAR_INLINE static void load_columns(T const* p, std::ptrdiff_t stride, vec<T, L> (&v)[N]) {
    static_assert(sizeof(T) * N == 16 && L >= static_cast<int>(N));
    constexpr auto rows = static_cast<std::ptrdiff_t>(N);
    tag<T, L> const d;
    ASHLAR_UNROLL
    for (std::size_t r = 0; r < N; ++r) {
      v[r] = load_blocks<T, L>(p + static_cast<std::ptrdiff_t>(r) * stride, rows * stride);
    }
    ASHLAR_UNROLL
    for (std::size_t done = 1; done < N; done *= 2) {
      vec<T, L> turned[N];
      ASHLAR_UNROLL
      for (std::size_t k = 0; k < N / 2; ++k) {
        turned[2 * k].raw = hn::InterleaveLower(d, v[k].raw, v[k + N / 2].raw);
        turned[2 * k + 1].raw = hn::InterleaveUpper(d, v[k].raw, v[k + N / 2].raw);
      }
      ASHLAR_UNROLL
      for (std::size_t k = 0; k < N; ++k) v[k] = turned[k];
    }
  }

  template <class T, int L>
  ASHLAR_INLINE static auto zip(vec<T, L> a, vec<T, L> b) -> vec<T, 2 * L> {
    tag<T, 2 * L> const d;
    if constexpr (sizeof(T) * L <= 8) {
      return {hn::InterleaveLower(d, hn::ResizeBitCast(d, a.raw), hn::ResizeBitCast(d, b.raw))};
    } else {
      tag<T, L> const half;
      return {hn::Combine(d, hn::InterleaveWholeUpper(half, a.raw, b.raw),
                          hn::InterleaveWholeLower(half, a.raw, b.raw))};
    }
  }

  template <class T, int L, std::size_t N>
  ASHLAR_INLINE static void store_interleaved(T* p, vec<T, L> const (&v)[N]) {
    static_assert(N == 2 || N == 4);
    if constexpr (N == 2)
      hn::StoreInterleaved2(v[0].raw, v[1].raw, tag<T, L>{}, p);
    else
      hn::StoreInterleaved4(v[0].raw, v[1].raw, v[2].raw, v[3].raw, tag<T, L>{}, p);
  }

  template <class T, int L> ASHLAR_INLINE static void stream(T* p, vec<T, L> v) {
    constexpr std::size_t bytes = sizeof(T) * L;
    if (bytes >= 16 && reinterpret_cast<std::uintptr_t>(p) % bytes == 0) {
      hn::Stream(v.raw, tag<T, L>{}, p);
    } else {
      hn::StoreU(v.raw, tag<T, L>{}, p);
    }
  }

  ASHLAR_INLINE static void stream_fence() { hwy::FlushStream(); }

  template <class T> ASHLAR_INLINE static void prefetch(T const* p) { __builtin_prefetch(p); }

 private:
  /// Blocks of 16 bytes that are `step` elements apart.
  template <class T, int L>
  ASHLAR_INLINE static auto load_blocks(T const* p, std::ptrdiff_t step) -> vec<T, L> {
    if constexpr (sizeof(T) * L == 16) {
      return load<L>(p);
    } else {
      constexpr std::ptrdiff_t half = sizeof(T) * L / 32;
      auto const low = load_blocks<T, L / 2>(p, step);
      auto const high = load_blocks<T, L / 2>(p + half * step, step);
      return {hn::Combine(tag<T, L>{}, high.raw, low.raw)};
    }
  }
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_HIGHWAY_MEMORY

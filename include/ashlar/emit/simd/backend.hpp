// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/backend: what a SIMD backend is. The walk of a lowered program is written once against
// this; scalar_backend, highway_backend, xsimd_backend are empty types with these static members. B
// stands for the backend, V for B::vec<T, L>, M for B::mask<T, L>; L is deduced unless it is given.
//
//   types       vec<T, L>, mask<T, L>: T in float, double, (u)int8..64; L a power of two, 1 to 64
//   limits      max_lanes<T>(), the largest L of T for the compile flags; a vector of another type
//               with the same L must fit too. is_vector: lanes cost less than a loop over them
//   memory      load<L>(p), store(p, V), load_masked(p, M, fill = 0), store_masked(p, M, V),
//               load_n<L>(p, n, fill = 0), store_n(p, n, V) (the first n lanes; any n),
//               load_strided<L>(p, stride), store_strided(p, stride, V) (in elements),
//               load_strided_masked(p, stride, M, fill = 0), store_strided_masked(p, stride, M, V),
//               gather(p, index), scatter(p, index, V) (index: a vec of (u)int32 or (u)int64),
//               gather_masked(p, index, M, fill = 0), scatter_masked(p, index, M, V),
//               load_columns(p, stride, v) (v: 16 / sizeof(T) vectors; lane l of v[i] is
//               p[l * stride + i]; rows of 16 bytes are read),
//               load_mod<L, N>(p) (lane l = p[l % N]), stream(p, V), stream_fence(), prefetch(p),
//               store_interleaved(p, v) (v: 2 or 4 vectors, N; p[N * l + i] = lane l of v[i])
//   making      broadcast<L>(x), iota<L>(start), first_n<T, L>(n) (an M; any n),
//               broadcast_lane<K>(V), broadcast_in<N, K>(V) (lane l = lane l / N * N + K)
//   arithmetic  add sub mul div rem min max (V, V), neg abs sqrt floor ceil trunc round_even (V),
//               div_by<K>(V) (K of type T) where has_div_by<K, L>(),
//               fma(a, b, c), bit_and bit_or bit_xor (V, V), shift_left<K>(V), shift_right<K>(V),
//               majority(a, b, c) (the bits that two of the three have)
//   products    optional: dot_groups<L>(V s, a, b) (of int32 with pointers to bytes: lane l is
//               s + a[0] * b[4 l] + ... + a[3] * b[4 l + 3], modulo 2^32; of float with pointers to
//               bfloat16: s + a[0] * b[2 l] + a[1] * b[2 l + 1])
//   compare     eq ne lt le gt ge (V, V) -> M; mask_and mask_or mask_xor (M, M), mask_not(M);
//               select(M, a, b); any(M), all(M) -> bool
//   convert     convert<To>(V), bitcast<To>(V) (same size), convert_mask<To>(M),
//               bool_to_vec(M) -> V of 0 and 1, vec_to_bool(V) -> M of lanes other than 0
//   reduce      reduce<fold::add | mul | min | max>(V) -> T
//   lanes       lower(V), upper(V) -> vec<T, L / 2>, combine(low, high) -> vec<T, 2 * L>,
//               zip(a, b) -> vec<T, 2 * L> (lane 2 l of a[l], 2 l + 1 of b[l]),
//               get(V, l) -> T, for cold paths and tests
//
//   invariants  each lane as scalar_lane.hpp defines it, so backends and lane counts agree bit for
//               bit (any NaN equals any NaN); fma is fused exactly if target_has_fma.
//               Bytes of lanes that are masked off are not touched. Scatters and strided stores
//               write lanes in order, the last wins. stream falls back to store where p is not
//               aligned to the vector; it needs stream_fence() before another thread reads.
//               reduce folds the upper half on the lower, r[l] = op(v[l], v[l + L / 2]), until one
//               lane is left; the identity is not involved.
#ifndef ASHLAR_EMIT_SIMD_BACKEND
#define ASHLAR_EMIT_SIMD_BACKEND

#include <ashlar/config.hpp>
#include <cstddef>
#include <cstdint>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

/// The operation of a horizontal reduction.
enum class fold : std::uint8_t { add, mul, min, max };

constexpr auto is_lane_count(int lanes) -> bool {
  return lanes >= 1 && lanes <= 64 && (lanes & (lanes - 1)) == 0;
}

/// A first check of an argument for a backend; the members themselves are found by use.
template <class B>
concept backend = requires(float const* p, typename B::template vec<float, 1> v,
                           typename B::template mask<float, 1> m) {
  B::template max_lanes<float>();
  B::template load<1>(p);
  B::fma(v, v, v);
  B::select(m, v, v);
  B::template convert<std::int32_t>(v);
  B::template reduce<fold::add>(v);
};

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_BACKEND

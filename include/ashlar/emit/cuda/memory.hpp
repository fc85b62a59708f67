// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/memory: loads and stores of one access in the lanes of a thread.
//
//   method      elements that follow each other are moved by one instruction, as many as the known
//               alignment allows, up to 16 bytes; where a lane is off or outside, one by one
//   invariants  memory of elements that are outside, or of lanes that are off, is not touched
#pragma once

#include <ashlar/emit/cuda/address.hpp>

namespace ashlar::emit::cuda {

/// All lanes are on.
struct no_mask {};

/// N elements at a multiple of their size, which one instruction moves.
template <class T, int N> struct alignas(sizeof(T) * std::size_t{N}) chunk {
  T v[std::size_t{N}];
};

namespace memory_impl {

// True where nothing writes what the access reads while the kernel runs.
template <class Code> consteval auto is_read_only(Code const& c, int access) -> bool {
  code_buffer const& b = c.buffers[c.accesses[access].buffer];
  return b.operand >= 0 && !b.is_output && !b.may_alias_output;
}

}  // namespace memory_impl

/// True for an operand that the call may give as a number.
constexpr auto may_be_number(code_buffer const& b) -> bool {
  return b.operand >= 0 && b.rank == 0 && !b.is_output;
}
template <class Code> consteval auto is_number(Code const& c, int buffer) -> bool {
  return may_be_number(c.buffers[buffer]);
}

inline namespace ASHLAR_ISA {

/// The value of an operand that has no dimensions.
template <int Buffer, class Frame> ASHLAR_DEVICE auto number(Frame& f) {
  using T = stored<Frame::tag::value.buffers[Buffer].type>;
  using bits = std::conditional_t<
      sizeof(T) == 8, std::uint64_t,
      std::conditional_t<sizeof(T) == 4, std::uint32_t,
                         std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint8_t>>>;
  void const* const p = f.call.data[Buffer];
  if (p != nullptr) return *static_cast<T const*>(p);
  return __builtin_bit_cast(T, static_cast<bits>(f.call.number[Buffer]));
}

/// N elements from p on, through the cache of what is not written where it is known to be that.
template <bool ReadOnly, int N, class T> ASHLAR_DEVICE auto load_chunk(T const* p) -> chunk<T, N> {
#if defined(__CUDA_ARCH__)
  using bits = std::conditional_t<
      sizeof(T) * std::size_t{N} == 16, uint4,
      std::conditional_t<sizeof(T) * std::size_t{N} == 8, uint2,
                         std::conditional_t<sizeof(T) * std::size_t{N} == 4, unsigned,
                                            std::conditional_t<sizeof(T) * std::size_t{N} == 2,
                                                               unsigned short, unsigned char>>>>;
  if constexpr (ReadOnly) {
    return __builtin_bit_cast(chunk<T, N>, __ldg(reinterpret_cast<bits const*>(p)));
  } else {
    return *reinterpret_cast<chunk<T, N> const*>(p);
  }
#else
  return *reinterpret_cast<chunk<T, N> const*>(p);
#endif
}

/// The element of a register tile that access A is.
template <int A, class Cursor> ASHLAR_DEVICE auto tile_element(Cursor c) -> auto& {
  using tag = typename Cursor::tag;
  constexpr tir::handle buffer = tag::value.accesses[A].buffer;
  constexpr int lanes = tag::value.buffers[buffer].lanes;
  return c.tiles.template of<buffer>()[offset<A>(c.f) / lanes];
}

/// L elements in chunks of N.
template <bool ReadOnly, int N, int L, class T>
ASHLAR_DEVICE auto load_lanes(T const* p) -> lanes<T, L> {
  lanes<T, L> r;
  ASHLAR_UNROLL
  for (int from = 0; from < L; from += N) {
    auto const part = load_chunk<ReadOnly, N>(p + from);
    ASHLAR_UNROLL
    for (int l = 0; l < N; ++l) r.v[from + l] = part.v[l];
  }
  return r;
}
template <int N, int L, class T> ASHLAR_DEVICE void store_lanes(T* p, lanes<T, L> const& v) {
  ASHLAR_UNROLL
  for (int from = 0; from < L; from += N) {
    chunk<T, N> part;
    ASHLAR_UNROLL
    for (int l = 0; l < N; ++l) part.v[l] = v.v[from + l];
    *reinterpret_cast<chunk<T, N>*>(p + from) = part;
  }
}

/// Access A in L lanes of loop `Lane`, all of which are inside.
template <int A, int Lane, int L, class Frame> ASHLAR_DEVICE auto load_inside(Frame& f) {
  using tag = typename Frame::tag;
  constexpr auto const step = step_of(tag::value, A, Lane);
  constexpr bool read_only = memory_impl::is_read_only(tag::value, A);
  constexpr tir::handle buffer = tag::value.accesses[A].buffer;
  auto const* p = pointer<A>(f);
  if constexpr (is_number(tag::value, buffer)) {
    return broadcast<L>(number<buffer>(f));
  } else if constexpr (!step.uses) {
    return broadcast<L>(load_chunk<read_only, 1>(p).v[0]);
  } else if constexpr (step.constant && step.step == 1) {
    constexpr int n = chunk_of(tag::value, A, Lane, L);
    return load_lanes<read_only, n, L>(p);
  } else {
    std::int32_t const distance = lane_distance<A, Lane>(f);
    lanes<stored<tag::value.buffers[buffer].type>, L> r;
    ASHLAR_UNROLL
    for (int l = 0; l < L; ++l) r.v[l] = load_chunk<read_only, 1>(p + l * distance).v[0];
    return r;
  }
}

/// The lanes in which every checked index of access A is inside.
template <int A, int Lane, int L, class Frame> ASHLAR_DEVICE auto lanes_inside(Frame& f) {
  lanes<bool, L> r;
  for_lanes<Lane, L>(f, [&](int l) { r.v[l] = is_inside<A>(f); });
  return r;
}

/// Access A in L lanes; `outside()` gives the values of elements that are outside.
template <int A, int Lane, int L, class Cursor, class Outside>
ASHLAR_DEVICE auto load_access(Cursor at, Outside const& outside) {
  using tag = typename Cursor::tag;
  constexpr tir::handle buffer = tag::value.accesses[A].buffer;
  constexpr bool is_checked = tag::value.accesses[A].checked != 0;
  using T = stored<tag::value.buffers[buffer].type>;
  auto& f = at.f;
  if constexpr (tag::value.buffers[buffer].where == tir::scope::registers) {
    if constexpr (tag::value.buffers[buffer].lanes == L)
      return tile_element<A>(at);
    else
      return broadcast<L>(tile_element<A>(at).v[0]);
  } else if constexpr (!is_checked && is_straight(tag::value, A, Lane, L)) {
    return load_inside<A, Lane, L>(f);
  } else {
    auto const inside = lanes_inside<A, Lane, L>(f);
    lanes<T, L> r;
    if constexpr (is_straight(tag::value, A, Lane, L)) {
      if (all_of(inside)) return load_inside<A, Lane, L>(f);
    }
    auto const other = outside();
    for_lanes<Lane, L>(f, [&](int l) { r.v[l] = inside.v[l] ? *pointer<A>(f) : other.v[l]; });
    return r;
  }
}

/// One store of L lanes that are all on, and inside.
template <int A, int Lane, class Frame, class T, int L>
ASHLAR_DEVICE void store_inside(Frame& f, lanes<T, L> const& v) {
  using tag = typename Frame::tag;
  constexpr auto const step = step_of(tag::value, A, Lane);
  auto* const p = pointer<A>(f);
  if constexpr (L == 1) {
    *p = v.v[0];
  } else if constexpr (step.constant && step.step == 1) {
    constexpr int n = chunk_of(tag::value, A, Lane, L);
    store_lanes<n>(p, v);
  } else {
    std::int32_t const distance = lane_distance<A, Lane>(f);
    ASHLAR_UNROLL
    for (int l = 0; l < L; ++l) p[l * distance] = v.v[l];
  }
}

/// Stores v to access A in the lanes of `on`.
template <int A, int Lane, class Cursor, class T, int L, class M>
ASHLAR_DEVICE void store_access(Cursor at, lanes<T, L> const& v, M const& on) {
  using tag = typename Cursor::tag;
  constexpr bool all = std::is_same_v<M, no_mask>;
  constexpr bool is_checked = tag::value.accesses[A].checked != 0;
  constexpr bool is_affine = is_straight(tag::value, A, Lane, L);
  auto& f = at.f;
  if constexpr (tag::value.buffers[tag::value.accesses[A].buffer].where == tir::scope::registers) {
    tile_element<A>(at) = v;
  } else if constexpr (all && !is_checked && is_affine) {
    store_inside<A, Lane>(f, v);
  } else {
    auto enabled = broadcast<L>(true);
    if constexpr (!all) enabled = on;
    if constexpr (is_checked) {
      enabled = map([](bool a, bool b) { return a && b; }, enabled, lanes_inside<A, Lane, L>(f));
    }
    if constexpr (is_affine) {
      if (all_of(enabled)) {
        store_inside<A, Lane>(f, v);
        return;
      }
    }
    for_lanes<Lane, L>(f, [&](int l) {
      if (enabled.v[l]) *pointer<A>(f) = v.v[l];
    });
  }
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::cuda

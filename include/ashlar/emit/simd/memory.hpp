// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/memory: loads and stores of one access, by the way that its address moves with the
// lanes: not at all, by one element, by a fixed or variable number of them, or any way.
//
//   invariants  memory of elements that are outside, or of lanes that are off, is not touched
#ifndef ASHLAR_EMIT_SIMD_MEMORY
#define ASHLAR_EMIT_SIMD_MEMORY

#include <ashlar/emit/simd/address.hpp>
#include <ashlar/emit/simd/backend.hpp>
#include <ashlar/emit/simd/nibbles.hpp>

namespace ashlar::emit::ASHLAR_SIMD {

/// All lanes are on.
struct no_mask {};

inline namespace ASHLAR_ISA {

template <class Tag, int A> ASHLAR_INLINE auto pointer(frame<Tag>& f) {
  constexpr tir::access a = Tag::value.accesses[A];
  static_assert(!is_paired_access(Tag::value, A), "half a byte has no address");
  using T = stored<Tag::value.buffers[a.buffer].type>;
  return static_cast<T*>(f.data[a.buffer]) + offset<Tag, A>(f);
}

/// The bytes of an operand with two elements in each.
template <class Tag, int A> ASHLAR_INLINE auto pairs(frame<Tag>& f) -> std::uint8_t* {
  return static_cast<std::uint8_t*>(f.data[Tag::value.accesses[A].buffer]);
}

/// The element that access A is.
template <class Tag, int A> ASHLAR_INLINE auto element_of(frame<Tag>& f) {
  if constexpr (is_paired_access(Tag::value, A)) {
    constexpr dtype d = Tag::value.buffers[Tag::value.accesses[A].buffer].type;
    return nibbles<typename Tag::backend>::template one<d>(pairs<Tag, A>(f), offset<Tag, A>(f));
  } else {
    return *pointer<Tag, A>(f);
  }
}

/// The element of a register tile that access A is.
template <int A, class Tag, class Tiles>
ASHLAR_INLINE auto tile_element(cursor<Tag, Tiles> c) -> auto& {
  constexpr tir::access a = Tag::value.accesses[A];
  return c.tiles.template of<a.buffer>()[offset<Tag, A>(c.f) / Tag::value.buffers[a.buffer].lanes];
}

/// Runs each(l) for every lane, with the loop variable of the lanes set to l.
template <int Lane, int L, class Tag, class Each>
ASHLAR_INLINE void for_lanes(frame<Tag>& f, Each const& each) {
  for (int l = 0; l < L; ++l) {
    if constexpr (Lane >= 0) f.variable[Lane] = l;
    each(l);
  }
  if constexpr (Lane >= 0) f.variable[Lane] = 0;
}

/// The lanes of access A one by one, where no vector instruction fits.
template <class Tag, int A, int Lane, int L, class T>
ASHLAR_INLINE auto load_lanes(frame<Tag>& f, typename Tag::backend::template vec<T, L> outside) {
  T lanes[std::size_t{L}];
  Tag::backend::store(lanes, outside);
  for_lanes<Lane, L>(f, [&](int l) {
    if (is_inside<Tag, A, -1>(f)) lanes[l] = element_of<Tag, A>(f);
  });
  return Tag::backend::template load<L>(static_cast<T const*>(lanes));
}

/// The same of an operand with two elements in a byte.
template <class Tag, int A, int Lane, int L> ASHLAR_INLINE auto load_pairs(frame<Tag>& f) {
  using B = typename Tag::backend;
  constexpr dtype d = Tag::value.buffers[Tag::value.accesses[A].buffer].type;
  constexpr lane_step s = step_of(Tag::value, A, Lane);
  if constexpr (!s.uses) {
    return B::template broadcast<L>(element_of<Tag, A>(f));
  } else if constexpr (s.constant && s.step == 1) {
    constexpr bool at_byte = starts_at_byte(Tag::value, A, Lane);
    return nibbles<B>::template load<d, L, at_byte>(pairs<Tag, A>(f), offset<Tag, A>(f));
  } else {
    stored<d> lanes[std::size_t{L}];
    for_lanes<Lane, L>(f, [&](int l) { lanes[l] = element_of<Tag, A>(f); });
    return B::template load<L>(static_cast<stored<d> const*>(lanes));
  }
}

/// Access A in L lanes of loop `Lane`, where every checked index is inside.
template <class Tag, int A, int Lane, int L> ASHLAR_INLINE auto load_inside(frame<Tag>& f) {
  using B = typename Tag::backend;
  constexpr lane_step s = step_of(Tag::value, A, Lane);
  if constexpr (is_paired_access(Tag::value, A)) {
    return load_pairs<Tag, A, Lane, L>(f);
  } else {
    auto const* p = pointer<Tag, A>(f);
    if constexpr (!s.uses)
      return B::template broadcast<L>(*p);
    else if constexpr (s.constant && s.step == 1)
      return B::template load<L>(p);
    else
      return B::template load_strided<L>(p, dynamic_step<Tag, A, Lane>(f));
  }
}

/// Access A in the lanes of a fused loop: of a row or of a column of a packed matrix.
template <class Tag, int A, int Lane, int L> ASHLAR_INLINE auto load_fused(frame<Tag>& f) {
  using B = typename Tag::backend;
  constexpr lane_pattern s = pattern_of(Tag::value, A, Lane, L);
  auto const* p = pointer<Tag, A>(f);
  if constexpr (s.map == lane_map::repeats)
    return B::template load_mod<L, s.every>(p);
  else  // no more of the last block than is in the column
    return B::template broadcast_in<s.every, 0>(B::template load_n<L>(p, L - s.every + 1));
}

/// Access A where lanes may be outside; those get `outside`.
template <class Tag, int A, int Lane, int L, class V>
ASHLAR_INLINE auto load_partly(frame<Tag>& f, V outside) {
  using B = typename Tag::backend;
  using T = stored<Tag::value.buffers[Tag::value.accesses[A].buffer].type>;
  constexpr lane_step s = step_of(Tag::value, A, Lane);
  auto const* p = pointer<Tag, A>(f);
  auto const on = lanes_inside<Tag, T, A, Lane, L>(f);
  if constexpr (s.constant && s.step == 1) {
    return B::select(on, B::load_masked(p, on), outside);
  } else {
    return B::select(on, B::load_strided_masked(p, dynamic_step<Tag, A, Lane>(f), on), outside);
  }
}

/// Access A in L lanes; `outside()` gives the value of elements that are outside.
template <int A, int Lane, int L, class Tag, class Tiles, class Outside>
ASHLAR_INLINE auto load_access(cursor<Tag, Tiles> at, Outside const& outside) {
  constexpr auto const& c = Tag::value;
  frame<Tag>& f = at.f;
  constexpr code_buffer b = c.buffers[c.accesses[A].buffer];
  using T = stored<b.type>;
  using V = typename Tag::backend::template vec<T, L>;
  if constexpr (b.where == tir::scope::registers) {
    static_assert(b.lanes == L || b.lanes == 1,
                  "a register tile is read in the lanes it was written in");
    if constexpr (b.lanes == L) {
      return tile_element<A>(at);
    } else {
      using B = typename Tag::backend;
      return B::template broadcast<L>(B::template reduce<fold::add>(tile_element<A>(at)));
    }
  } else if constexpr (is_paired_access(c, A) &&
                       !(step_of(c, A, Lane).affine && c.accesses[A].checked == 0)) {
    return load_lanes<Tag, A, Lane, L, T>(f, outside());
  } else if constexpr (!step_of(c, A, Lane).affine &&
                       pattern_of(c, A, Lane, L).map != lane_map::other) {
    return load_fused<Tag, A, Lane, L>(at.f);
  } else if constexpr (!step_of(c, A, Lane).affine) {
    return load_lanes<Tag, A, Lane, L, T>(f, outside());
  } else if constexpr (c.accesses[A].checked == 0) {
    return load_inside<Tag, A, Lane, L>(f);
  } else if constexpr (has_lane_check(c, A, Lane)) {
    V const other = outside();
    if (!is_inside<Tag, A, Lane>(f)) return other;
    return load_partly<Tag, A, Lane, L>(f, other);
  } else {
    if (!is_inside<Tag, A, Lane>(f)) return V(outside());
    return V(load_inside<Tag, A, Lane, L>(f));
  }
}

/// The step of access A, also where the lanes of a fused loop are contiguous.
template <class Code>
consteval auto step_of_store(Code const& c, int access, int lane, int lanes) -> lane_step {
  lane_step const s = step_of(c, access, lane);
  if (s.affine) return s;
  lane_pattern const p = pattern_of(c, access, lane, lanes);
  bool const is_contiguous = p.map == lane_map::repeats && p.every == lanes;
  return is_contiguous ? lane_step{.uses = true, .step = 1} : s;
}

/// Stores v to access A in the lanes of `on`; past the caches where it can be.
template <int A, int Lane, int L, bool Streams, class Tag, class Tiles, class V, class M>
ASHLAR_INLINE void store_access(cursor<Tag, Tiles> at, V v, M on) {
  using B = typename Tag::backend;
  frame<Tag>& f = at.f;
  constexpr auto const& c = Tag::value;
  constexpr code_buffer b = c.buffers[c.accesses[A].buffer];
  constexpr lane_step s = step_of_store(c, A, Lane, L);
  constexpr bool all = std::is_same_v<M, no_mask>;
  using T = stored<b.type>;
  if constexpr (b.where == tir::scope::registers) {
    tile_element<A>(at) = v;
  } else if constexpr (is_paired_access(c, A)) {
    static_assert(s.affine && s.step == 1, "see pass/whole_bytes");
    nibbles<B>::store(pairs<Tag, A>(f), offset<Tag, A>(f), v, on);
  } else if constexpr (!s.affine || has_lane_check(c, A, Lane)) {
    T lanes[std::size_t{L}];
    B::store(lanes, v);
    auto const enabled = [&] {
      if constexpr (all)
        return B::template first_n<T, L>(L);
      else
        return B::template convert_mask<T>(on);
    }();
    T flags[std::size_t{L}];
    B::store(flags, B::bool_to_vec(enabled));
    for_lanes<Lane, L>(f, [&](int l) {
      if (flags[l] != T(0) && is_inside<Tag, A, -1>(f)) *pointer<Tag, A>(f) = lanes[l];
    });
  } else {
    if (!is_inside<Tag, A, Lane>(f)) return;
    auto* const p = pointer<Tag, A>(f);
    if constexpr (s.constant && (s.step == 1 || L == 1)) {
      if constexpr (all && Streams)
        B::stream(p, v);
      else if constexpr (all)
        B::store(p, v);
      else
        B::store_masked(p, B::template convert_mask<T>(on), v);
    } else if constexpr (all) {
      B::store_strided(p, dynamic_step<Tag, A, Lane>(f), v);
    } else {
      B::store_strided_masked(p, dynamic_step<Tag, A, Lane>(f), B::template convert_mask<T>(on), v);
    }
  }
}

}  // namespace ASHLAR_ISA

}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_MEMORY

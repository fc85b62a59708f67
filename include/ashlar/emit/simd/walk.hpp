// SPDX-License-Identifier: Apache-2.0
//
// emit/simd/walk: runs the statements of a lowered program; one instantiation for each of them.
//
//   takes       Tag (see frame.hpp), the lane variable, the number of lanes, the lanes that are on
//   invariants  unrolled loops are loops of constant trip count over plain locals, which compilers
//               unroll; each register tile is a local of its own, so that it becomes registers
//   cost        a statement is one function, not one that chooses and one that does: g++ cleans up
//               what it inlines once for each level, so deep nests pay for it many times
//   source      the measurements behind both: docs/design/0001-emission.md
#ifndef ASHLAR_EMIT_SIMD_WALK
#define ASHLAR_EMIT_SIMD_WALK

#include <ashlar/emit/simd/atomic.hpp>
#include <ashlar/emit/simd/dot_groups.hpp>
#include <ashlar/emit/simd/eval.hpp>
#include <ashlar/emit/simd/interleave.hpp>
#include <ashlar/emit/simd/parallel.hpp>
#include <ashlar/emit/simd/transpose.hpp>

namespace ashlar::emit::ASHLAR_SIMD {
inline namespace ASHLAR_ISA {

namespace walk_impl {

// The kind of statement S as a number, -1 where there is none.
constexpr int none = -1, loop = 0, guard = 1, store = 2, allocate = 3, prefetch = 4, tensorize = 5;
template <class Code> consteval auto kind_of(Code const& c, int s) -> int {
  if (s < 0) return none;
  tir::stmt_kind const k = c.stmts[s].kind;
  return k == tir::stmt_kind::loop        ? walk_impl::loop
         : k == tir::stmt_kind::guard     ? walk_impl::guard
         : k == tir::stmt_kind::store     ? walk_impl::store
         : k == tir::stmt_kind::prefetch  ? walk_impl::prefetch
         : k == tir::stmt_kind::tensorize ? walk_impl::tensorize
                                          : walk_impl::allocate;
}

template <class Tag, int H, int Lane> consteval auto depends_on_lane() -> bool {
  if (H < 0) return false;
  lane_use const u = use_of(Tag::value, H, Lane);
  return u.step != 0 || !u.affine;
}

// True if condition H holds, or is one for lanes.
template <class Tag, int H, int Lane> ASHLAR_INLINE auto holds(frame<Tag>& f) -> bool {
  if constexpr (H < 0 || depends_on_lane<Tag, H, Lane>())
    return true;
  else
    return sum<Tag, H>(f) >= 0;
}

// The lanes of `on` in which condition H holds.
template <class Tag, int H, int Lane, int L, class M>
ASHLAR_INLINE auto narrowed(frame<Tag>& f, M on) {
  using B = typename Tag::backend;
  if constexpr (H < 0 || !depends_on_lane<Tag, H, Lane>()) {
    return on;
  } else {
    auto const more = nonnegative_lanes<Tag, H, Lane, L>(f);
    if constexpr (std::is_same_v<M, no_mask>)
      return more;
    else
      return eval_impl::logical<B, tir::opcode::logical_and>(on, more);
  }
}

// The number of elements of a local whose shape is constant.
template <class Code> consteval auto elements(Code const& c, int buffer) -> std::size_t {
  code_buffer const& b = c.buffers[buffer];
  index_t const n = b.rank == 0 ? 1 : c.indices[b.shape[0]].offset * static_stride(c, buffer, 0);
  return static_cast<std::size_t>(n > 0 ? n : 1);
}

// The bytes of a local in the workspace, see emit/workspace.hpp.
template <class Tag, int Buffer> ASHLAR_INLINE auto workspace_bytes(frame<Tag>& f) -> index_t {
  constexpr code_buffer b = Tag::value.buffers[Buffer];
  index_t bytes = bytes_of(b.type);
  if constexpr (b.rank > 0) bytes *= sum<Tag, b.shape[0]>(f) * stride_of<Tag, Buffer, 0>(f);
  return (bytes + workspace_line - 1) / workspace_line * workspace_line;
}

}  // namespace walk_impl

/// Statement S and those after it in its block: run<Lane, L>(cursor, on) runs them in the lanes of
/// `on`. One specialization for each kind.
template <class Tag, int S, int Kind = walk_impl::kind_of(Tag::value, S)> struct block {
  static_assert(Kind == walk_impl::none);
  template <int Lane, int L, class Tiles, class M>
  ASHLAR_INLINE static void run(cursor<Tag, Tiles>, M) {}
};

namespace walk_impl {

struct body {
  template <class Tag, int S> ASHLAR_INLINE static void run(frame<Tag>& f) {
    block<Tag, S>::template run<-1, 1>(cursor<Tag>{.f = f}, no_mask{});
  }
};

}  // namespace walk_impl

template <class Tag, int S> struct block<Tag, S, walk_impl::loop> {
  static constexpr tir::stmt s = Tag::value.stmts[S];

  template <int Lane, int L, class Tiles, class M>
  ASHLAR_INLINE static void run(cursor<Tag, Tiles> c, M on) {
    using inside = block<Tag, s.body>;
    using enum tir::loop_kind;
    if constexpr (s.loop == vectorized) {
      constexpr int lanes = static_cast<int>(Tag::value.indices[s.extent].offset);
      c.f.variable[s.axis] = 0;
      inside::template run<s.axis, lanes>(c, on);
    } else if constexpr (column_fill_of(Tag::value, S).columns > 0) {
      fill_columns<Tag, S>(c);
    } else if constexpr (std::is_same_v<M, no_mask> && L == 1 &&
                         interleaved_store_of(Tag::value, S).ways > 0) {
      store_interleaved<Tag, S>(c);
    } else if constexpr (s.loop == unrolled) {
      constexpr index_t n = Tag::value.indices[s.extent].offset;
      ASHLAR_UNROLL
      for (index_t i = 0; i < n; ++i) {
        c.f.variable[s.axis] = i;
        inside::template run<Lane, L>(c, on);
      }
    } else if constexpr (s.loop == parallel) {
      static_assert(L == 1);
      parallel_loop<Tag, S, walk_impl::body>(c.f);
    } else {
      index_t const n = sum<Tag, s.extent>(c.f);
      ASHLAR_NO_UNROLL
      for (index_t i = 0; i < n; ++i) {
        c.f.variable[s.axis] = i;
        inside::template run<Lane, L>(c, on);
      }
    }
    if constexpr (s.next >= 0) block<Tag, s.next>::template run<Lane, L>(c, on);
  }
};

template <class Tag, int S> struct block<Tag, S, walk_impl::guard> {
  static constexpr tir::stmt s = Tag::value.stmts[S];

  template <int Lane, int L, class Tiles, class M>
  ASHLAR_INLINE static void run(cursor<Tag, Tiles> c, M on) {
    using walk_impl::holds, walk_impl::narrowed;
    constexpr int h0 = s.condition[0], h1 = s.condition[1], h2 = s.condition[2],
                  h3 = s.condition[3];
    bool const all = holds<Tag, h0, Lane>(c.f) && holds<Tag, h1, Lane>(c.f) &&
                     holds<Tag, h2, Lane>(c.f) && holds<Tag, h3, Lane>(c.f);
    if (all) {
      auto const first = narrowed<Tag, h1, Lane, L>(c.f, narrowed<Tag, h0, Lane, L>(c.f, on));
      auto const rest = narrowed<Tag, h3, Lane, L>(c.f, narrowed<Tag, h2, Lane, L>(c.f, first));
      block<Tag, s.body>::template run<Lane, L>(c, rest);
      if constexpr (s.otherwise >= 0) {
        static_assert(std::is_same_v<std::remove_const_t<decltype(rest)>, M>,
                      "a condition on lanes has no other branch");
      }
    } else if constexpr (s.otherwise >= 0) {
      block<Tag, s.otherwise>::template run<Lane, L>(c, on);
    }
    if constexpr (s.next >= 0) block<Tag, s.next>::template run<Lane, L>(c, on);
  }
};

template <class Tag, int S> struct block<Tag, S, walk_impl::store> {
  static constexpr tir::stmt s = Tag::value.stmts[S];

  template <int Lane, int L, class Tiles, class M>
  ASHLAR_INLINE static void run(cursor<Tag, Tiles> c, M on) {
    using B = typename Tag::backend;
    if constexpr (s.is_atomic) {
      update(c);
    } else if constexpr (Tag::value.exprs[s.value].type == dtype::boolean) {
      auto const v = B::template convert_mask<std::uint8_t>(eval<s.value, Lane, L>(c));
      store_access<s.target, Lane, L, s.streams>(c, B::bool_to_vec(v), on);
    } else {
      store_access<s.target, Lane, L, s.streams>(c, eval<s.value, Lane, L>(c), on);
    }
    if constexpr (s.next >= 0) block<Tag, s.next>::template run<Lane, L>(c, on);
  }

  // True for the load of what is updated: nothing else reads that buffer. What was proved of the
  // indices of the two need not be the same.
  static consteval auto is_running(int e) -> bool {
    auto const& c = Tag::value;
    return c.exprs[e].op == tir::opcode::load &&
           c.accesses[c.exprs[e].a].buffer == c.accesses[s.target].buffer;
  }
  // The value is an operation on the element that is stored and another value.
  template <class Tiles> ASHLAR_INLINE static void update(cursor<Tag, Tiles> c) {
    using B = typename Tag::backend;
    constexpr tir::expr e = Tag::value.exprs[s.value];
    auto const v = eval<is_running(e.a) ? e.b : e.a, -1, 1>(c);
    if (!is_inside<Tag, s.target, -1>(c.f)) return;
    auto* const at = pointer<Tag, s.target>(c.f);
    std::remove_pointer_t<decltype(+at)> one[1];
    if constexpr (e.type == dtype::boolean) {
      B::store(one, B::bool_to_vec(B::template convert_mask<std::uint8_t>(v)));
    } else {
      B::store(one, v);
    }
    update_atomically<e.op>(at, one[0]);
  }
};

template <class Tag, int S> struct block<Tag, S, walk_impl::prefetch> {
  static constexpr tir::stmt s = Tag::value.stmts[S];

  // The address of the first lane, which may lie beyond the end, is computed as a number.
  template <int Lane, int L, class Tiles, class M>
  ASHLAR_INLINE static void run(cursor<Tag, Tiles> c, M on) {
    constexpr tir::handle buffer = Tag::value.accesses[s.target].buffer;
    using T = stored<Tag::value.buffers[buffer].type>;
    constexpr std::size_t in_a_byte = is_paired_access(Tag::value, s.target) ? 2 : 1;
    auto const first = reinterpret_cast<std::uintptr_t>(c.f.data[buffer]);
    auto const at = static_cast<std::uintptr_t>(offset<Tag, s.target>(c.f));
    Tag::backend::prefetch(reinterpret_cast<T const*>(first + at * sizeof(T) / in_a_byte));
    if constexpr (s.next >= 0) block<Tag, s.next>::template run<Lane, L>(c, on);
  }
};

template <class Tag, int S> struct block<Tag, S, walk_impl::tensorize> {
  static constexpr tir::stmt s = Tag::value.stmts[S];

  template <int Lane, int L, class Tiles, class M>
  ASHLAR_INLINE static void run(cursor<Tag, Tiles> c, M on) {
    static_assert(L == 1);
    call_intrinsic<s.target>(c);
    if constexpr (s.next >= 0) block<Tag, s.next>::template run<Lane, L>(c, on);
  }
};

template <class Tag, int S> struct block<Tag, S, walk_impl::allocate> {
  static constexpr tir::stmt s = Tag::value.stmts[S];

  template <int Lane, int L, class Tiles, class M>
  ASHLAR_INLINE static void run(cursor<Tag, Tiles> c, M on) {
    using inside = block<Tag, s.body>;
    constexpr code_buffer b = Tag::value.buffers[s.target];
    using T = stored<b.type>;
    if constexpr (b.where == tir::scope::registers) {
      constexpr std::size_t n = (walk_impl::elements(Tag::value, s.target) + b.lanes - 1) / b.lanes;
      using V = typename Tag::backend::template vec<T, b.lanes>;
      V tile[n];
      using inner = tiles<s.target, V, Tiles>;
      inside::template run<Lane, L>(cursor<Tag, inner>{.f = c.f, .tiles = inner{tile, c.tiles}},
                                    on);
    } else if constexpr (b.where == tir::scope::stack) {
      alignas(64) T local[walk_impl::elements(Tag::value, s.target)];
      c.f.data[s.target] = local;
      inside::template run<Lane, L>(c, on);
    } else {
      std::byte* const here = c.f.workspace;
      c.f.data[s.target] = here;
      c.f.workspace = here + walk_impl::workspace_bytes<Tag, s.target>(c.f);
      inside::template run<Lane, L>(c, on);
      c.f.workspace = here;
    }
    if constexpr (s.next >= 0) block<Tag, s.next>::template run<Lane, L>(c, on);
  }
};

/// The kernel: the only function of a program that is not inlined into another.
template <class Tag> [[gnu::noinline]] void kernel(arguments<Tag> const& a) {
  frame<Tag> f(a);
  block<Tag, Tag::value.root>::template run<-1, 1>(cursor<Tag>{.f = f}, no_mask{});
  finish_streams<Tag>();
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::ASHLAR_SIMD

#endif  // ASHLAR_EMIT_SIMD_WALK

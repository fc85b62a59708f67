// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/walk: runs the statements of a lowered program in one thread of a grid; one
// instantiation for each of them.
//
//   takes       a cursor, the lane variable, the number of lanes, the lanes that are on
//   invariants  a bound loop is no loop: its variable is the number of the block or of the thread,
//               and those beyond its extent leave it out. Accumulators are locals of their own that
//               constants index, so that they are registers
//   source      docs/design/0006-cuda.md
#pragma once

#include <ashlar/emit/cuda/copy.hpp>
#include <ashlar/emit/cuda/eval.hpp>
#include <ashlar/emit/cuda/warp.hpp>

namespace ashlar::emit::cuda {
inline namespace ASHLAR_ISA {

namespace walk_impl {

template <class Tag, int Buffer> struct elements {
  static constexpr auto value = static_cast<std::size_t>(elements_of(Tag::value, Buffer));
};

template <class Tag, int S> consteval auto dimension_of_stmt() -> int {
  return tir::dimension_of(Tag::value.stmts[S].loop);
}

template <class Tag, int H, int Lane> consteval auto depends_on_lane() -> bool {
  if (H < 0) return false;
  simd::lane_use const u = simd::use_of(Tag::value, H, Lane);
  return u.step != 0 || !u.affine;
}

}  // namespace walk_impl

/// Statement S and those after it in its block, in the lanes of `on`.
template <int S, int Lane, int L, class Cursor, class M> ASHLAR_DEVICE void run(Cursor c, M on);

namespace walk_impl {

template <int S, int Lane, int L, class Cursor, class M> ASHLAR_DEVICE void loop(Cursor c, M on) {
  using tag = typename Cursor::tag;
  using frame_type = std::remove_reference_t<decltype(c.f)>;
  constexpr tir::stmt s = tag::value.stmts[S];
  using enum tir::loop_kind;
  if constexpr (s.loop == vectorized) {
    constexpr int lanes = static_cast<int>(tag::value.indices[s.extent].offset);
    c.f.variable[s.axis] = 0;
    run<s.body, s.axis, lanes>(c, on);
  } else if constexpr (s.loop >= block_x) {
    constexpr int d = dimension_of_stmt<tag, S>();
    int const at = d < 3 ? c.f.thread.block(d) : c.f.thread.index(d - 3);
    c.f.variable[s.axis] = at;
    if constexpr (fills_grid<tag, frame_type::launch>(S)) {
      run<s.body, Lane, L>(c, on);
    } else if (at < sum<std::int32_t, s.extent>(c.f)) {
      run<s.body, Lane, L>(c, on);
    }
  } else if constexpr (s.loop == unrolled) {
    constexpr auto n = static_cast<int>(tag::value.indices[s.extent].offset);
    ASHLAR_UNROLL
    for (int i = 0; i < n; ++i) {
      c.f.variable[s.axis] = i;
      run<s.body, Lane, L>(c, on);
    }
  } else {
    std::int32_t const n = sum<std::int32_t, s.extent>(c.f);
    ASHLAR_NO_UNROLL
    for (std::int32_t i = 0; i < n; ++i) {
      c.f.variable[s.axis] = i;
      run<s.body, Lane, L>(c, on);
    }
  }
}

// True if condition H holds, or is one for lanes.
template <int H, int Lane, class Frame> ASHLAR_DEVICE auto holds(Frame& f) -> bool {
  using tag = typename Frame::tag;
  if constexpr (H < 0 || depends_on_lane<tag, H, Lane>())
    return true;
  else
    return sum<index_of<tag, H>, H>(f) >= 0;
}

// The lanes of `on` in which condition H holds.
template <int H, int Lane, int L, class Frame, class M>
ASHLAR_DEVICE auto narrowed(Frame& f, M const& on) {
  using tag = typename Frame::tag;
  if constexpr (H < 0 || !depends_on_lane<tag, H, Lane>()) {
    return on;
  } else {
    lanes<bool, L> more;
    for_lanes<Lane, L>(f, [&](int l) { more.v[l] = sum<index_of<tag, H>, H>(f) >= 0; });
    if constexpr (std::is_same_v<M, no_mask>)
      return more;
    else
      return map([](bool a, bool b) { return a && b; }, on, more);
  }
}

template <int S, int Lane, int L, class Cursor, class M> ASHLAR_DEVICE void guard(Cursor c, M on) {
  constexpr tir::stmt s = Cursor::tag::value.stmts[S];
  constexpr int h0 = s.condition[0], h1 = s.condition[1], h2 = s.condition[2], h3 = s.condition[3];
  bool const all =
      holds<h0, Lane>(c.f) && holds<h1, Lane>(c.f) && holds<h2, Lane>(c.f) && holds<h3, Lane>(c.f);
  if (all) {
    auto const first = narrowed<h1, Lane, L>(c.f, narrowed<h0, Lane, L>(c.f, on));
    auto const rest = narrowed<h3, Lane, L>(c.f, narrowed<h2, Lane, L>(c.f, first));
    run<s.body, Lane, L>(c, rest);
  } else {
    run<s.otherwise, Lane, L>(c, on);
  }
}

template <int S, int Lane, int L, class Cursor, class M> ASHLAR_DEVICE void store(Cursor c, M on) {
  using tag = typename Cursor::tag;
  constexpr tir::stmt s = tag::value.stmts[S];
  static_assert(!s.is_atomic, "check_gpu refuses these");
  if constexpr (is_begun_copy(tag::value, S, Lane, L)) {
    if (begin_copy<S, Lane, L>(c, on)) return;
  }
  if constexpr (tag::value.exprs[s.value].type == dtype::boolean) {
    auto const v =
        map([](bool x) { return static_cast<std::uint8_t>(x ? 1 : 0); }, eval<s.value, Lane, L>(c));
    store_access<s.target, Lane>(c, v, on);
  } else {
    store_access<s.target, Lane>(c, eval<s.value, Lane, L>(c), on);
  }
}

template <int S, int Lane, int L, class Cursor, class M>
ASHLAR_DEVICE void allocate(Cursor c, M on) {
  using tag = typename Cursor::tag;
  constexpr tir::stmt s = tag::value.stmts[S];
  constexpr tir::scope where = tag::value.buffers[s.target].where;
  constexpr std::size_t size = elements<tag, s.target>::value;
  using T = stored<tag::value.buffers[s.target].type>;
  using frame_type = std::remove_reference_t<decltype(c.f)>;
  if constexpr (where == tir::scope::registers) {
    constexpr std::int16_t lanes_of_each = tag::value.buffers[s.target].lanes;
    using V = lanes<T, lanes_of_each>;
    V tile[(size + std::size_t{lanes_of_each} - 1) / std::size_t{lanes_of_each}];
    using inner = tiles<s.target, V, decltype(c.tiles)>;
    run<s.body, Lane, L>(cursor<frame_type, inner>{.f = c.f, .tiles = inner{tile, c.tiles}}, on);
  } else if constexpr (where == tir::scope::shared) {
    constexpr std::int32_t place = shared_place<tag, frame_type::launch, s.target>::value;
    c.f.local[s.target] = c.f.thread.memory + place;
    run<s.body, Lane, L>(c, on);
  } else {
    static_assert(where == tir::scope::stack);
    alignas(shared_alignment) T local[size];
    c.f.local[s.target] = local;
    run<s.body, Lane, L>(c, on);
  }
}

}  // namespace walk_impl

template <int S, int Lane, int L, class Cursor, class M> ASHLAR_DEVICE void run(Cursor c, M on) {
  if constexpr (S >= 0) {
    constexpr tir::stmt s = Cursor::tag::value.stmts[S];
    using enum tir::stmt_kind;
    if constexpr (s.kind == loop)
      walk_impl::loop<S, Lane, L>(c, on);
    else if constexpr (s.kind == guard)
      walk_impl::guard<S, Lane, L>(c, on);
    else if constexpr (s.kind == store)
      walk_impl::store<S, Lane, L>(c, on);
    else if constexpr (s.kind == allocate)
      walk_impl::allocate<S, Lane, L>(c, on);
    else if constexpr (s.kind == tensorize)
      run_atom<s.target>(c);
    else if constexpr (s.kind == barrier)
      c.f.thread.barrier();
    else if constexpr (s.kind == commit)
      c.f.thread.commit();
    else if constexpr (s.kind == await)
      c.f.thread.template await<s.target>();
    run<s.next, Lane, L>(c, on);
  }
}

/// Launch N of the program of Tag in one thread.
template <class Tag, int N, class Thread>
ASHLAR_DEVICE void run_thread(call_of<Tag> const& call, Thread const& thread) {
  using frame_type = frame<Tag, N, Thread>;
  frame_type f{.call = call, .thread = thread, .local = {}, .variable = {}};
  constexpr int root = launch_facts<Tag, N>::root;
  walk_impl::loop<root, -1, 1>(cursor<frame_type>{.f = f}, no_mask{});
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::cuda

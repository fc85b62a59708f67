// SPDX-License-Identifier: Apache-2.0
//
// schedule/stage_loops: the primitives on the loops of one stage, as the user writes them.
//
//   takes       loops by handle, by name, or by the axis object
//   returns     handles of the loops that a primitive makes
//   errors      of every primitive: E058 where reverse_compute_at has moved the loop
//   see also    schedule/stage_schedule, which adds where a stage is computed, stored and copied
#pragma once

#include <ashlar/schedule/bind_grid.hpp>
#include <ashlar/schedule/joint_steps.hpp>

#include <span>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

class stage_loops : public scheduling::joint_steps {
 public:
  using scheduling::joint_steps::joint_steps;

  /// The loop of that name; where reverse_compute_at has moved it to another stage, the loop there.
  /// Errors: E002.
  constexpr auto get(loop_ref const& ref) const -> loop {
    return wrap(
        scheduling::where_is(*program_, scheduling::resolve(*program_, stage(), ref, "get")));
  }

  /// for i in E --> for io in ceil(E / f): for ii in f, with i = f * io + ii. The parts are called
  /// io and ii unless names are given. The tail says what happens to a rest: exact (there must be
  /// none), guard (the last block is clipped or tested; the default where there may be a rest), cut
  /// (full blocks and the rest in bodies of their own), mask (guard in a vectorized loop),
  /// narrow (cut, and the rest in full vectors of half the lanes, a quarter, ..., 1),
  /// shift_inwards (the last block is moved back until it is full, over points that have been
  /// computed), round_up (the last block is full, in memory that is padded for it).
  /// Errors: E002 to E004, E021, E024, E025. Halide: split, TVM: split, Exo: divide_loop.
  constexpr auto split(loop_ref const& i, index_t factor, tail tails = tail::automatic) const
      -> loop_pair {
    return split(i, {}, {}, factor, tails);
  }
  constexpr auto split(loop_ref const& i, std::string_view outer, std::string_view inner,
                       index_t factor, tail tails = tail::automatic) const -> loop_pair {
    int const axis = find(i, "split");
    if (axis < 0) return empty_pair();
    auto const r = scheduling::split(*program_, stage(), axis, factor, tails, name_text(outer),
                                     name_text(inner));
    return record_split(axis, r);
  }

  /// The same into n blocks of one length, ceil(E / n); fewer where fewer cover a constant extent.
  /// Where the call knows the extent, it knows the length: the tail is guard, or exact. Errors:
  /// those of split. TVM: split([n, None]), taco: divide.
  constexpr auto split_parts(loop_ref const& i, index_t n, tail tails = tail::automatic) const
      -> loop_pair {
    return split_parts(i, {}, {}, n, tails);
  }
  constexpr auto split_parts(loop_ref const& i, std::string_view outer, std::string_view inner,
                             index_t n, tail tails = tail::automatic) const -> loop_pair {
    int const axis = find(i, "split_parts");
    if (axis < 0) return empty_pair();
    auto const r = scheduling::split_parts(*program_, stage(), axis, n, tails, name_text(outer),
                                           name_text(inner));
    return record_split(axis, r, scheduling::verb::split_parts, n);
  }

  /// The same into the fewest blocks of at most `most`, of one length that is a multiple of
  /// `multiple`: 1500 by at most 1024 is 2 blocks of 752 and 748, not of 1024 and 476. Errors:
  /// those of split_parts, E028.
  constexpr auto split_balanced(loop_ref const& i, index_t most, index_t multiple = 1,
                                tail tails = tail::automatic) const -> loop_pair {
    return split_balanced(i, {}, {}, most, multiple, tails);
  }
  constexpr auto split_balanced(loop_ref const& i, std::string_view outer, std::string_view inner,
                                index_t most, index_t multiple = 1,
                                tail tails = tail::automatic) const -> loop_pair {
    int const axis = find(i, "split_balanced");
    if (axis < 0) return empty_pair();
    auto const r = scheduling::split_balanced(*program_, stage(), axis, most, multiple, tails,
                                              name_text(outer), name_text(inner));
    return record_split(axis, r, scheduling::verb::split_balanced, most, multiple);
  }

  /// The first and the last iterations of a loop get code of their own, so that what only they need
  /// is not in the middle: tests of boundary conditions above all. The loop is not split, fused or
  /// vectorized after that. Errors: E002, E021, E029. Halide: partition, TVM: loop_partition.
  constexpr auto peel(loop_ref const& i, index_t first, index_t last) const -> loop {
    int const axis = find(i, "peel");
    if (axis < 0) return wrap(-1);
    scheduling::peel(*program_, axis, first, last);
    record(scheduling::verb::peel, {axis}, -1, -1, first, last);
    return wrap(axis);
  }

  /// for a in A: for b in B --> for c in A * B, with a = c / B and b = c % B; b directly inside a,
  /// both pure or both reductions. It is called a_b unless a name is given.
  /// Errors: E002, E011 to E013, E017, E019, E021, E024, E025, E045, E063. Halide, TVM: fuse.
  constexpr auto fuse(loop_ref const& a, loop_ref const& b, std::string_view name = {}) const
      -> loop {
    int const outer = find(a, "fuse");
    int const inner = find(b, "fuse");
    if (outer < 0 || inner < 0) return wrap(-1);
    auto const c = scheduling::fuse(*program_, stage(), outer, inner, name_text(name));
    record(scheduling::verb::fuse, {outer, inner, c});
    return wrap(c);
  }

  /// The loops named, outermost first, change places among themselves; the others stay. Reduction
  /// loops keep their order under fp::strict, and where a combiner does not commute.
  /// Errors: E002, E005, E006, E013, E019, E024, E063. Halide: reorder (innermost first), TVM:
  /// reorder.
  template <std::convertible_to<loop_ref>... Refs>
  constexpr void reorder(Refs const&... refs) const {
    loop_ref const list[sizeof...(Refs) + 1] = {loop_ref(refs)..., loop_ref(loop{})};
    reorder_list(list, static_cast<int>(sizeof...(Refs)));
  }
  /// The same for a list whose length is computed.
  constexpr void reorder(std::span<loop const> loops) const {
    axis_list axes{};
    if (!scheduling::is_order(*program_, stage(), static_cast<int>(loops.size()))) return;
    for (loop const& l : loops) {
      int const axis = find(l, "reorder");
      if (axis < 0) return;
      axes.push_back(static_cast<tir::handle>(axis));
    }
    reorder_axes(axes);
  }

  /// Two splits and a reorder: for i: for j --> for io: for jo: for ii: for ji.
  /// Errors: those of split and reorder. Halide: tile.
  constexpr auto tile(loop_ref const& i, loop_ref const& j, index_t i_factor, index_t j_factor,
                      tail tails = tail::automatic) const -> loop_tile {
    auto const a = split(i, i_factor, tails);
    auto const b = split(j, j_factor, tails);
    if (!program_->fault.ok()) return loop_tile{wrap(-1), wrap(-1), wrap(-1), wrap(-1)};
    reorder(a.outer, b.outer, a.inner, b.inner);
    return loop_tile{a.outer, b.outer, a.inner, b.inner};
  }

  /// All iterations at once, in the lanes of vectors; the loop is the innermost one and its extent
  /// is constant. With a width, the loop is split by it first. A reduction loop is kept apart by
  /// rfactor first, and the result is a loop of the stage <stage>_rf [fp].
  /// Errors: E002, E007, E008, E013, E020, E021, E023, E026, E063. Halide, TVM: vectorize.
  constexpr auto vectorize(loop_ref const& i) const -> loop {
    int const axis = find(i, "vectorize");
    if (axis < 0) return wrap(-1);
    auto const lanes = scheduling::vectorize(*program_, stage(), axis);
    record(scheduling::verb::vectorize, {axis}, -1, partial_of(axis, lanes));
    return wrap(lanes);
  }
  constexpr auto vectorize(loop_ref const& i, index_t width, tail tails = tail::automatic) const
      -> loop_pair {
    int const axis = find(i, "vectorize");
    if (axis < 0) return empty_pair();
    auto const r = scheduling::vectorize(*program_, stage(), axis, width, tails);
    auto const parts = split_of(axis);
    record_split(axis, parts);
    record(scheduling::verb::vectorize, {parts.inner}, -1, partial_of(parts.inner, r.inner));
    return wrap(r);
  }

  /// The body once for each iteration, at most 64. With a factor, the loop is split by it first.
  /// Errors: E002, E008, E009; with a factor those of split. Halide, TVM: unroll.
  constexpr auto unroll(loop_ref const& i) const -> loop {
    int const axis = find(i, "unroll");
    if (axis < 0) return wrap(-1);
    auto const r = scheduling::unroll(*program_, stage(), axis);
    record(scheduling::verb::unroll, {axis});
    return wrap(r);
  }
  constexpr auto unroll(loop_ref const& i, index_t factor, tail tails = tail::automatic) const
      -> loop_pair {
    int const axis = find(i, "unroll");
    if (axis < 0) return empty_pair();
    auto const r = scheduling::unroll(*program_, stage(), axis, factor, tails);
    record_split(axis, r);
    record(scheduling::verb::unroll, {r.inner});
    return wrap(r);
  }

  /// Iterations on any thread in any order; a pure loop, or, of a stage with atomic updates, a
  /// reduction loop. Results are the same for every number of threads. Errors: E002, E008, E010,
  /// E022, E063. Halide, TVM: parallel.
  constexpr auto parallel(loop_ref const& i) const -> loop {
    int const axis = find(i, "parallel");
    if (axis < 0) return wrap(-1);
    scheduling::parallel(*program_, stage(), axis);
    record(scheduling::verb::parallel, {axis});
    return wrap(axis);
  }

  /// The loop is an axis of a grid of thread blocks: ash::gpu::block_x, thread_x and their like,
  /// the lane of a warp, or a warp. A loop that is bound to an axis again, inside of one that is,
  /// has the same index. A reduction loop of at most 32 is kept apart by rfactor, as a loop of the
  /// stage <stage>_rf, and combined by the lanes [fp]. vthread unrolls. On a CPU, blocks are
  /// parallel and the others serial. Errors: E002, E008, E009, E020, E021, E063, E091 to E093.
  /// TVM: bind, Halide: gpu_blocks, gpu_threads, gpu_lanes.
  constexpr auto bind(loop_ref const& i, tir::loop_kind to) const -> loop {
    if (to == tir::loop_kind::unrolled) return unroll(i);
    int const axis = find(i, "bind");
    if (axis < 0) return wrap(-1);
    auto const bound = scheduling::bind(*program_, stage(), axis, to);
    record(scheduling::verb::bind, {axis}, -1, partial_of(axis, bound), static_cast<int>(to));
    return wrap(bound);
  }

 private:
  using axis_list = static_vector<tir::handle, limits::loops_per_stage>;

  constexpr void reorder_list(loop_ref const* list, int n) const {
    axis_list axes{};
    if (!scheduling::is_order(*program_, stage(), n)) return;
    for (int i = 0; i < n; ++i) {
      int const axis =
          scheduling::resolve_own(*program_, stage(), list[i], "reorder", diag::code::bad_reorder);
      if (axis < 0) return;
      axes.push_back(static_cast<tir::handle>(axis));
    }
    reorder_axes(axes);
  }
  constexpr void reorder_axes(axis_list const& axes) const {
    scheduling::directive d{.what = scheduling::verb::reorder, .buffer = buffer_};
    for (tir::handle const a : axes) d.axes.push_back(a);
    scheduling::reorder(*program_, stage(), axes.begin(), axes.count);
    log_->add(*program_, d);
  }
};

}  // namespace ashlar

ASHLAR_COMPILER_END

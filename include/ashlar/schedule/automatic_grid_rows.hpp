// SPDX-License-Identifier: Apache-2.0
//
// schedule/automatic_grid_rows: what the rules of schedule/automatic_grid have in common, and rows
// that several stages share.
//
//   e(i, j) = exp(x(i, j) - m(i)); y(i, j) = e(i, j) / sum(j, e(i, j))
//     -->   block i: warps and lanes have the columns; m in registers of all, e in shared memory
//
//   short rows   a warp has a row, and a block eight of them; nothing is in shared memory but rows
//   long rows    a block has a row; what warps have combined meets in shared memory
//   memory       values of a row that are read more than once are in registers of the lanes, or in
//                shared memory where a block has the row, and computed again where they do not fit
#pragma once

#include <ashlar/schedule/automatic_rows.hpp>
#include <ashlar/schedule/bind_grid.hpp>
#include <ashlar/target/gpu.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::automatic_grid_impl {

using namespace scheduling;

inline constexpr index_t block_threads = 256;
inline constexpr index_t warps_of_rows = 8;     // of a block
inline constexpr index_t short_row = 1024;      // a warp has at most so many columns
inline constexpr index_t row_bytes = 8 * 1024;  // of a stage in shared memory, each row of a block
inline constexpr index_t tile = 64, tile_threads = 16, tile_depth = 16;

// With a dot, names are none that an axis of a kernel is likely to have.
inline constexpr std::string_view block_name = "grid.block", thread_name = "grid.thread",
                                  warp_name = "grid.warp", lane_name = "grid.lane",
                                  outer_name = "grid.outer", row_name = "grid.y",
                                  column_name = "grid.x";

struct planner {
  schedule& s;
  target::gpu const& machine;

  constexpr auto p() const -> tir::program& { return s.program(); }
  constexpr auto handle(int axis) const -> loop {
    return loop(p(), static_cast<tir::handle>(axis));
  }
  /// The extent, or `unknown` where only the call knows it.
  constexpr auto extent(int axis, index_t unknown) const -> index_t {
    affine const& e = p().axes[axis].extent;
    return e.is_constant() ? e.offset : unknown;
  }
  constexpr auto is_multiple(int axis, index_t n) const -> bool {
    affine const e = p().axes[axis].extent;
    return tir::floor_mod(p(), e, tir::constant(n)).is_constant(0);
  }
  /// True if lanes can combine what the stage reduces.
  constexpr auto is_foldable(tir::stage const& st) const -> bool {
    return bind_grid_impl::is_foldable(p(), st);
  }
};

// True if neighbours along the last axis are neighbours in the memory of the stage's operand.
constexpr auto has_unit_stride(program const& p, tir::stage const& s) -> bool {
  tir::buffer const& b = p.buffers[s.buffer];
  return b.operand < 0 || b.stride[b.rank - 1] == 1;
}

// The loops from place `first` on, `n` of them, as one.
constexpr auto fuse_all(planner const& w, stage_schedule const& st, int first, int n) -> loop {
  loop all = w.handle(w.p().stages[st.stage()].loops[first]);
  for (int i = 1; i < n; ++i) {
    loop const next = w.handle(w.p().stages[st.stage()].loops[first + 1]);
    name_text name("grid.all");
    name << i;
    all = st.fuse(all, next, name.view());
  }
  return all;
}

constexpr void bind_points(stage_schedule const& st, loop const& all) {
  auto const t = st.split(all, block_name, thread_name, block_threads);
  st.bind(t.outer, gpu::block_x);
  st.bind(t.inner, gpu::thread_x);
}

// Each lane takes every 32nd element of the reduction.
constexpr void combine_in_lanes(stage_schedule const& st, loop const& k) {
  st.bind(st.split(k, outer_name, lane_name, tir::warp_threads).inner, gpu::lane);
}

// True if the access is a tile of an operand in a product: along the reduction, and along either
// the rows or the columns of the result, each index an axis.
constexpr auto is_operand_tile(program const& p, tir::stage const& s, tir::access const& a)
    -> bool {
  int const rows = s.pure[s.pure.count - 2];
  int const columns = s.pure.back();
  bool has_rows = false, has_columns = false, has_k = false;
  for (int d = 0; d < a.rank; ++d) {
    int const axis = tir::axis_of(p, p.indices[a.index[d]]);
    if (axis < 0) return false;
    has_rows = has_rows || axis == rows;
    has_columns = has_columns || axis == columns;
    has_k = has_k || axis == s.reduced[0];
  }
  return p.buffers[a.buffer].operand >= 0 && a.checked == 0 && has_k && has_rows != has_columns;
}

/// The rows of an output: how many axes, and whether a warp has one.
struct row_plan {
  int depth = 0;
  bool is_short = false;
  loop row{};  // where other stages are computed
};

// The threads of a block combine a reduction: lanes by shuffles, warps through shared memory. All
// of them have the result. The reduction is inside of a loop that is bound to blocks.
constexpr void combine_in_block(stage_schedule const& st, loop const& k) {
  auto const c = st.split(k, outer_name, thread_name, block_threads);
  auto const t = st.split(c.inner, warp_name, lane_name, tir::warp_threads);
  auto const part = st.rfactor(t.outer);
  part.reorder(warp_name, outer_name, lane_name);
  part.bind(warp_name, gpu::warp);
  part.bind(lane_name, gpu::lane);
}

// Each lane has every 32nd column, in code of its own where they are few: then their values can be
// in registers.
constexpr void bind_lanes_of(planner const& w, stage_schedule const& st, loop const& all) {
  auto const c = st.split(all, outer_name, lane_name, tir::warp_threads);
  if (w.extent(c.outer.axis(), max_unroll + 1) <= short_row / tir::warp_threads) {
    st.unroll(c.outer);
  }
  st.bind(c.inner, gpu::lane);
}

// The columns of a stage over the threads that have a row.
constexpr void bind_columns(planner const& w, stage_schedule const& st, row_plan const& plan,
                            int first) {
  tir::stage const& s = w.p().stages[st.stage()];
  auto const all = fuse_all(w, st, first, s.pure.count - plan.depth);
  if (plan.is_short) return bind_lanes_of(w, st, all);
  auto const c = st.split(all, outer_name, thread_name, block_threads);
  auto const t = st.split(c.inner, warp_name, lane_name, tir::warp_threads);
  st.bind(t.outer, gpu::warp);
  st.bind(t.inner, gpu::lane);
}

// One value, or those of a lane. Where the call knows the columns, it is what lowering makes of a
// part that surely fits.
constexpr void keep_in_registers(planner const& w, stage_schedule const& st) {
  if (has_constant_region(w.p(), st.stage())) st.store_in(scope::registers);
}

// A reduction of a row: all threads that have the row have its result.
constexpr void plan_row_reduction(planner const& w, stage_schedule const& st,
                                  row_plan const& plan) {
  int const k = w.p().stages[st.stage()].reduced.back();
  keep_in_registers(w, st);
  if (plan.is_short) return bind_lanes_of(w, st, w.handle(k));
  combine_in_block(st, w.handle(k));
}

// The bytes of a row of a stage, -1 if only the call knows them.
constexpr auto bytes_of_row(planner const& w, tir::stage const& s, int depth) -> index_t {
  index_t n = bytes_of(w.p().buffers[s.buffer].type);
  for (int d = depth; d < s.pure.count; ++d) {
    index_t const e = w.extent(s.pure[d], -1);
    if (e < 0) return -1;
    n = saturating_product(n, e);
  }
  return n;
}

// True if the stage can be computed with the rows of the output.
constexpr auto is_of_rows(planner const& w, tir::stage const& s, int depth) -> bool {
  if (tir::is_recurrence(s)) return false;
  if (s.reduce.components == 0) return true;
  return s.pure.count == depth && s.reduced.count == 1 && w.is_foldable(s);
}

// True if all that read the stage read a column of their own: the same thread has it.
constexpr auto is_read_in_columns(planner const& w, tir::stage const& s) -> bool {
  tir::program const& p = w.p();
  for (auto const& reader : p.stages) {
    walker v{};
    push_all(v, reader);
    for (int at = v.next_load(p); at >= 0; at = v.next_load(p)) {
      tir::access const& a = p.accesses[at];
      if (a.buffer != s.buffer || reader.place == tir::placement::inlined) continue;
      int const column = tir::axis_of(p, p.indices[a.index[a.rank - 1]]);
      bool const is_reduced = !reader.reduced.empty() && column == reader.reduced.back();
      if (column != reader.pure.back() && !is_reduced) return false;
    }
  }
  return true;
}

// True if the values of a row are kept: in registers of lanes, or in shared memory.
constexpr auto is_kept(planner const& w, tir::stage const& s, row_plan const& plan) -> bool {
  index_t const bytes = bytes_of_row(w, s, plan.depth);
  if (!plan.is_short) return bytes >= 0 && bytes <= row_bytes;
  return bytes >= 0 && s.pure.count == plan.depth + 1 && is_read_in_columns(w, s);
}

constexpr void plan_row_stage(planner const& w, stage_schedule const& st, row_plan const& plan,
                              bool keeps) {
  tir::stage const s = w.p().stages[st.stage()];
  bool const is_map = s.reduce.components == 0;
  bool const has_columns = s.pure.count > plan.depth;
  if (is_map && has_columns && !keeps) return st.compute_inline();
  if (is_map && has_columns && plan.is_short) {
    auto const order = packed(w.p().axes[s.pure.back()].name.view(), tir::warp_threads);
    // What a lane has beyond the end is read before it is dropped.
    st.layout(w.is_multiple(s.pure.back(), tir::warp_threads) ? order : order.pad(0));
  }
  st.compute_at(plan.row);
  if (!is_map) return plan_row_reduction(w, st, plan);
  if (!has_columns || plan.is_short) keep_in_registers(w, st);
  if (has_columns) bind_columns(w, st, plan, plan.depth);
}

/// Rule 2. True if the output has rows that other stages share.
constexpr auto plan_rows(planner const& w) -> bool {
  tir::program& p = w.p();
  int const last = main_stage(p);
  row_plan plan{.depth = last < 0 ? 0 : automatic_impl::row_depth(p)};
  if (plan.depth == 0 || p.stages[last].reduce.components > 0) return false;
  for (auto const& s : p.stages) {
    bool const is_other = p.buffers[s.buffer].operand < 0 && s.place != tir::placement::inlined;
    if (is_other && !is_of_rows(w, s, plan.depth)) return false;
  }
  if (tir::is_recurrence(p.stages[last])) return false;
  index_t columns = 1;
  for (int d = plan.depth; d < p.stages[last].pure.count; ++d) {
    columns = saturating_product(columns, w.extent(p.stages[last].pure[d], short_row + 1));
  }
  plan.is_short = columns <= short_row;
  // Decided as long as all loads are indexed by the axes of the definitions.
  auto const names = automatic_impl::stages_of(p);
  bool keeps[limits::stages]{};
  for (int i = 0; i < names.count; ++i) keeps[i] = is_kept(w, p.stages[i], plan);
  stage_schedule const y = w.s[p.stages[last].name.view()];
  plan.row = fuse_all(w, y, 0, plan.depth);
  int first = 1;
  if (plan.is_short) {
    auto const r = y.split(plan.row, block_name, warp_name, warps_of_rows);
    y.bind(r.outer, gpu::block_x);
    y.bind(r.inner, gpu::warp);
    plan.row = r.inner;
    first = 2;
  } else {
    y.bind(plan.row, gpu::block_x);
  }
  bind_columns(w, y, plan, first);
  for (int i = names.count - 1; i >= 0; --i) {
    int const at = find_stage(p, names[i].view());
    bool const is_open = automatic_impl::is_local(p, at) &&
                         p.stages[at].place == tir::placement::root &&
                         obstacle_at(p, at, main_stage(p), plan.row.axis()).none();
    if (is_open) plan_row_stage(w, w.s[names[i].view()], plan, keeps[i]);
  }
  return true;
}

}  // namespace ashlar::automatic_grid_impl

ASHLAR_COMPILER_END

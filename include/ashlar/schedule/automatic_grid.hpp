// SPDX-License-Identifier: Apache-2.0
//
// schedule/automatic_grid: the default schedule of a program on a GPU.
//
//   takes       a captured program, and the machine
//   returns     the program scheduled in the primitives of schedule/schedule.hpp, and legal
//   rules       1. a stage that is read once is computed where it is read
//               2. an output over rows that other stages share is computed in one launch: a warp
//                  has a short row, and a block a long one; reductions of it are combined by
//                  lanes, and by warps through shared memory
//               3. a product gets tiles: of its operands in shared memory, of its results in
//                  registers
//               4. a reduction of its own is combined by a warp, and one of a long row by a block;
//                  a total that an operand bounds in two launches, where there is room: warps
//                  leave their parts in the workspace, one warp combines these
//               5. what reads rows and writes columns turns tiles in shared memory
//               6. everything else has one thread for 16 bytes of neighbours, all loops in one grid
//               7. a recurrence keeps the loops along which it is carried serial and in order
//   source      the ladder of schedules of Boehm, "How to Optimize a CUDA Matmul Kernel"; the
//               reductions of CUB
#pragma once

#include <ashlar/schedule/automatic_grid_rows.hpp>
#include <ashlar/schedule/automatic_grid_turn.hpp>
#include <ashlar/tir/grid_shape.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

namespace automatic_grid_impl {

// Rule 6. Loops along which nothing is carried, from the outermost in.
constexpr void plan_points(planner const& w, stage_schedule const& st) {
  tir::program& p = w.p();
  tir::stage const s = p.stages[st.stage()];
  int outer = s.pure.count;
  if (outer == 0) return;
  int const last = s.pure.back();
  index_t const lanes = w.machine.vector_bytes / widest_bytes(p, s);
  bool const is_wide = lanes > 1 && s.reduce.components == 0 && s.loops.back() == last &&
                       !is_carried_along(p, s, last) && use_along(p, s, last).other == 0 &&
                       w.is_multiple(last, lanes) && has_unit_stride(p, s);
  if (is_wide) st.vectorize(st.split(w.handle(last), outer_name, lane_name, lanes).inner);
  tir::stage const now = p.stages[st.stage()];
  while (outer > 0 && is_carried_along(p, now, now.loops[outer - 1])) --outer;
  for (int l = 0; l < outer; ++l) {
    if (is_carried_along(p, now, now.loops[l])) outer = l;
  }
  if (outer == 0) return;
  bind_points(st, fuse_all(w, st, 0, outer));
}

// How many parts a total has: each is that of a warp, and each lane of it adds several elements. So
// many warps have what is needed on its way from memory, and one warp soon combines their parts.
constexpr index_t most_parts = 4096, lane_elements = 16, unrolled_loads = 8;
constexpr index_t unknown_extent = index_t{1} << 40;
constexpr index_t small_total = 4096;  // elements: one warp takes no longer than a second launch

constexpr auto parts_of(index_t elements) -> index_t {
  index_t n = warps_of_rows;
  while (n < most_parts && n * tir::warp_threads * lane_elements < elements) n *= 2;
  return n;
}

// True if one operand is read along all axes of the reduction: it bounds their product, which is
// computed in 32 bits where they are one loop.
constexpr auto has_load_along_all(tir::program const& p, tir::stage const& s) -> bool {
  walker v{};
  push_values(v, s);
  for (int at = v.next_load(p); at >= 0; at = v.next_load(p)) {
    tir::access const& a = p.accesses[at];
    bool all = true;
    for (auto const k : s.reduced) {
      bool along = false;
      for (int d = 0; d < a.rank; ++d) {
        bool const is_inside = (a.checked >> d & 1) == 0;
        along = along || (is_inside && tir::axis_of(p, p.indices[a.index[d]]) == k);
      }
      all = all && along;
    }
    if (all) return true;
  }
  return false;
}

// Stages at root are launches; a total may take one more.
constexpr auto launches_of(tir::program const& p) -> int {
  int n = 0;
  for (auto const& s : p.stages) n += s.place == tir::placement::root ? 1 : 0;
  return n;
}

// Rule 4, of a single element: all reduction loops are one, of which each warp of a grid takes
// every so many lines.
constexpr void plan_total(planner const& w, stage_schedule const& st) {
  tir::stage const s = w.p().stages[st.stage()];
  if (!has_load_along_all(w.p(), s)) return combine_in_lanes(st, w.handle(s.reduced.back()));
  index_t elements = 1;
  for (auto const k : s.reduced)
    elements = saturating_product(elements, w.extent(k, unknown_extent));
  loop const all = fuse_all(w, st, 0, s.loops.count);
  bool const has_room = launches_of(w.p()) < tir::max_launches;
  if (elements <= small_total || !has_room) return combine_in_lanes(st, all);
  index_t const parts = parts_of(elements);
  auto const lines = st.split(all, outer_name, "grid.lines", parts * tir::warp_threads);
  auto const line = st.split(lines.inner, "grid.part", lane_name, tir::warp_threads);
  auto const part = st.rfactor(line.outer);
  part.reorder("grid.part", outer_name, lane_name);
  auto const b = part.split("grid.part", block_name, warp_name, warps_of_rows);
  auto const u = part.split(outer_name, "grid.loads", "grid.load", unrolled_loads);
  part.reorder(u.outer, u.inner, lane_name);
  part.unroll(u.inner);
  part.bind(b.outer, gpu::block_x);
  part.bind(b.inner, gpu::warp);
  part.bind(lane_name, gpu::lane);
  auto const last = st.split("grid.part", outer_name, lane_name, tir::warp_threads);
  if (parts > tir::warp_threads * unrolled_loads) st.unroll(last.outer, unrolled_loads);
  st.bind(last.inner, gpu::lane);
}

// Rule 4.
constexpr void plan_reduction(planner const& w, stage_schedule const& st) {
  tir::program& p = w.p();
  tir::stage const s = p.stages[st.stage()];
  int const inner = s.reduced.back();
  axis_use const along = use_along(p, s, inner);
  bool const is_total = s.pure.empty() && w.is_foldable(s);
  bool const is_row = w.is_foldable(s) && along.contiguous > 0 && along.other == 0 &&
                      w.extent(inner, short_row + 1) >= tir::warp_threads;
  if (is_total) return plan_total(w, st);
  if (!is_row) return plan_points(w, st);
  auto const rows = fuse_all(w, st, 0, s.pure.count);
  if (w.extent(inner, short_row + 1) > short_row) {
    st.bind(rows, gpu::block_x);
    return combine_in_block(st, w.handle(inner));
  }
  auto const r = st.split(rows, block_name, warp_name, warps_of_rows);
  st.bind(r.outer, gpu::block_x);
  st.bind(r.inner, gpu::warp);
  combine_in_lanes(st, w.handle(inner));
}

// Rule 3: where tiles of an operand are read again along the rows or the columns of the result.
constexpr auto has_tiles(planner const& w, tir::stage const& s) -> bool {
  tir::program const& p = w.p();
  if (!w.is_foldable(s) || s.pure.count < 2 || s.reduced.count != 1) return false;
  if (tir::is_recurrence(s)) return false;
  int const rows = s.pure[s.pure.count - 2];
  int const columns = s.pure.back();
  if (w.extent(rows, tile) < tile / 2 || w.extent(columns, tile) < tile / 2) return false;
  walker v{};
  push_values(v, s);
  int found = 0, first = -1;
  for (int at = v.next_load(p); at >= 0; at = v.next_load(p)) {
    tir::access const& a = p.accesses[at];
    if (!is_operand_tile(p, s, a)) continue;
    if (a.buffer == first) return false;  // a stage has one copy of a tensor
    first = a.buffer;
    ++found;
  }
  return found == 2;
}

// The threads along an axis of the result: fewer where it ends before a tile does.
constexpr auto threads_of(planner const& w, int axis) -> index_t {
  index_t const n = w.extent(axis, tile);
  index_t const each = tile / tile_threads;
  return n >= tile ? tile_threads : (n + each - 1) / each;
}

constexpr void plan_copy(planner const& w, stage_schedule const& copy, index_t rows,
                         index_t columns) {
  auto const all = fuse_all(w, copy, 0, w.p().stages[copy.stage()].loops.count);
  auto const t = copy.split(all, "grid.round", "grid.t", rows * columns);
  auto const yx = copy.split(t.inner, row_name, column_name, columns);
  copy.bind(yx.outer, gpu::thread_y);
  copy.bind(yx.inner, gpu::thread_x);
}

constexpr void plan_tiles(planner const& w, stage_schedule const& st) {
  tir::program& p = w.p();
  tir::stage const s = p.stages[st.stage()];
  int const batch = s.pure.count - 2;
  auto const i = st.split(w.handle(s.pure[batch]), "grid.io", "grid.ii", tile);
  auto const j = st.split(w.handle(s.pure.back()), "grid.jo", "grid.ji", tile);
  auto const ii = st.split(i.inner, row_name, "grid.i", tile / tile_threads);
  auto const ji = st.split(j.inner, column_name, "grid.j", tile / tile_threads);
  auto const k = st.split(w.handle(s.reduced[0]), "grid.ko", "grid.ki", tile_depth);
  st.reorder(i.outer, j.outer, ii.outer, ji.outer, k.outer, k.inner, ii.inner, ji.inner);
  if (batch > 0) st.bind(fuse_all(w, st, 0, batch), gpu::block_z);
  st.bind(i.outer, gpu::block_y);
  st.bind(j.outer, gpu::block_x);
  st.bind(ii.outer, gpu::thread_y);
  st.bind(ji.outer, gpu::thread_x);
  st.unroll(ii.inner);
  st.unroll(ji.inner);
  name_text tensors[2]{};
  int n = 0;
  walker v{};
  push_values(v, s);
  for (int at = v.next_load(p); at >= 0; at = v.next_load(p)) {
    if (is_operand_tile(p, s, p.accesses[at])) tensors[n++] = p.buffers[p.accesses[at].buffer].name;
  }
  for (auto const& name : tensors) {
    plan_copy(w, st.cache_read(name.view(), k.outer), threads_of(w, s.pure[batch]),
              threads_of(w, s.pure.back()));
  }
}

constexpr void plan_stage(planner const& w, stage_schedule const& st) {
  tir::stage const& s = w.p().stages[st.stage()];
  if (s.reduce.components == 0 || tir::is_recurrence(s)) {
    if (!plan_turn(w, st)) plan_points(w, st);
    return;
  }
  if (has_tiles(w, s)) return plan_tiles(w, st);
  plan_reduction(w, st);
}

}  // namespace automatic_grid_impl

/// The default schedule function of a GPU, see the head of this file.
struct automatic_grid_schedule {
  target::gpu machine = target::sm_80;

  constexpr void operator()(schedule& s) const {
    using namespace automatic_grid_impl;
    automatic_impl::plan_inlining(s);
    tir::program& p = s.program();
    planner const w{.s = s, .machine = machine};
    auto const names = automatic_impl::stages_of(p);
    bool const has_rows = plan_rows(w);
    for (auto const& name : names) {
      int const at = find_stage(p, name.view());
      bool const is_open = at >= 0 && p.stages[at].place == tir::placement::root;
      if (!is_open || (has_rows && at == main_stage(p))) continue;
      plan_stage(w, s[name.view()]);
    }
  }
};

inline constexpr automatic_grid_schedule automatic_grid{};

}  // namespace ashlar

ASHLAR_COMPILER_END

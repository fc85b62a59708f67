// SPDX-License-Identifier: Apache-2.0
//
// schedule/automatic_grid_turn: the default schedule on a GPU of what reads along one axis and
// writes along another.
//
//   y(i, j) = x(j, i)   -->   block of 32 x 32: x in shared memory, written and read by rows
//
//   takes       a stage without a reduction, one of whose operands has neighbours along an axis
//               that is not the last of the stage
//   returns     true if it has been scheduled: a tile of that operand is copied to shared memory in
//               the order of its rows, whose stride is odd, so that a column is in 32 banks
//   source      M. Harris, "An Efficient Matrix Transpose in CUDA C/C++", 2013
#pragma once

#include <ashlar/schedule/automatic_grid_rows.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::automatic_grid_impl {

inline constexpr index_t turned_tile = 32, turned_rows = 8;

// The operand that is turned, its axis of neighbours, and its dimension along the last axis of the
// stage.
struct turn {
  int access = -1;
  int axis = -1;
  int across = -1;
};

// A load of an operand, each index of which is an axis, with neighbours along another axis than the
// stage has.
constexpr auto turned_load(planner const& w, tir::stage const& s) -> turn {
  tir::program const& p = w.p();
  if (s.pure.count < 2 || tir::is_recurrence(s) || s.loops.back() != s.pure.back()) return {};
  walker v{};
  push_all(v, s);
  turn found{};
  for (int at = v.next_load(p); at >= 0; at = v.next_load(p)) {
    tir::access const& a = p.accesses[at];
    bool is_plain = p.buffers[a.buffer].operand >= 0 && a.checked == 0 && a.rank >= 2;
    int across = -1;
    for (int d = 0; d < a.rank; ++d) {
      int const axis = tir::axis_of(p, p.indices[a.index[d]]);
      is_plain = is_plain && axis >= 0;
      if (axis == s.pure.back()) across = d;
    }
    if (!is_plain || across < 0) continue;
    int const inner = tir::axis_of(p, p.indices[a.index[a.rank - 1]]);
    bool const is_turned =
        inner != s.pure.back() && scheduling::access_pattern_impl::step_along(p, a, inner) == 1;
    if (!is_turned) continue;
    if (found.access >= 0 && p.accesses[found.access] != a) return {};  // a block has one tile
    found = turn{.access = at, .axis = inner, .across = across};
  }
  if (found.access < 0) return {};
  walker all{};
  push_all(all, s);
  for (int at = all.next_load(p); at >= 0; at = all.next_load(p)) {
    tir::access const& a = p.accesses[at];
    bool const is_other =
        a.buffer == p.accesses[found.access].buffer && a != p.accesses[found.access];
    if (is_other) return {};  // the copy of the tensor would have to hold both
  }
  return found;
}

// Rule 5.
constexpr auto plan_turn(planner const& w, stage_schedule const& st) -> bool {
  tir::program& p = w.p();
  tir::stage const s = p.stages[st.stage()];
  turn const t = turned_load(w, s);
  int const last = s.pure.back();
  if (t.access < 0 || w.extent(t.axis, turned_tile) < turned_tile / 2 ||
      w.extent(last, turned_tile) < turned_tile / 2) {
    return false;
  }
  auto const tensor = p.buffers[p.accesses[t.access].buffer].name;
  auto const i = st.split(w.handle(t.axis), "grid.io", "grid.ii", turned_tile);
  auto const j = st.split(w.handle(last), "grid.jo", "grid.ji", turned_tile);
  auto const row = st.split(i.inner, "grid.round", row_name, turned_rows);
  loop order[limits::loops_per_stage]{};
  int n = 0;
  for (auto const a : s.loops) {
    if (a != t.axis && a != last) order[n++] = w.handle(a);
  }
  int const others = n;
  for (loop const& l : {i.outer, j.outer, row.inner, j.inner, row.outer}) order[n++] = l;
  st.reorder(std::span<loop const>(order, static_cast<std::size_t>(n)));
  loop const tiles = fuse_all(w, st, 0, others + 2);
  st.bind(tiles, gpu::block_x);  // along the others a grid has 65535 blocks
  st.bind(row.inner, gpu::thread_y);
  st.bind(j.inner, gpu::thread_x);
  st.unroll(row.outer);
  auto const copy = st.cache_read(tensor.view(), tiles);
  tir::stage const made = p.stages[copy.stage()];
  name_text const padded = p.axes[made.pure[made.pure.count - 2]].name;
  copy.align_storage(padded.view(), turned_tile, 1);
  auto const rows = copy.split(w.handle(made.pure[t.across]), "grid.rows", row_name, turned_rows);
  auto const columns =
      copy.split(w.handle(made.pure.back()), "grid.columns", column_name, turned_tile);
  copy.bind(rows.inner, gpu::thread_y);
  copy.bind(columns.inner, gpu::thread_x);
  return true;
}

}  // namespace ashlar::automatic_grid_impl

ASHLAR_COMPILER_END

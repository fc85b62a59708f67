// SPDX-License-Identifier: Apache-2.0
//
// schedule/automatic: the default schedule of a program on a machine.
//
//   takes       a captured program, the machine of the compile flags
//   returns     the program scheduled in the primitives of schedule/schedule.hpp, and legal
//   rules       1. a stage that is read once is computed where it is read; stages over the rows of
//                  an output are computed row by row, in the output's memory where it can hold them
//               2. a reduction whose loads share vectors along a second axis gets a register tile
//               3. a reduction along contiguous elements is kept in partial sums, in lanes
//               4. everything else is vectorized along its last axis
//               5. the outermost loop of large static work is parallel
//               6. a recurrence keeps the loops along which it is carried serial and in order; the
//                  first points of the innermost one, which read what lies outside, are peeled
//   source      the register tile: Goto, van de Geijn, "Anatomy of high-performance matrix
//               multiplication", TOMS 2008; the figures are in docs/performance.md
#pragma once

#include <ashlar/schedule/automatic_rows.hpp>
#include <ashlar/target/machine.hpp>

#include <span>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

namespace automatic_impl {

using namespace scheduling;

inline constexpr index_t parallel_points = 1 << 20;  // fewer points of work stay on one thread
inline constexpr index_t reduction_block = 1024;     // of the innermost loop of a register tile
inline constexpr index_t most_peeled = 4;            // points: each is a copy of the body

/// The schedule of one stage, by what its loads do.
struct planner {
  schedule& s;
  target::machine const& m;

  constexpr auto p() const -> tir::program& { return s.program(); }
  constexpr auto name(int axis) const -> std::string_view { return p().axes[axis].name.view(); }
  /// The extent, or `unknown` where only the call knows it.
  constexpr auto extent(int axis, index_t unknown) const -> index_t {
    affine const& e = p().axes[axis].extent;
    return e.is_constant() ? e.offset : unknown;
  }
  constexpr auto lanes(tir::stage const& st) const -> index_t {
    int const n = m.vector_bytes / widest_bytes(p(), st);
    return n < 1 ? 1 : n;
  }

  /// At most `most` vectors, no more than the extent needs, as a number of elements.
  constexpr auto width(tir::stage const& st, int axis, index_t most) const -> index_t {
    index_t const l = lanes(st);
    if (most * l > max_lanes) most = max_lanes / l;
    index_t const n = extent(axis, most * l);
    if (n <= l) return n < 1 ? 1 : n;
    index_t const vectors = (n + l - 1) / l;
    return (vectors < most ? vectors : most) * l;
  }
};

// Points of work that are known, 0 if any extent is not.
constexpr auto static_work(planner const& w, tir::stage const& st) -> index_t {
  index_t n = 1;
  for (auto const a : st.pure) n = saturating_product(n, w.extent(a, 0));
  for (auto const a : st.reduced) n = saturating_product(n, w.extent(a, 0));
  return n;
}

constexpr void plan_parallel(planner& w, stage_schedule& st) {
  tir::stage const& s = w.p().stages[st.stage()];
  if (s.place != tir::placement::root || s.loops.count < 2) return;
  if (static_work(w, s) < parallel_points) return;
  for (auto const l : s.loops) {
    if (w.p().axes[l].is_reduction) continue;
    if (is_carried_along(w.p(), s, l)) return;
    if (w.p().axes[l].kind == tir::loop_kind::serial) st.parallel(loop(w.p(), l));
    return;
  }
}

// How far before the first point of dimension d the stage reads itself.
constexpr auto points_before(planner const& w, tir::stage const& s, int d) -> index_t {
  walker v{};
  push_all(v, s);
  index_t most = 0;
  for (int e = v.next(w.p()); e >= 0; e = v.next(w.p())) {
    if (w.p().exprs[e].op != tir::opcode::load) continue;
    tir::access const& a = w.p().accesses[w.p().exprs[e].a];
    if (a.buffer != s.buffer || !tir::has_dim(a.checked, d)) continue;
    index_t const back = tir::step_back(w.p(), s, a, d);
    most = back > most ? back : most;
  }
  return most;
}

// Rule 6. A system's loops are those of all its stages.
constexpr void plan_carried(planner& w, stage_schedule& st) {
  tir::stage const s = w.p().stages[st.stage()];
  if (!tir::is_recurrence(s) || s.system >= 0) return;
  for (int i = s.loops.count - 1; i >= 0; --i) {
    for (int d = 0; d < s.pure.count; ++d) {
      if (s.pure[d] != s.loops[i] || !tir::has_dim(s.carried, d)) continue;
      index_t const n = points_before(w, s, d);
      if (n >= 1 && n <= most_peeled && w.extent(s.loops[i], n + 1) > n) {
        st.peel(loop(w.p(), s.loops[i]), n, 0);
      }
      return;
    }
  }
}

// Rule 4.
constexpr void plan_map(planner& w, stage_schedule& st) {
  tir::stage const s = w.p().stages[st.stage()];
  if (s.pure.empty()) return;
  int const last = s.pure.back();
  if (is_carried_along(w.p(), s, last)) return;
  if (use_along(w.p(), s, last).other > 2 || w.extent(last, 2) < 2) return;
  // Inside of it are dimensions that the stage reads itself across.
  if (s.loops.back() != last) {
    loop order[limits::loops_per_stage]{};
    int n = 0;
    for (auto const l : s.loops) {
      if (l != last) order[n++] = loop(w.p(), l);
    }
    order[n++] = loop(w.p(), static_cast<tir::handle>(last));
    st.reorder(std::span<loop const>(order, static_cast<std::size_t>(n)));
  }
  index_t const vectors = function_count(w.p(), s) > 0 ? 1 : 4;
  st.vectorize(loop(w.p(), static_cast<tir::handle>(last)), w.width(s, last, vectors), tail::cut);
}

// The loads of a point.
constexpr auto load_count(tir::program const& p, tir::stage const& s) -> int {
  walker w{};
  push_values(w, s);
  int n = 0;
  for (int e = w.next(p); e >= 0; e = w.next(p)) n += p.exprs[e].op == tir::opcode::load ? 1 : 0;
  return n;
}

// True if the stage reads what another one computes with functions and an output can hold: it is
// computed where it is read, so vectors of both are the same.
constexpr auto reads_held_row(planner const& w, tir::stage const& s) -> bool {
  tir::program const& p = w.p();
  for (int i = 0; i < p.stages.count; ++i) {
    tir::stage const& row = p.stages[i];
    int const output = p.stages[main_stage(p)].buffer;
    walker v{};
    push_values(v, s);
    if (does_read(p, v, row.buffer) && function_count(p, row) > 0 &&
        obstacle_to_hold(p, i, output).empty()) {
      return true;
    }
  }
  return false;
}

// As many sums as additions that begin before the first one ends; loads may limit these, and a
// maximum takes three instructions.
constexpr auto sums_at_a_time(planner const& w, tir::stage const& s) -> index_t {
  if (reads_held_row(w, s)) return 1;
  if (function_count(w.p(), s) > 0) return 2;
  bool const is_sum = w.p().exprs[s.reduce.combine[0]].op == tir::opcode::add;
  index_t const most = w.m.independent_sums();
  return is_sum && load_count(w.p(), s) < 2 ? most : most / 2;
}

// Rule 3.
constexpr void plan_row_sum(planner& w, stage_schedule& st) {
  tir::stage const s = w.p().stages[st.stage()];
  int const last = s.reduced.back();
  index_t const vectors = sums_at_a_time(w, s);
  st.vectorize(loop(w.p(), static_cast<tir::handle>(last)), w.width(s, last, vectors), tail::cut);
}

// The pure axis along which vectors are used again, -1 if there is none; the longest one.
constexpr auto row_axis(planner const& w, tir::stage const& s, int lane) -> int {
  int best = -1;
  for (int a : s.pure) {
    if (a == lane || is_carried_along(w.p(), s, a) || !reuses_vectors(w.p(), s, lane, a) ||
        w.extent(a, 64) < 2)
      continue;
    if (best < 0 || w.extent(a, 64) > w.extent(best, 64)) best = a;
  }
  return best;
}

struct tile_shape {
  index_t rows = 1;
  index_t columns = 1;
};

// Accumulators fill the registers that a row of vectors and a broadcast leave.
constexpr auto shape_of(planner const& w, tir::stage const& s, int rows, int lane) -> tile_shape {
  index_t const vectors = w.m.vector_registers >= 32 ? 4 : 2;
  index_t const columns = w.width(s, lane, vectors);
  index_t const l = w.lanes(s);
  index_t const used = (columns + l - 1) / l;
  index_t most = (w.m.vector_registers - used - 2) / used;
  if (most > 8) most = 8;
  if (used == vectors && most > 6) most = 6;
  if (rows < 0) return tile_shape{.rows = 1, .columns = columns};
  index_t const n = w.extent(rows, most);
  return tile_shape{.rows = n < most ? n : most, .columns = columns};
}

// Copies the vectors of one column panel to contiguous memory where they are used often enough.
constexpr void plan_pack(planner& w, stage_schedule& st, tir::stage const& s, int rows, int lane,
                         tile_shape const& shape, std::string_view panel) {
  if (rows < 0 || s.reduced.count != 1 || s.pure.count != 2) return;
  if (w.extent(rows, 1024) < 16 * shape.rows || w.extent(lane, 1 << 20) <= shape.columns) return;
  walker v{};
  push_values(v, s);
  for (int e = v.next(w.p()); e >= 0; e = v.next(w.p())) {
    tir::expr const& x = w.p().exprs[e];
    if (x.op != tir::opcode::load) continue;
    tir::access const a = w.p().accesses[x.a];
    bool const is_panel = a.rank == 2 && a.checked == 0 &&
                          cache_impl::axis_name(w.p(), s, a.buffer, 1) == w.name(lane) &&
                          access_pattern_impl::step_along(w.p(), a, lane) == 1 &&
                          access_pattern_impl::step_along(w.p(), a, rows) == 0;
    if (!is_panel) continue;
    auto const tensor = w.p().buffers[a.buffer].name;
    auto copy = st.cache_read(tensor.view(), panel, packed(w.name(lane), shape.columns));
    tir::stage const made = w.p().stages[copy.stage()];
    copy.vectorize(loop(w.p(), made.pure.back()), shape.columns);
    return;
  }
}

// Rule 2, and reductions whose lanes are a pure axis.
constexpr void plan_tile(planner& w, stage_schedule& st, int lane) {
  tir::stage const s = w.p().stages[st.stage()];
  int const rows = row_axis(w, s, lane);
  tile_shape const shape = shape_of(w, s, rows, lane);
  loop order[limits::loops_per_stage]{};
  int n = 0;
  auto const j = st.split(loop(w.p(), static_cast<tir::handle>(lane)), shape.columns, tail::cut);
  loop_pair i{};
  if (rows >= 0) {
    i = st.split(loop(w.p(), static_cast<tir::handle>(rows)), shape.rows, tail::cut);
  }
  loop block{};
  int const deepest = s.reduced.back();
  loop inner = loop(w.p(), static_cast<tir::handle>(deepest));
  bool const blocked = rows >= 0 && s.reduced.count == 1 && s.pure.count == 2 &&
                       w.extent(deepest, reduction_block + 1) > reduction_block;
  if (blocked) {
    auto const k = st.split(inner, reduction_block);
    block = k.outer;
    inner = k.inner;
    order[n++] = block;
  }
  for (int const a : tir::axes_in_order(s)) {
    if (a != lane && a != rows) order[n++] = loop(w.p(), static_cast<tir::handle>(a));
  }
  order[n++] = j.outer;
  if (rows >= 0) order[n++] = i.outer;
  for (int const a : s.reduced) {
    order[n++] = a == deepest ? inner : loop(w.p(), static_cast<tir::handle>(a));
  }
  if (rows >= 0) order[n++] = i.inner;
  order[n++] = j.inner;
  st.reorder(std::span<loop const>(order, static_cast<std::size_t>(n)));
  if (rows >= 0) st.unroll(i.inner);
  st.vectorize(j.inner);
  plan_pack(w, st, s, rows, lane, shape, j.outer.name());
}

constexpr void plan_reduction(planner& w, stage_schedule& st) {
  tir::stage const s = w.p().stages[st.stage()];
  int const inner = s.reduced.back();
  axis_use const along = use_along(w.p(), s, inner);
  if (!s.pure.empty() && !is_carried_along(w.p(), s, s.pure.back())) {
    int const lane = s.pure.back();
    axis_use const across = use_along(w.p(), s, lane);
    bool const gathers = across.other > 0;
    if (!gathers && across.contiguous > 0 && w.extent(lane, 2) > 1) return plan_tile(w, st, lane);
  }
  bool const may = s.reduce.components == 1 && s.reduce.commutative && w.p().allowed.reassociate &&
                   !tir::is_recurrence(s);
  if (may && along.other == 0 && along.contiguous > 0 && w.extent(inner, 64) >= w.lanes(s)) {
    plan_row_sum(w, st);
  }
}

constexpr void plan_stage(planner& w, stage_schedule st, bool is_row_loop) {
  tir::stage const& s = w.p().stages[st.stage()];
  if (s.reduce.components == 0) {
    plan_map(w, st);
    plan_carried(w, st);
  } else if (!is_row_loop) {
    plan_reduction(w, st);
  }
}

}  // namespace automatic_impl

/// The default schedule function, see the head of this file.
struct automatic_schedule {
  constexpr void operator()(schedule& s) const {
    using namespace automatic_impl;
    plan_inlining(s);
    tir::program& p = s.program();
    int const depth = row_depth(p);
    loop const row = depth > 0 ? loop(p, p.stages[main_stage(p)].pure[depth - 1]) : loop{};
    planner w{.s = s, .m = s.machine()};
    auto const names = stages_of(p);
    for (auto const& name : names) {
      int const at = find_stage(p, name.view());
      if (p.stages[at].place == tir::placement::inlined) continue;
      plan_stage(w, s[name.view()], depth > 0 && !is_local(p, at));
    }
    for (int i = names.count - 1; i >= 0 && depth > 0; --i) {
      int const at = find_stage(p, names[i].view());
      // What only the index of an inlined number was made of is read by no stage now.
      if (is_local(p, at) && p.stages[at].place == tir::placement::root &&
          obstacle_at(p, at, main_stage(p), row.axis()).none()) {
        s[names[i].view()].compute_at(row);
      }
    }
    for (auto const& name : names) {
      if (depth > 0 && is_local(p, find_stage(p, name.view()))) plan_memory(s, s[name.view()]);
    }
    for (auto const& name : stages_of(p)) {
      auto st = s[name.view()];
      plan_parallel(w, st);
    }
  }
};

inline constexpr automatic_schedule automatic{};

}  // namespace ashlar

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// schedule/reduce: where a reduction starts, and partial reductions.
//
//   y(i) = sum(k, x(i, k))   with k split into ko, ki
//     -->   y_rf(i, ki) = sum(ko, x(i, 16 * ko + ki));   y(i) = sum(ki, y_rf(i, ki))
//
//   decompose_reduction  writes the identity in a nest of its own above a loop
//   rfactor              keeps one loop of a reduction apart: a new stage has partial results for
//                        each of its iterations, and the stage combines these
//   invariants           rfactor only where combinations may be reassociated; a point of a split
//                        that lies behind the extent contributes the identity, and reads no memory
//   names                TVM: sch.decompose_reduction, sch.rfactor; Halide: rfactor
//   source               Suriana, Adams, Kamil, "Parallel associative reductions in Halide", CGO
//                        2017
#pragma once

#include <ashlar/schedule/order.hpp>
#include <ashlar/tir/clone.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// Starts the reduction above a loop. Errors: E013, E017, E019, E063.
constexpr void decompose_reduction(program& p, int stage, int axis) {
  if (!p.fault.ok()) return;
  tir::stage& s = p.stages[stage];
  int const first = first_reduction(p, s);
  diag::message m{};
  m << "decompose_reduction at " << p.axes[axis].name << ": ";
  if (s.reduce.components == 0) {
    m << s.name << " has no reduction; only sum, max and other reductions have a start";
    return p.fail(diag::code::bad_decompose, m);
  }
  if (position_of(s, axis) > first) {
    m << "it is inside the reduction loop " << p.axes[s.loops[first]].name << "; legal loops: ";
    for (int i = 0; i <= first; ++i) m << (i == 0 ? "" : ", ") << p.axes[s.loops[i]].name;
    return p.fail(diag::code::bad_decompose, m);
  }
  s.init_above = static_cast<handle>(axis);
  check_places(p, stage);
}

namespace rfactor_impl {

// What a factored stage is made with: a new axis for each leaf of the old one's reduction, and the
// sums that stand for its roots.
struct plan {
  handle fresh[limits::axes]{};  // of a leaf: its new axis + 1
  tir::substitution roots{};
  static_vector<affine, limits::loops_per_stage> inside{};  // each >= 0 at points that are real
  bool masked[limits::axes]{};  // new axes that take part in such a condition
};

// The axis in terms of the new leaves.
constexpr auto value_of(program& p, plan const& w, int axis) -> affine {
  tir::axis const a = p.axes[axis];
  if (a.fused >= 0) {
    tir::axis const c = p.axes[a.fused];
    affine const whole = value_of(p, w, a.fused);
    affine const inner = p.axes[c.second].extent;
    return axis == c.first ? tir::floor_div(p, whole, inner) : tir::floor_mod(p, whole, inner);
  }
  if (a.outer >= 0) {
    affine const blocks = value_of(p, w, a.outer);
    affine const inside = value_of(p, w, a.inner);
    return product(p, blocks, block_of(p, p.axes[a.outer])) + inside;
  }
  return tir::variable(p, w.fresh[axis] - 1);
}

constexpr void mark_masked(program const& p, plan& w, int axis) {
  tir::axis const& a = p.axes[axis];
  if (a.fused >= 0) return mark_masked(p, w, a.fused);
  if (a.outer < 0) {
    w.masked[w.fresh[axis] - 1] = true;
    return;
  }
  mark_masked(p, w, a.outer);
  mark_masked(p, w, a.inner);
}

// Conditions of the splits below an axis that do not divide it.
constexpr void add_conditions(program& p, plan& w, int axis) {
  tir::axis const a = p.axes[axis];
  if (a.fused >= 0 && axis == p.axes[a.fused].first) return add_conditions(p, w, a.fused);
  if (a.outer < 0) return;
  if (p.axes[a.outer].tails != tail::exact) {
    w.inside.push_back(a.extent - value_of(p, w, axis) - 1);
    mark_masked(p, w, axis);
  }
  add_conditions(p, w, a.outer);
  add_conditions(p, w, a.inner);
}

constexpr auto copy_axis(program& p, int of, bool is_reduction) -> handle {
  tir::axis const& from = p.axes[of];
  tir::axis a{};
  a.name = from.name;
  a.extent = from.extent;
  a.is_reduction = is_reduction;
  a.made_by = tir::relation::factored;
  a.first_peeled = from.first_peeled;
  a.last_peeled = from.last_peeled;
  if (from.cut_at >= 0) {
    a.tails = tail::cut;
    a.cut_at = from.cut_at;
  }
  if (from.kind == tir::loop_kind::unrolled) a.kind = from.kind;
  return p.add(a);
}

// Loads at points that may not be real must not read memory there.
struct hooks {
  plan const& w;
  constexpr auto leaf(program&, handle) const -> handle { return -1; }
  constexpr void rewrite(program& p, tir::access& a) const {
    if (w.inside.empty()) return;
    for (int d = 0; d < a.rank; ++d) {
      affine const& index = p.indices[a.index[d]];
      bool const mentions = any_variable(p, index, [&](int v) { return w.masked[v]; });
      if (mentions || depends_on_data(p, index)) {
        a.checked = static_cast<std::uint8_t>(a.checked | (1U << static_cast<unsigned>(d)));
      }
    }
  }
};

constexpr auto masked_value(program& p, plan const& w, tir::stage const& s) -> handle {
  handle value = clone(p, s.value[0], w.roots, hooks{.w = w});
  handle condition = -1;
  for (affine const& c : w.inside) {
    handle const one =
        p.add(tir::expr{.op = tir::opcode::in_range, .type = dtype::boolean, .a = p.add(c)});
    condition = condition < 0 ? one
                              : p.add(tir::expr{.op = tir::opcode::logical_and,
                                                .type = dtype::boolean,
                                                .a = condition,
                                                .b = one});
  }
  if (condition < 0) return value;
  return p.add(tir::expr{.op = tir::opcode::select,
                         .type = p.exprs[value].type,
                         .a = condition,
                         .b = value,
                         .c = s.reduce.identity[0]});
}

}  // namespace rfactor_impl

/// A name for a stage derived from another; a number is appended where it is taken.
constexpr auto derived_name(program const& p, name_text const& base, std::string_view suffix)
    -> name_text {
  for (int n = 1;; ++n) {
    name_text tail_part{suffix};
    if (n > 1) tail_part << n;
    auto const room = static_cast<std::size_t>(23 - tail_part.size());
    name_text r{base.view().substr(0, room)};
    r << tail_part;
    if (find_stage(p, r.view()) < 0) return r;
  }
}

/// Inserts a stage in front of another and keeps all handles of stages right.
constexpr void insert_stage(program& p, int before, tir::stage const& s) {
  p.stages.insert(before, s);
  for (auto& each : p.stages) {
    if (each.at_stage >= before) each.at_stage = static_cast<handle>(each.at_stage + 1);
  }
}

namespace rfactor_impl {

constexpr auto reduction_loops(program const& p, tir::stage const& s) -> int {
  int n = 0;
  for (handle const l : s.loops) n += static_cast<int>(p.axes[l].is_reduction);
  return n;
}

constexpr auto reason_against(program const& p, int stage, int axis) -> std::string_view {
  tir::stage const& s = p.stages[stage];
  if (!p.axes[axis].is_reduction) return "it is not a reduction loop";
  if (s.reduce.components != 1) return "a reduction of pairs, as argmax, keeps one accumulator";
  if (!may_reassociate(p, s)) return order_reason(s);
  walker w{};
  w.push(s.value[0]);
  bool const is_carried = s.system >= 0 || does_read(p, w, s.buffer);
  if (is_carried) return "what it adds up is carried from one point to the next";
  if (s.pure.count == max_rank) return "its stage has 8 dimensions, the most there are";
  if (reduction_loops(p, s) > max_rank) return "its stage has more than 8 reduction loops";
  if (s.tile_at >= 0 || s.init_above >= 0 || s.scattered >= 0) {
    return "rfactor comes before cache_write, decompose_reduction and scatter";
  }
  if (s.tensorized_at >= 0) return "rfactor comes before tensorize";
  for (handle const l : s.loops) {
    bool const is_shared = p.axes[l].is_reduction && p.axes[l].kind == tir::loop_kind::parallel;
    if (l != axis && is_shared) return "rfactor comes before parallel of another reduction loop";
  }
  int const first = first_reduction(p, s);
  for (auto const& d : p.stages) {
    if (d.place != tir::placement::at || d.at_stage != stage) continue;
    if (position_of(s, d.at_axis) >= first) return "rfactor comes before compute_at and cache_read";
  }
  return {};
}

// The reduction loops of all stages that can be factored.
constexpr void list_stages(diag::message& m, program const& p) {
  m << "; legal loops: ";
  bool any = false;
  for (int s = 0; s < p.stages.count; ++s) {
    for (handle const l : p.stages[s].loops) {
      if (!p.axes[l].is_reduction || !reason_against(p, s, l).empty()) continue;
      m << (any ? ", " : "") << p.axes[l].name << " of " << p.stages[s].name;
      any = true;
    }
  }
  if (!any) m << "(none)";
}

constexpr auto is_legal(program& p, int stage, int axis, std::string_view verb) -> bool {
  auto const why = reason_against(p, stage, axis);
  tir::stage const& s = p.stages[stage];
  diag::message m{};
  m << verb << ' ' << p.axes[axis].name << " of " << s.name << ": ";
  if (!why.empty()) {
    m << why;
    if (s.reduce.components > 0 && !p.axes[axis].is_reduction) {
      m << "; reduction loops: ";
      bool any = false;
      for (handle const l : s.loops) {
        if (!p.axes[l].is_reduction) continue;
        m << (any ? ", " : "") << p.axes[l].name;
        any = true;
      }
    } else if (tir::is_recurrence(s) || s.system >= 0) {
      list_stages(m, p);
    }
    p.fail(diag::code::bad_rfactor, m);
    return false;
  }
  walker w{};
  w.push(s.value[0]);
  int reads = 0;
  auto const size = size_of(p, w, -1, reads);
  int const loops = s.loops.count + s.pure.count;
  return is_serial(p, axis, verb) &&
         has_room(p,
                  demand{.axes = loops + 1,
                         .indices = size.indices + 4 * loops + 4 * size.divisions +
                                    max_rank * s.hints.count,
                         .atoms = 4 * loops + 2 * size.divisions,
                         .exprs = size.exprs + 2 * loops,
                         .accesses = size.loads + 1 + s.hints.count,
                         .buffers = 1,
                         .stages = 1},
                  verb);
}

// The new axes: the pure ones of the stage, then its reduction loops in their order.
constexpr auto new_stage(program& p, plan& w, int stage, int axis) -> tir::stage {
  tir::stage const old = p.stages[stage];
  tir::stage r{};
  r.name = derived_name(p, old.name, "_rf");
  for (handle const a : old.pure) {
    handle const mine = copy_axis(p, a, false);
    p.axes[mine].kind = tir::loop_kind::serial;
    r.pure.push_back(mine);
    r.loops.push_back(mine);
    w.roots.bind(a, tir::variable(p, mine));
  }
  for (handle const l : old.loops) {
    if (!p.axes[l].is_reduction) continue;
    handle const mine = copy_axis(p, l, l != axis);
    w.fresh[l] = static_cast<handle>(mine + 1);
    if (l == axis) {
      r.pure.push_back(mine);
    } else {
      r.reduced.push_back(mine);
    }
    r.loops.push_back(mine);
  }
  for (handle const a : old.reduced) w.roots.bind(a, value_of(p, w, a));
  for (handle const a : old.reduced) add_conditions(p, w, a);
  r.reduce = old.reduce;
  r.value[0] = masked_value(p, w, old);
  r.result =
      p.add(tir::expr{.op = tir::opcode::accumulator, .type = p.exprs[r.value[0]].type, .a = 0});
  for (handle const h : old.hints) {
    tir::access a = p.accesses[h];
    for (int d = 0; d < a.rank; ++d) {
      a.index[d] = p.add(substitute(p, affine(p.indices[a.index[d]]), w.roots));
    }
    r.hints.push_back(p.add(a));
  }
  return r;
}

constexpr auto new_buffer(program& p, tir::stage const& s) -> handle {
  tir::buffer b{};
  b.name = s.name;
  b.type = p.exprs[s.value[0]].type;
  b.rank = static_cast<std::int8_t>(s.pure.count);
  b.alignment = 64;
  for (int d = 0; d < b.rank; ++d) b.shape[d] = p.add(affine(p.axes[s.pure[d]].extent));
  return p.add(b);
}

// The stage reduces what the new one left: one loop over the axis that was kept apart.
constexpr void combine_partials(program& p, int stage, int partial, int axis) {
  tir::stage& s = p.stages[stage];
  handle const mine = copy_axis(p, axis, true);
  p.axes[mine].made_by = tir::relation::root;
  p.axes[mine].tails = tail::automatic;
  p.axes[mine].cut_at = -1;
  p.axes[mine].first_peeled = p.axes[mine].last_peeled = 0;
  p.axes[mine].kind = tir::loop_kind::serial;
  tir::access a{};
  a.buffer = p.stages[partial].buffer;
  a.rank = p.buffers[a.buffer].rank;
  for (int d = 0; d < s.pure.count; ++d) a.index[d] = p.add(tir::variable(p, s.pure[d]));
  a.index[s.pure.count] = p.add(tir::variable(p, mine));
  s.value[0] =
      p.add(tir::expr{.op = tir::opcode::load, .type = p.buffers[a.buffer].type, .a = p.add(a)});
  s.hints.clear();
  s.reduced.clear();
  s.reduced.push_back(mine);
  for (int i = 0; i < s.loops.count;) {
    if (s.loops[i] == axis) s.loops[i] = mine;
    if (s.loops[i] != mine && p.axes[s.loops[i]].is_reduction) {
      s.loops.erase(i);
    } else {
      ++i;
    }
  }
}

}  // namespace rfactor_impl

/// The stage that a partial reduction is in, and its axis for the loop that was kept apart.
struct factored {
  int stage = -1;
  handle axis = -1;
};

/// Factors a reduction loop out, see the head of this file. The new stage is called <stage>_rf and
/// computed at the innermost pure loop outside of the reduction loops; `verb` is what a message
/// calls the primitive. Errors: E020, E024.
constexpr auto rfactor(program& p, int stage, int axis, std::string_view verb = "rfactor")
    -> factored {
  using namespace rfactor_impl;
  if (!p.fault.ok() || !is_legal(p, stage, axis, verb)) return {};
  int const first = first_reduction(p, p.stages[stage]);
  int const above = first > 0 ? p.stages[stage].loops[first - 1] : -1;
  plan w{};
  tir::stage made = new_stage(p, w, stage, axis);
  made.buffer = new_buffer(p, made);
  if (above >= 0) {
    made.place = tir::placement::at;
    made.at_stage = static_cast<handle>(stage);
    made.at_axis = static_cast<handle>(above);
  } else {
    made.place = p.stages[stage].place;
    made.at_stage = p.stages[stage].at_stage;
    made.at_axis = p.stages[stage].at_axis;
  }
  insert_stage(p, stage, made);
  combine_partials(p, stage + 1, stage, axis);
  return factored{.stage = stage, .axis = static_cast<handle>(w.fresh[axis] - 1)};
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// schedule/compute_with: stages that know nothing of each other share their outer loops.
//
//   for i: for j: low(i) = min(low(i), x(i, j))        for i:
//   for i: for j: top(i) = max(top(i), x(i, j))   -->    for j: low(i) = min(low(i), x(i, j))
//                                                        for j: top(i) = max(top(i), x(i, j))
//
//   takes       a stage, and a loop of another one that is computed at the same place; what they
//               share is that loop and those around it
//   invariants  the loops that are shared run over the same iterations: they are split, bound and
//               peeled alike, from the same extents, and no reduction; in each iteration the stage
//               comes after the one whose loops they are. Neither is computed from the other, not
//               through others either
//   wins        what both read comes from a cache, and threads start once
//   judged      when it is said and when the whole schedule is known; the extents of stages that
//               are computed at a loop where their parts are known, by pass/build_nest
//   names       Halide: compute_with; TVM: sch.merge
#pragma once

#include <ashlar/schedule/joint_nests.hpp>
#include <ashlar/schedule/place.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace compute_with_impl {

// True if the axes came to be in the same way; at root, from the same extents.
constexpr auto are_alike(program const& p, int a, int b, bool at_root) -> bool {
  if (a < 0 || b < 0) return a == b;
  tir::axis const& x = p.axes[a];
  tir::axis const& y = p.axes[b];
  auto const is_same = [&p](handle s, handle t) {
    return s < 0 || t < 0 ? s == t : p.indices[s] == p.indices[t];
  };
  if (x.made_by != y.made_by || x.tails != y.tails || x.factor != y.factor) return false;
  if (!is_same(x.span, y.span) || !is_same(x.cut_at, y.cut_at)) return false;
  if (x.parent >= 0 || y.parent >= 0) return are_alike(p, x.parent, y.parent, at_root);
  if (x.first >= 0 || y.first >= 0) {
    return are_alike(p, x.first, y.first, at_root) && are_alike(p, x.second, y.second, at_root);
  }
  return !at_root || x.extent == y.extent;
}

// Why loop number i of the stages cannot be one; nothing where it can.
constexpr void obstacle_of_loop(diag::message& m, program const& p, tir::stage const& s,
                                tir::stage const& with, int i) {
  int const theirs = with.loops[i];
  tir::axis const& b = p.axes[theirs];
  if (i >= s.loops.count) {
    m << s.name << " has no loop for " << b.name << " of " << with.name;
    return;
  }
  tir::axis const& a = p.axes[s.loops[i]];
  bool const at_root = s.place == tir::placement::root;
  m << a.name << " of " << s.name << " and " << b.name << " of " << with.name;
  if (i >= reduction_start(p, s) || i >= reduction_start(p, with)) {
    m << ": one is in a reduction";
  } else if (a.kind == tir::loop_kind::vectorized || b.kind == tir::loop_kind::vectorized) {
    m << ": one is vectorized";
  } else if (a.kind == tir::loop_kind::tensorized || b.kind == tir::loop_kind::tensorized) {
    m << ": one is in an intrinsic";
  } else if (a.kind != b.kind) {
    m << ": one is " << kind_name(a.kind) << ", the other " << kind_name(b.kind);
  } else if (a.first_peeled != b.first_peeled || a.last_peeled != b.last_peeled) {
    m << " are peeled in unlike ways";
  } else if (a.tails == tail::narrow || b.tails == tail::narrow) {
    m << ": tail::narrow makes vectors of its rest";
  } else if (at_root && a.extent != b.extent) {
    m << " have extents ";
    put_extent(m, p, a.extent);
    m << " and ";
    put_extent(m, p, b.extent);
  } else if (!are_alike(p, s.loops[i], theirs, at_root)) {
    m << " are made of others in unlike ways";
  } else {
    m = {};
  }
}

// True if values of the stage wait in an output, or those of another wait in its own.
constexpr auto is_held(program const& p, tir::stage const& s) -> bool {
  if (s.held_in >= 0) return true;
  for (auto const& d : p.stages) {
    if (d.held_in == s.buffer && d.place != tir::placement::inlined) return true;
  }
  return false;
}

// True if a stage runs in the loops of another, or in those of one that does.
constexpr auto runs_with(program const& p, int stage, int other) -> bool {
  for (int n = 0; n < p.stages.count && stage >= 0; ++n) {
    if (stage == other) return true;
    stage = stage_of_axis(p, p.stages[stage].with_axis);
  }
  return false;
}

// Why they cannot be in one nest, whatever the loop.
constexpr void obstacle_of_stages(diag::message& m, program const& p, int stage, int with) {
  tir::stage const& a = p.stages[stage];
  tir::stage const& b = p.stages[with];
  if (stage == with) {
    m << "that is a loop of its own";
  } else if (a.place == tir::placement::inlined || b.place == tir::placement::inlined) {
    m << "a stage that is inlined has no loops";
  } else if (!are_together(a, b)) {
    m << a.name << " and " << b.name << " are not computed at the same place";
  } else if (runs_with(p, with, stage)) {
    m << b.name << " is computed with " << a.name << " already";
  } else if (is_held(p, a) || is_held(p, b)) {
    m << "one of them has values in the memory of an output";
  }
}

constexpr void obstacle_to_share(diag::message& m, program const& p, int stage, int axis) {
  int const with = stage_of_axis(p, axis);
  obstacle_of_stages(m, p, stage, with);
  if (!m.empty()) return;
  tir::stage const& b = p.stages[with];
  int const last = position_of(b, axis);
  if (last < 0) m << "that is no loop of " << b.name << " now";
  for (int i = 0; i <= last && m.empty(); ++i) obstacle_of_loop(m, p, p.stages[stage], b, i);
}

// Whether one is computed from the other is a matter of all stages, as they are with it.
constexpr auto is_circular(program const& p, int stage) -> bool {
  int const leader = leader_of(p, stage);
  return nest_order(p, p.stages[stage]).needs(leader, leader);
}

// True if no stage waits in an output, or all that share no loops come in the order of the stages:
// else what waits could be written over before it is read.
constexpr auto keeps_order(program const& p, int stage) -> bool {
  bool any = false;
  static_vector<std::int16_t, limits::stages> all{};
  for (int s = 0; s < p.stages.count; ++s) {
    any = any || (p.stages[s].held_in >= 0 && p.stages[s].place != tir::placement::inlined);
    if (are_together(p.stages[s], p.stages[stage])) all.push_back(static_cast<std::int16_t>(s));
  }
  int last = -1;
  for (auto const s : nest_order(p, p.stages[stage]).sorted(all)) {
    bool const is_joint = leader_of(p, s) == leader_of(p, stage);
    if (any && !is_joint && s < last) return false;
    if (!is_joint) last = s;
  }
  return true;
}

constexpr void fail(program& p, int stage, int axis, diag::message const& why) {
  int const with = stage_of_axis(p, axis);
  diag::message m{};
  m << "compute_with " << p.axes[axis].name << " of " << p.stages[stage].name << ": " << why
    << "; legal loops of " << p.stages[with].name << ": ";
  bool any = false;
  for (handle const l : p.stages[with].loops) {
    diag::message none{};
    obstacle_to_share(none, p, stage, l);
    if (!none.empty()) continue;
    m << (any ? ", " : "") << p.axes[l].name;
    any = true;
  }
  if (!any) m << "(none)";
  p.fail(diag::code::bad_compute_with, m);
}

}  // namespace compute_with_impl

/// Judges the loops that a stage shares. Errors: E059. Part of `finish`: what is said of either
/// stage later must be said of both.
constexpr void check_with(program& p, int stage) {
  using namespace compute_with_impl;
  int const axis = p.stages[stage].with_axis;
  if (!p.fault.ok() || axis < 0) return;
  diag::message why{};
  obstacle_to_share(why, p, stage, axis);
  if (!why.empty()) return fail(p, stage, axis, why);
  diag::message m{};
  m << "compute_with " << p.axes[axis].name << " of " << p.stages[stage].name;
  if (is_circular(p, stage)) {
    m << ": what shares its loops is computed from it, or it from that, perhaps through others; "
      << "compute_at is for these";
  } else if (!keeps_order(p, stage)) {
    m << ": what it reads would be computed earlier, and a stage has its values in an output";
  } else {
    return;
  }
  p.fail(diag::code::bad_compute_with, m);
}

/// Computes a stage in the iterations of a loop of another. Errors: E059.
constexpr void compute_with(program& p, int stage, int axis) {
  if (!p.fault.ok()) return;
  p.stages[stage].with_axis = static_cast<handle>(axis);
  check_with(p, stage);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// schedule/store_at: where the values of a stage that is computed at a loop live.
//
//   for y:                              allocate h
//     allocate h                        for y:
//     h[y .. y + 2]          -->          h[y .. y + 2]
//     v[y] = h[y] + h[y + 2]              v[y] = h[y] + h[y + 2]
//
//   takes       a stage that is computed at a loop; that loop, one around it in the same nest, or
//               the root of that nest
//   invariants  memory is for what all iterations read; the loops between have one memory for all
//               of their iterations, so none of them is parallel
//   wins        values that an iteration has computed are there in the next ones
//   names       Halide: store_at, store_root
//   source      Ragan-Kelley et al., "Halide", PLDI 2013, section 3.2
#pragma once

#include <ashlar/schedule/place.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// The place among the loops of the stage that it is computed in: -1 for the root.
constexpr auto storage_position(program const& p, int stage, int axis) -> int {
  return axis == tir::at_root ? -1 : position_of(p.stages[p.stages[stage].at_stage], axis);
}

/// The parallel loop that iterations would share memory through, -1 for none.
constexpr auto parallel_between(program const& p, int stage, int axis) -> int {
  tir::stage const& c = p.stages[p.stages[stage].at_stage];
  int const last = position_of(c, p.stages[stage].at_axis);
  for (int i = storage_position(p, stage, axis) + 1; i <= last; ++i) {
    tir::loop_kind const kind = p.axes[c.loops[i]].kind;
    if (kind == tir::loop_kind::parallel || tir::is_bound(kind)) return c.loops[i];
  }
  return -1;
}

/// True if the reader has no loop for one of those that the values are kept for.
constexpr auto is_scattered_between(program const& p, int stage, int axis) -> bool {
  tir::stage const& c = p.stages[p.stages[stage].at_stage];
  int const at = position_of(c, c.scattered);
  int const first = axis >= 0 ? position_of(c, axis) : 0;
  return at >= first && at <= position_of(c, p.stages[stage].at_axis);
}

/// A dimension of the stage that is computed beyond the end of its part, -1 for none.
constexpr auto rounded_axis(program const& p, tir::stage const& s) -> int {
  for (handle const a : s.pure) {
    handle const outer = p.axes[a].outer;
    if (outer >= 0 && p.axes[outer].tails == tail::round_up) return a;
  }
  return -1;
}

/// Appends why values cannot be kept at a loop or at root; nothing where they can.
constexpr void obstacle_to_store_at(diag::message& m, program const& p, int stage, int axis) {
  tir::stage const& s = p.stages[stage];
  if (s.place != tir::placement::at) {
    m << "it is not computed at a loop; compute_at comes first";
    return;
  }
  tir::stage const& c = p.stages[s.at_stage];
  if (s.held_in >= 0) {
    m << "its values are in the memory of " << p.buffers[s.held_in].name;
  } else if (axis == tir::at_root && c.place != tir::placement::root) {
    m << c.name << " is computed at a loop itself";
  } else if (axis >= 0 && position_of(c, axis) < 0) {
    m << "that is no loop of " << c.name << ", where it is computed";
  } else if (axis >= 0 && position_of(c, axis) > position_of(c, s.at_axis)) {
    m << "that is inside of " << p.axes[s.at_axis].name << ", where it is computed";
  } else if (int const a = rounded_axis(p, s); a >= 0) {
    m << "tail::round_up of " << p.axes[a].name << " computes more than the part of an iteration; "
      << "use tail::guard";
  } else if (int const loop = parallel_between(p, stage, axis); loop >= 0) {
    m << "iterations of parallel " << p.axes[loop].name << " would share its memory";
  } else if (is_scattered_between(p, stage, axis)) {
    m << c.name << " is scattered along " << p.axes[c.scattered].name
      << ", which is no loop where it is computed";
  }
}

constexpr auto can_store_at(program const& p, int stage, int axis) -> bool {
  diag::message why{};
  obstacle_to_store_at(why, p, stage, axis);
  return why.empty();
}

/// Judges where the stage is stored. Errors: E056.
constexpr void check_store_at(program& p, int stage) {
  tir::stage const& s = p.stages[stage];
  if (!p.fault.ok() || can_store_at(p, stage, s.store_at)) return;
  diag::message m{};
  m << "store_" << (s.store_at == tir::at_root ? "root" : "at ");
  if (s.store_at >= 0) m << p.axes[s.store_at].name;
  m << " of " << s.name << ": ";
  obstacle_to_store_at(m, p, stage, s.store_at);
  if (s.place != tir::placement::at) return p.fail(diag::code::bad_store_at, m);
  m << "; it can be at: ";
  bool any = can_store_at(p, stage, tir::at_root);
  if (any) m << "root";
  for (handle const l : p.stages[s.at_stage].loops) {
    if (!can_store_at(p, stage, l)) continue;
    m << (any ? ", " : "") << p.axes[l].name;
    any = true;
  }
  if (!any) m << "(none)";
  p.fail(diag::code::bad_store_at, m);
}

/// Keeps the values for all iterations of the loop, or of all loops. Errors: E056.
constexpr void store_at(program& p, int stage, int axis) {
  if (!p.fault.ok()) return;
  p.stages[stage].store_at = static_cast<handle>(axis);
  check_store_at(p, stage);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

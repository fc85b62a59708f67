// SPDX-License-Identifier: Apache-2.0
//
// schedule/system: the nest of stages that read each other's earlier values.
//
//   g(t, j) = f(h(t - 1, k))                for t:
//   h(t, j) = f(g(t, j), h(t - 1, j))  -->    for j: for k: g(t, j) = ...
//                                             for j: h(t, j) = ...
//
//   takes       a program after its last primitive
//   returns     the program, where the stages of a system share their loops down to those over its
//               axis, by the mechanism of compute_with
//   invariants  all are at root. One that no other reads at an earlier point, and which does not
//               read itself, may be inlined, or computed in the loop over the axis of another. The
//               loops around that are along dimensions that no stage of the system reads across;
//               of loops that are shared further in, each iteration has all that is read there
//   errors      E072, and E063 of the loops over the axis
//   see also    tir/recurrence.hpp, expr/system.hpp
#pragma once

#include <ashlar/schedule/compute_with.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace system_impl {

// True if the stage has loops of its own in the nest of its system.
constexpr auto is_active(program const& p, tir::stage const& s) -> bool {
  return s.place != tir::placement::inlined && !tir::is_computed_inside(p, s);
}

// Which of the loops that stages share a loop of one of them is: the one of the leader.
constexpr auto common_loop(program const& p, int stage, int position) -> int {
  for (int n = 0; n < p.stages.count; ++n) {
    int const with = p.stages[stage].with_axis;
    int const owner = stage_of_axis(p, with);
    if (owner < 0 || position > position_of(p.stages[owner], with)) break;
    stage = owner;
  }
  return position < p.stages[stage].loops.count ? p.stages[stage].loops[position] : -1;
}

// How many loops two stages share.
constexpr auto shared_depth(program const& p, int a, int b) -> int {
  int n = 0;
  while (n < p.stages[a].loops.count && common_loop(p, a, n) == common_loop(p, b, n)) ++n;
  return n;
}

// Dimension d of stage w is read, in stage r, at the axis of the same name.
constexpr auto is_plain(program const& p, tir::stage const& r, tir::access const& a,
                        tir::stage const& w, int d) -> bool {
  int const axis = tir::axis_of(p, p.indices[a.index[d]]);
  for (handle const mine : r.pure) {
    if (mine == axis) return p.axes[mine].name == p.axes[w.pure[d]].name;
  }
  return false;
}

// The name of the pure axis that a loop is a part of, if it is one.
constexpr auto is_along(program const& p, tir::stage const& s, int loop, std::string_view name)
    -> bool {
  for (handle const a : s.pure) {
    if (tir::is_part_of(p, loop, a) && p.axes[a].name == name) return true;
  }
  return false;
}

constexpr void fail(program& p, int stage, int other, diag::message const& why) {
  tir::stage const& s = p.stages[stage];
  diag::message m{};
  m << s.name << " and " << p.stages[other].name << " are computed from each other, point by point"
    << " of " << p.axes[s.pure[s.over]].name << "; " << why;
  p.fail(diag::code::bad_system, m);
}

// A stage of the system that is read across one of the axes that a loop is made of; -1 for none.
constexpr auto crossed_along(program const& p, tir::stage const& s, int loop) -> int {
  for (int k = 0; k < p.stages.count; ++k) {
    tir::stage const& other = p.stages[k];
    for (int d = 0; d < other.pure.count && tir::are_one_system(s, other); ++d) {
      auto const name = p.axes[other.pure[d]].name;
      if (tir::has_dim(other.crossed, d) && is_along(p, s, loop, name.view())) return k;
    }
  }
  return -1;
}

// The loops down to the axis: each along a dimension that all have, and none reads across.
constexpr void check_outer(program& p, int stage, int leader) {
  tir::stage const& s = p.stages[stage];
  int const inner = system_position(p, p.stages[leader]);
  for (int i = 0; i <= inner && p.fault.ok(); ++i) {
    diag::message m{};
    m << "loop " << p.axes[s.loops[i]].name << " of " << s.name << " is shared, ";
    int const crossed = crossed_along(p, s, s.loops[i]);
    if (crossed >= 0) {
      m << "and " << p.stages[crossed].name << " is read across it";
      return fail(p, stage, crossed == stage ? leader : crossed, m);
    }
    handle const theirs = p.stages[leader].loops[i];
    for (handle const a : s.pure) {
      bool const is_same = is_along(p, p.stages[leader], theirs, p.axes[a].name.view());
      if (is_same || !tir::is_part_of(p, s.loops[i], a)) continue;
      m << "where " << p.stages[leader].name << " has " << p.axes[theirs].name
        << "; put the same first in both";
      return fail(p, stage, leader, m);
    }
  }
}

// What stage r reads of stage w at the same point is there: w comes first, and loops that the two
// share inside of the axis are along what is read as it is written.
constexpr void check_inner(program& p, int r, int w, tir::access const& a) {
  tir::stage const& reader = p.stages[r];
  tir::stage const& from = p.stages[w];
  affine const at = p.indices[a.index[from.over]];
  if (at != tir::variable(p, reader.pure[reader.over])) return;
  for (int i = system_position(p, reader) + 1; i < shared_depth(p, r, w); ++i) {
    for (int d = 0; d < from.pure.count; ++d) {
      bool const is_part = tir::is_part_of(p, from.loops[i], from.pure[d]);
      bool const is_same = is_plain(p, reader, a, from, d) &&
                           is_along(p, reader, reader.loops[i], p.axes[from.pure[d]].name.view());
      if (!is_part || d == from.over || is_same) continue;
      return fail(p, r, w,
                  diag::message{} << "they share loop " << p.axes[from.loops[i]].name << ", and "
                                  << reader.name << " reads " << from.name << " across it");
    }
  }
}

// Stages that share more loops than others do are neighbours.
constexpr void check_between(program& p, int stage, int with) {
  for (int k = with + 1; k < stage && with >= 0 && p.fault.ok(); ++k) {
    bool const is_other =
        tir::are_one_system(p.stages[k], p.stages[stage]) && is_active(p, p.stages[k]);
    if (!is_other || shared_depth(p, k, with) >= shared_depth(p, stage, with)) continue;
    fail(p, stage, with,
         diag::message{} << "they share loop " << p.axes[p.stages[stage].with_axis].name
                         << ", which " << p.stages[k].name << ", between them, does not");
  }
}

constexpr void check_reads(program& p, int stage) {
  walker walk{};
  push_all(walk, p.stages[stage]);
  for (int at = walk.next_load(p); at >= 0 && p.fault.ok(); at = walk.next_load(p)) {
    int const read = stage_of(p, p.accesses[at].buffer);
    bool const is_other = read >= 0 && read != stage && is_active(p, p.stages[read]) &&
                          tir::are_one_system(p.stages[read], p.stages[stage]);
    if (is_other) check_inner(p, stage, read, p.accesses[at]);
  }
}

}  // namespace system_impl

/// The first stage of a system that has loops in its nest; the others share those. -1 for none.
constexpr auto system_leader(program const& p, tir::stage const& s) -> int {
  for (int i = 0; i < p.stages.count; ++i) {
    if (tir::are_one_system(s, p.stages[i]) && system_impl::is_active(p, p.stages[i])) return i;
  }
  return -1;
}

/// Has the stages of each system share the loops over its axis, unless they share more.
constexpr void join_systems(program& p) {
  for (auto& s : p.stages) {
    if (s.system < 0) continue;
    int const with = stage_of_axis(p, s.with_axis);
    if (!system_impl::is_active(p, s)) {
      if (with >= 0 && tir::are_one_system(s, p.stages[with])) s.with_axis = -1;
      continue;
    }
    int const leader = system_leader(p, s);
    bool const is_said =
        with >= 0 && tir::are_one_system(s, p.stages[with]) &&
        system_impl::is_active(p, p.stages[with]) &&
        position_of(p.stages[with], s.with_axis) > system_position(p, p.stages[with]);
    if (is_said || (with >= 0 && p.stages[with].system != s.system)) continue;
    tir::stage const& first = p.stages[leader];
    bool const is_leader = first.buffer == s.buffer;
    s.with_axis = is_leader ? handle{-1} : first.loops[system_position(p, first)];
  }
}

/// Judges the nest of a stage's system. Errors: E072.
constexpr void check_system(program& p, int stage) {
  using namespace system_impl;
  tir::stage const& s = p.stages[stage];
  if (!p.fault.ok() || s.system < 0 || !is_active(p, s)) return;
  int const leader = system_leader(p, s);
  int const with = stage_of_axis(p, s.with_axis);
  if (stage == leader && with >= 0) {
    return fail(p, stage, with,
                diag::message{} << "of stages that share loops, the one that is defined first, "
                                << s.name << ", has the loops that the others are computed with");
  }
  if (stage != leader) {
    diag::message m{};
    compute_with_impl::obstacle_to_share(m, p, stage, s.with_axis);
    if (!m.empty() || with > stage || p.stages[with].system != s.system) {
      diag::message why{};
      why << "they share the loops down to " << p.axes[s.with_axis].name;
      if (!m.empty()) why << ": " << m << "; what is done to these loops is done to those of both";
      if (m.empty()) why << ", which are those of a stage that comes before them";
      return fail(p, stage, leader, why);
    }
  }
  check_outer(p, stage, leader);
  check_between(p, stage, with);
  check_reads(p, stage);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

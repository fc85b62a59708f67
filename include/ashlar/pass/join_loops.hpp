// SPDX-License-Identifier: Apache-2.0
//
// pass/join_loops: stages whose loops are one while the nest is built.
//
//   takes       a program in which stages share loops (schedule/compute_with)
//   returns     the same, where these are the same axes in the loops of all of them, and in what is
//               computed at them; part_loops gives each stage its own back
//   invariants  an axis that is shared stands for the variable of the loop that it is; all else
//               that is said of it, its extent and what it was split from, is still its own, so
//               what is proved of a stage is proved as if it were alone
#pragma once

#include <ashlar/pass/nest_builder.hpp>
#include <ashlar/schedule/joint_nests.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass::nest {

namespace join_loops_impl {

// Another axis takes the place of a loop, and what is placed by the loop is placed by that.
constexpr void exchange(program& p, int stage, int from, int to) {
  auto const at = [&](handle& h) {
    if (h == from) h = static_cast<handle>(to);
  };
  for (auto& l : p.stages[stage].loops) at(l);
  for (auto& d : p.stages) {
    if (d.place != placement::at || d.at_stage != stage) continue;
    at(d.at_axis);
    at(d.store_at);
    at(d.slides_along);
  }
}

// Leaders first, since their loops may be another's.
constexpr void join(program& p, int stage, int (&depth)[limits::stages]) {
  if (depth[stage] == 0) return;
  int const with = scheduling::stage_of_axis(p, p.stages[stage].with_axis);
  int const n = depth[stage];
  depth[stage] = 0;
  join(p, with, depth);
  for (int i = 0; i < n; ++i) {
    int const own = p.stages[stage].loops[i];
    handle const theirs = p.stages[with].loops[i];
    p.axes[own].shared = theirs;
    exchange(p, stage, own, theirs);
  }
}

}  // namespace join_loops_impl

constexpr void join_loops(program& p) {
  int depth[limits::stages]{};
  for (int s = 0; s < p.stages.count; ++s) {
    handle const axis = p.stages[s].with_axis;
    if (axis < 0 || p.stages[s].place == placement::inlined) continue;
    depth[s] = position_of(p.stages[scheduling::stage_of_axis(p, axis)], axis) + 1;
  }
  for (int s = 0; s < p.stages.count; ++s) join_loops_impl::join(p, s, depth);
}

constexpr void part_loops(program& p) {
  for (int a = 0; a < p.axes.count; ++a) {
    if (p.axes[a].shared < 0) continue;
    join_loops_impl::exchange(p, scheduling::stage_of_axis(p, a), p.axes[a].shared, a);
    p.axes[a].shared = -1;
  }
}

/// E059 unless a stage's own extent of an open loop that it shares is the loop's.
constexpr void require_same_extent(builder& b, int stage, int loop) {
  program& p = b.p;
  for (int a = 0; a < p.axes.count; ++a) {
    if (p.axes[a].shared != loop || scheduling::stage_of_axis(p, a) != stage) continue;
    handle const open = static_cast<handle>(b.scope.extent[loop] - 1);
    affine const own = loop_extent(p, b.domain, b.scope, a);
    handle const cut = b.cut_of(a, open);
    handle const cut_there = b.cut_of(loop, open);
    bool const is_cut_alike =
        cut < 0 || cut_there < 0 ? cut == cut_there : p.indices[cut] == p.indices[cut_there];
    if (own == p.indices[open] && is_cut_alike) return;
    return p.fail(diag::code::bad_compute_with,
                  diag::message() << "compute_with of " << p.stages[stage].name << ": in "
                                  << p.axes[a].name << " it does not have the iterations of "
                                  << p.axes[loop].name << " of "
                                  << p.stages[scheduling::stage_of_axis(p, loop)].name
                                  << ", as another part of it is computed there");
  }
}

}  // namespace ashlar::pass::nest

ASHLAR_COMPILER_END

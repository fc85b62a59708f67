// SPDX-License-Identifier: Apache-2.0
//
// schedule/finish: what can only be judged when the whole schedule is known.
//
//   takes       a program after its last primitive
//   returns     the program, with a fault if a rule below is broken
//   invariants  afterwards every split with tail::mask has its inner loop vectorized, every stage
//               that is computed at a loop has all its readers there, parallel loops do not nest,
//               and what is on the stack or in registers has a constant size
#pragma once

#include <ashlar/schedule/align_storage.hpp>
#include <ashlar/schedule/atomic.hpp>
#include <ashlar/schedule/bind.hpp>
#include <ashlar/schedule/cache.hpp>
#include <ashlar/schedule/compute_with.hpp>
#include <ashlar/schedule/fold_storage.hpp>
#include <ashlar/schedule/inline.hpp>
#include <ashlar/schedule/layout.hpp>
#include <ashlar/schedule/scatter.hpp>
#include <ashlar/schedule/stream.hpp>
#include <ashlar/schedule/tensorize.hpp>

namespace ashlar::scheduling {

namespace finish_impl {

constexpr void check_masks(program& p) {
  for (int a = 0; a < p.axes.count && p.fault.ok(); ++a) {
    tir::axis const& part = p.axes[a];
    bool const has_lanes = part.tails == tail::mask || part.tails == tail::narrow;
    if (part.made_by != tir::relation::split_inner || !has_lanes) continue;
    if (part.kind == tir::loop_kind::vectorized) continue;
    int const s = stage_of_axis(p, a);  // none where rfactor has replaced the loops
    if (s < 0 || p.stages[s].place == tir::placement::inlined) continue;
    diag::message m{};
    m << (part.tails == tail::mask ? "tail::mask of " : "tail::narrow of ")
      << p.axes[part.parent].name << ": the inner loop " << part.name
      << " must be vectorized; vectorize it, or use tail::guard";
    p.fail(diag::code::bad_tail, m);
  }
}

constexpr void check_parallel(program& p, int stage) {
  tir::stage const& s = p.stages[stage];
  for (int i = 0; i < s.loops.count; ++i) {
    if (p.axes[s.loops[i]].kind != tir::loop_kind::parallel) continue;
    int const inner = parallel_within(p, stage, i + 1);
    if (inner < 0) continue;
    diag::message m{};
    m << "parallel " << p.axes[inner].name << " of " << p.stages[stage_of_axis(p, inner)].name
      << " is inside parallel " << p.axes[s.loops[i]].name << " of " << s.name
      << "; keep one of them serial";
    return p.fail(diag::code::nested_parallel, m);
  }
}

}  // namespace finish_impl

/// Judges a whole schedule. Errors: E013, E017 to E019, E021, E022, E056 to E065, E068.
constexpr void finish(program& p) {
  using namespace finish_impl;
  check_masks(p);
  check_shifts(p);
  settle_padding(p);
  complete_blocks(p);
  for (int s = 0; s < p.stages.count && p.fault.ok(); ++s) {
    check_with(p, s);
    if (p.stages[s].place == tir::placement::inlined) continue;
    check_places(p, s);
    check_parallel(p, s);
    check_store(p, s);
    check_held(p, s);
    check_fold(p, s);
    check_scatter(p, s);
    check_atomic(p, s);
    check_align(p, s);
    check_layout(p, s);
    check_stream(p, s);
    check_tensorized(p, s, true);
  }
}

}  // namespace ashlar::scheduling

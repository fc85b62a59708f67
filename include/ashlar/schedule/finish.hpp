// SPDX-License-Identifier: Apache-2.0
//
// schedule/finish: what can only be judged when the whole schedule is known.
//
//   takes       a program after its last primitive
//   returns     the program, with a fault if a rule below is broken
//   invariants  afterwards every split with tail::mask has its inner loop vectorized, every stage
//               that is computed at a loop has all its readers there, parallel loops do not nest,
//               no body is unrolled too often, and what is on the stack or in registers has a
//               constant size
#pragma once

#include <ashlar/schedule/align_storage.hpp>
#include <ashlar/schedule/atomic.hpp>
#include <ashlar/schedule/bind_grid.hpp>
#include <ashlar/schedule/cache.hpp>
#include <ashlar/schedule/compute_with.hpp>
#include <ashlar/schedule/fold_storage.hpp>
#include <ashlar/schedule/inline.hpp>
#include <ashlar/schedule/layout.hpp>
#include <ashlar/schedule/pipeline.hpp>
#include <ashlar/schedule/scatter.hpp>
#include <ashlar/schedule/stream.hpp>
#include <ashlar/schedule/system.hpp>
#include <ashlar/schedule/tensorize.hpp>

ASHLAR_COMPILER_BEGIN

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

// How often the body of a stage stands in the code: the product of the unrolled loops around it,
// those of the stages that it is computed in among them. Their names go to the message.
constexpr auto copies(program const& p, int stage, diag::message& names) -> std::int64_t {
  std::int64_t n = 1;
  int last = -1;  // the innermost loop that is around
  for (int s = stage; s >= 0;) {
    for (int const l : p.stages[s].loops) {
      if (p.axes[l].kind == tir::loop_kind::unrolled) {
        n = saturating_product(n, p.axes[l].extent.offset);
        names << (names.empty() ? "" : ", ") << p.axes[l].name;
      }
      if (l == last) break;
    }
    bool const is_inside = p.stages[s].place == tir::placement::at;
    last = is_inside ? p.stages[s].at_axis : -1;
    s = is_inside ? stage_of_axis(p, last) : -1;
  }
  return n;
}

constexpr void check_copies(program& p, int stage) {
  diag::message names{};
  std::int64_t const n = copies(p, stage, names);
  if (n <= max_copies) return;
  p.fail(diag::code::bad_unroll_extent,
         diag::message{} << "unroll " << names << ": the body of " << p.stages[stage].name
                         << " would be there " << n << " times, and " << max_copies
                         << " is the most; unroll fewer loops, or parts of them");
}

}  // namespace finish_impl

/// Judges a whole schedule. Errors: E009, E013, E017 to E019, E021, E022, E056 to E065, E068, E072,
/// E086, E091.
constexpr void finish(program& p) {
  using namespace finish_impl;
  check_masks(p);
  check_shifts(p);
  join_systems(p);
  settle_padding(p);
  complete_blocks(p);
  for (int s = 0; s < p.stages.count && p.fault.ok(); ++s) {
    check_system(p, s);
    check_with(p, s);
    if (p.stages[s].place == tir::placement::inlined) continue;
    check_places(p, s);
    check_parallel(p, s);
    check_copies(p, s);
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
  check_grid(p);
  for (int s = 0; s < p.stages.count && p.fault.ok(); ++s) check_pipelined(p, s);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

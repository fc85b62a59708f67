// SPDX-License-Identifier: Apache-2.0
//
// schedule/pipeline: what a loop reads is on its way to shared memory some iterations ahead.
//
//   for ko: a_cache = a(.., 16*ko ..); use a_cache
//     -->   a_cache of ko 0 and 1 begins
//           for ko: wait for that of ko; that of ko + 2 begins; use that of ko
//
//   takes       a serial loop that stages are computed at, and for how many iterations there is
//               memory: one that is used, the others are under way
//   returns     the program in which all stages that are computed at the loop have that much memory
//               on a grid. A plain copy of an operand is not waited for before it is read there
//               (pass/overlap_copies); on a processor nothing is different
//   invariants  no value changes: what is in the pipeline reads nothing else that the loop makes
//   names       TVM: software_pipeline_stage, and async; CUTLASS: stages; Halide has none
//   source      software pipelining: Lam, PLDI 1988
#pragma once

#include <ashlar/schedule/uses.hpp>
#include <ashlar/tir/grid.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// The most iterations that a pipeline has memory for.
inline constexpr int most_pipelined = 8;

namespace pipeline_impl {

constexpr auto is_computed_at(tir::stage const& s, int stage, int axis) -> bool {
  return s.place == tir::placement::at && s.at_stage == stage && s.at_axis == axis;
}

constexpr auto sentence(program const& p, tir::stage const& s, int axis) -> diag::message {
  diag::message m{};
  m << "pipeline " << p.axes[axis].name << " of " << s.name << ": ";
  return m;
}

// A stage of the same loop that is read, and not part of the pipeline; -1 for none.
constexpr auto left_behind(program const& p, tir::stage const& s) -> int {
  walker w{};
  push_all(w, s);
  for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
    int const from = stage_of(p, p.accesses[at].buffer);
    if (from < 0 || p.buffers[p.accesses[at].buffer].pipelined > 0) continue;
    if (is_computed_at(p.stages[from], s.at_stage, s.at_axis)) return from;
  }
  return -1;
}

}  // namespace pipeline_impl

/// Judges a stage of a pipeline when the schedule is complete. Errors: E086.
constexpr void check_pipelined(program& p, int stage) {
  using namespace pipeline_impl;
  tir::stage const& s = p.stages[stage];
  if (!p.fault.ok() || p.buffers[s.buffer].pipelined == 0) return;
  if (s.place != tir::placement::at) {
    return p.fail(diag::code::bad_pipeline,
                  diag::message() << "pipeline of " << s.name
                                  << ": it is computed at no loop now; compute it at the loop, and "
                                     "say pipeline after that");
  }
  auto m = sentence(p, p.stages[s.at_stage], s.at_axis);
  tir::loop_kind const kind = p.axes[s.at_axis].kind;
  tir::scope const where = p.buffers[s.buffer].where;
  if (kind != tir::loop_kind::serial) {
    m << "the loop is " << (tir::is_bound(kind) ? "bound" : "not serial")
      << ", and what comes later in it is begun early; keep it serial";
  } else if (s.store_at != -1) {
    m << s.name << " is stored further out, and its memory is that of all iterations; leave "
      << "store_at out";
  } else if (tir::has_grid(p) && where != scope::shared) {
    m << s.name << " is not in shared memory; store_in(scope::shared), or compute it at a loop "
      << "inside of " << p.axes[s.at_axis].name;
  } else if (int const other = left_behind(p, s); other >= 0) {
    m << s.name << " reads " << p.stages[other].name
      << ", which is computed in the loop and not part of the pipeline; say pipeline after both "
         "are there";
  } else {
    return;
  }
  p.fail(diag::code::bad_pipeline, m);
}

/// See the head of this file. Errors: E086.
constexpr void pipeline(program& p, int stage, int axis, std::int64_t iterations) {
  using namespace pipeline_impl;
  if (!p.fault.ok()) return;
  auto m = sentence(p, p.stages[stage], axis);
  if (iterations < 2 || iterations > most_pipelined) {
    m << iterations << " iterations; give 2 to " << most_pipelined
      << ": one that is used, the others are under way";
    return p.fail(diag::code::bad_pipeline, m);
  }
  bool any = false;
  for (int i = 0; i < p.stages.count; ++i) {
    if (!is_computed_at(p.stages[i], stage, axis)) continue;
    p.buffers[p.stages[i].buffer].pipelined = static_cast<std::int8_t>(iterations);
    any = true;
  }
  if (any) return;
  m << "no stage is computed at the loop; cache_read or compute_at come first";
  p.fail(diag::code::bad_pipeline, m);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

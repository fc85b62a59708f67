// SPDX-License-Identifier: Apache-2.0
//
// schedule/bind: how the iterations of a loop run: at once in a vector, copied out, or in threads.
//
//   vectorize    all iterations in the lanes of vectors; of a reduction loop: rfactor keeps its
//                iterations apart and the new pure loop is vectorized [fp]
//   unroll       the body once per iteration
//   parallel     iterations in any order on any thread; results do not depend on their number
//   invariants   a loop has one kind; a vectorized loop is the innermost and the only one of its
//                stage; parallel loops do not nest, counting stages that are computed inside
//   names        Halide: vectorize, unroll, parallel; TVM: sch.vectorize, sch.unroll, sch.parallel
#pragma once

#include <ashlar/schedule/atomic.hpp>
#include <ashlar/schedule/peel.hpp>
#include <ashlar/schedule/reduce.hpp>
#include <ashlar/schedule/split_evenly.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace bind_impl {

constexpr auto sentence(program const& p, std::string_view verb, int axis) -> diag::message {
  diag::message m{};
  m << verb << ' ' << p.axes[axis].name << ": ";
  return m;
}

constexpr auto is_unbound(program& p, int axis, std::string_view verb) -> bool {
  tir::axis const& a = p.axes[axis];
  if (a.kind == tir::loop_kind::serial) return true;
  auto m = sentence(p, verb, axis);
  m << "it is " << kind_name(a.kind) << " already; split it and bind one of the parts before";
  p.fail(diag::code::loop_already_bound, m);
  return false;
}

constexpr auto has_lanes(program& p, int axis) -> bool {
  affine const& e = p.axes[axis].extent;
  auto m = sentence(p, "vectorize", axis);
  if (!e.is_constant() || e.offset < 1) {
    m << "extent ";
    put_extent(m, p, e);
    m << (e.is_constant() ? " leaves no lane" : " is not constant") << "; vectorize("
      << p.axes[axis].name << ", 16) splits it by 16 first";
    p.fail(diag::code::bad_vector_extent, m);
    return false;
  }
  if (e.offset <= max_lanes) return true;
  m << e.offset << " lanes, and at most " << max_lanes << " are supported; vectorize("
    << p.axes[axis].name << ", 16) splits it by 16 first";
  p.fail(diag::code::too_many_lanes, m);
  return false;
}

constexpr auto is_only_vector(program& p, tir::stage const& s, int axis) -> bool {
  for (handle const l : s.loops) {
    if (p.axes[l].kind != tir::loop_kind::vectorized) continue;
    auto m = sentence(p, "vectorize", axis);
    m << p.axes[l].name << " of " << s.name
      << " is vectorized already, and one loop of a stage is; "
      << "unroll " << p.axes[axis].name << ", or fuse the two first";
    p.fail(diag::code::too_many_lanes, m);
    return false;
  }
  return true;
}

constexpr auto is_innermost(program& p, tir::stage const& s, int axis) -> bool {
  if (s.loops.back() == axis) return true;
  auto m = sentence(p, "vectorize", axis);
  m << p.axes[s.loops.back()].name << " is inside it; reorder " << p.axes[axis].name
    << " to the innermost place first; loops: ";
  list_loops(m, p, s);
  p.fail(diag::code::vector_not_innermost, m);
  return false;
}

constexpr auto holds_no_stage(program& p, int axis, std::string_view verb) -> bool {
  for (auto const& d : p.stages) {
    if (d.place != tir::placement::at || d.at_axis != axis) continue;
    auto m = sentence(p, verb, axis);
    m << d.name << " is computed at it; compute it at a loop further out";
    p.fail(diag::code::bad_compute_at, m);
    return false;
  }
  return true;
}

// The loop that rfactor made, moved to the innermost place of its stage.
constexpr auto vectorize_reduction(program& p, int stage, int axis) -> handle {
  auto const made = rfactor(p, stage, axis, "vectorize");
  if (made.axis < 0) return -1;
  tir::stage& s = p.stages[made.stage];
  s.loops.erase(position_of(s, made.axis));
  s.loops.push_back(made.axis);
  p.axes[made.axis].kind = tir::loop_kind::vectorized;
  return made.axis;
}

}  // namespace bind_impl

/// Vectorizes a loop. Errors: E007 extent, E008 bound already, E013 a stage is computed at it, E020
/// a reduction that keeps its order, E021 a cut loop, E023 not innermost, E026 too wide or the
/// second, E063 a carried one. Returns the vectorized loop: for a reduction it is one of the stage
/// <stage>_rf.
constexpr auto vectorize(program& p, int stage, int axis) -> handle {
  using namespace bind_impl;
  if (!p.fault.ok()) return -1;
  tir::stage const& s = p.stages[stage];
  if (!is_unbound(p, axis, "vectorize") || !is_only_vector(p, s, axis) || !has_lanes(p, axis) ||
      !is_not_cut(p, axis, "vectorize") || !holds_no_stage(p, axis, "vectorize")) {
    return -1;
  }
  if (p.axes[axis].is_reduction) return vectorize_reduction(p, stage, axis);
  if (!is_innermost(p, s, axis) || !is_not_carried(p, stage, axis, "vectorize")) return -1;
  p.axes[axis].kind = tir::loop_kind::vectorized;
  return static_cast<handle>(axis);
}

/// Splits a loop by the width and vectorizes the inner part. A rest of a reduction is cut off
/// unless a tail is named, so that full vectors need no mask. Errors: those of split and vectorize.
constexpr auto vectorize(program& p, int stage, int axis, std::int64_t width, tail tails)
    -> axis_pair {
  using namespace bind_impl;
  if (!p.fault.ok() || !split_impl::has_legal_factor(p, axis, width, "vectorize")) return {};
  if (!is_unbound(p, axis, "vectorize") || !is_only_vector(p, p.stages[stage], axis)) return {};
  bool const reduction = p.axes[axis].is_reduction;
  if (!reduction && !is_innermost(p, p.stages[stage], axis)) return {};
  if (reduction && tails == tail::automatic) tails = tail::cut;
  auto const parts = split(p, stage, axis, width, tails);
  handle const lanes = vectorize(p, stage, parts.inner);
  if (lanes < 0) return {};
  if (!reduction) return axis_pair{.outer = parts.outer, .inner = lanes};
  // The outer part is a loop of the new stage, too, just outside the lanes or further out.
  tir::stage const& made = p.stages[stage];
  handle const outer = static_cast<handle>(find_loop(p, made, p.axes[parts.outer].name.view()));
  return axis_pair{.outer = outer, .inner = lanes};
}

/// Unrolls a loop. Errors: E008, E009.
constexpr auto unroll(program& p, int stage, int axis) -> handle {
  using namespace bind_impl;
  static_cast<void>(stage);
  if (!p.fault.ok() || !is_unbound(p, axis, "unroll")) return -1;
  affine const& e = p.axes[axis].extent;
  if (e.is_constant() && e.offset <= max_unroll) {
    p.axes[axis].kind = tir::loop_kind::unrolled;
    return static_cast<handle>(axis);
  }
  auto m = sentence(p, "unroll", axis);
  m << "extent ";
  put_extent(m, p, e);
  m << (e.is_constant() ? " is above the limit of 64" : " is not constant") << "; unroll("
    << p.axes[axis].name << ", 4) splits it by 4 first";
  p.fail(diag::code::bad_unroll_extent, m);
  return -1;
}

/// Splits a loop by the factor and unrolls the inner part. Errors: those of split and unroll.
constexpr auto unroll(program& p, int stage, int axis, std::int64_t factor, tail tails)
    -> axis_pair {
  using namespace bind_impl;
  if (!p.fault.ok() || !split_impl::has_legal_factor(p, axis, factor, "unroll")) return {};
  if (!is_unbound(p, axis, "unroll")) return {};
  auto const parts = split(p, stage, axis, factor, tails);
  if (unroll(p, stage, parts.inner) < 0) return {};
  return parts;
}

/// Runs the iterations of a loop in parallel. Errors: E008, E010 a reduction, E022 nesting, E063 a
/// carried one.
constexpr void parallel(program& p, int stage, int axis) {
  using namespace bind_impl;
  if (!p.fault.ok() || !is_unbound(p, axis, "parallel") ||
      !is_not_carried(p, stage, axis, "parallel")) {
    return;
  }
  tir::stage const& s = p.stages[stage];
  auto m = sentence(p, "parallel", axis);
  if (p.axes[axis].is_reduction && !s.is_atomic) {
    m << "it is a reduction loop of " << s.name << ", and its iterations add to the same element; "
      << (atomic_impl::reason_against(p, s).empty() ? "atomic permits it; " : "");
    bool any = false;
    for (handle const l : s.loops) {
      if (p.axes[l].is_reduction) continue;
      m << (any ? ", " : "legal loops: ") << p.axes[l].name;
      any = true;
    }
    return p.fail(diag::code::parallel_reduction, m);
  }
  int const at = position_of(s, axis);
  int other = parallel_around(p, stage, at);
  bool const outside = other >= 0;
  if (!outside) other = parallel_within(p, stage, at);
  if (other < 0) {
    p.axes[axis].kind = tir::loop_kind::parallel;
    return;
  }
  m << p.axes[other].name << " of " << p.stages[stage_of_axis(p, other)].name << ", "
    << (outside ? "outside" : "inside")
    << " of it, is parallel already; fuse the two loops, or keep "
    << "one of them serial";
  p.fail(diag::code::nested_parallel, m);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// pass/computed_region: what a stage computes where a region of it is needed.
//
//   takes       a builder, and the region that the readers of a stage touch
//   returns     what the loops of the stage run over: blocks rounded up, and loops that run
//               on, compute more than is needed
//   grants      the stages of a loop are computed for what those further in read of them, as it is
//               known there. Further in more is known of some loops, and less of others: a region
//               found there may be larger, as a distance that varies counts as the most that it is.
//               It is moved back into the region of the loop outside, or is that one
//   invariants  a stage reads nothing that the loops further out have not computed
#pragma once

#include <ashlar/pass/nest_builder.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass::nest {

namespace computed_region_impl {

// True if the axis becomes a loop that may have more iterations than the axis has points: among
// them one that was fused from axes whose extent varies, since it has the product of their bounds.
constexpr auto may_run_on(program const& p, int axis, bool varies) -> bool {
  tir::axis const& a = p.axes[axis];
  if (a.fused >= 0) return varies || may_run_on(p, a.fused, varies);
  if (a.outer >= 0) return may_run_on(p, a.outer, varies) || may_run_on(p, a.inner, varies);
  return is_fixed(a.kind) || a.kind == loop_kind::vectorized;
}

}  // namespace computed_region_impl

/// The range of a loop. A reduction updates what lies beyond the end like all else, since only
/// results are guarded: what it reads there is dropped, but must have been written.
constexpr void add_loop(builder& b, ranges& vars, int leaf, bool runs_on) {
  if (b.scope.is_open(leaf)) return;
  affine const extent = runs_on ? grown_extent(b.p, b.domain, b.scope, leaf)
                                : loop_extent(b.p, b.domain, b.scope, leaf);
  vars.known[leaf] = true;
  vars.of[leaf] = range{.low = constant(0), .span = extent - 1};
}

namespace computed_region_impl {

// The ranges of the loops that an axis became, which run on.
constexpr void add_parts(builder& b, ranges& vars, int axis) {
  tir::axis const a = b.p.axes[axis];
  if (a.fused >= 0) return add_parts(b, vars, a.fused);
  if (a.outer < 0) {
    add_loop(b, vars, axis, true);
    // A loop that is shared has the variable of another stage's.
    if (a.shared < 0 || b.scope.is_open(a.shared) || !vars.known[axis]) return;
    vars.known[a.shared] = true;
    vars.of[a.shared] = vars.of[axis];
    return;
  }
  add_parts(b, vars, a.outer);
  add_parts(b, vars, a.inner);
}

// Moves a part that may leave `all` back inside, where it fits.
constexpr auto move_inside(builder& b, range const& computed, range const& all, range& r) -> bool {
  bool const has_bound = bound_extent(b.p, b.scope, r.span + 1).known;
  if (!has_bound || !(computed.low == r.low)) return false;
  auto const is_after = [&](affine const& x, affine const& y) {
    return always_nonnegative(b.p, b.scope, x - y);
  };
  affine const last = all.low + all.span - computed.span;
  bool const begins = is_after(r.low, all.low);
  bool const ends = is_after(last, r.low);
  if (begins && ends) return true;
  if (!is_after(last, all.low)) return false;
  if (!ends) r.low = minimum(b.p, r.low, last);
  if (!begins) r.low = maximum(b.p, r.low, all.low);
  return true;
}

}  // namespace computed_region_impl

constexpr auto padded(builder& b, range const& r, int axis) -> range {
  return range{.low = r.low, .span = rounded_up(b.p, axis, r.span + 1, false) - 1};
}

// The same of a stage that is computed in a loop further in, whose parts are rounded up one by one.
constexpr auto padded_in_parts(builder& b, range const& r, int axis) -> range {
  std::int64_t const f = b.p.axes[b.p.axes[axis].outer].factor;
  return range{.low = r.low, .span = r.span + (f - 1)};
}

/// What the loops of pure axis `axis` of stage s run over where the stage has to produce `r`.
constexpr auto covered(builder& b, ranges& vars, int s, int axis, range const& r) -> range {
  using namespace computed_region_impl;
  if (b.p.stages[s].reduce.components == 0) return r;
  if (!may_run_on(b.p, axis, has_variable(b.p, r.span))) return r;
  handle const before = b.domain.of[axis];
  b.domain.of[axis] = static_cast<handle>(b.sum(r.span + 1) + 1);
  add_parts(b, vars, axis);
  range all = footprint_impl::range_of(b.p, b.scope, vars, value_of(b.p, axis));
  b.domain.of[axis] = before;
  all.low = r.low + all.low;
  return all;
}

/// The same in dimension d with blocks that are rounded up, of the whole region or of its parts.
constexpr auto computed(builder& b, ranges& vars, int s, int d, range const& r, bool in_parts)
    -> range {
  stage const& st = b.p.stages[s];
  affine const all = b.p.indices[b.p.buffers[st.buffer].shape[d]];
  range own = r.whole ? range{.low = constant(0), .span = all - 1} : r;
  if (is_rounded_up(b.p, st.pure[d])) {
    own = in_parts ? padded_in_parts(b, own, st.pure[d]) : padded(b, own, st.pure[d]);
  }
  return covered(b, vars, s, st.pure[d], own);
}

/// Notes what the stages of a loop are computed for where stage s, further in, reads them.
constexpr void grant(builder& b, ranges const& vars, int s, region const& r) {
  stage const& st = b.p.stages[s];
  for (int d = 0; d < st.pure.count; ++d) {
    if (r.dim[d].whole || vars.of[st.pure[d]].whole) continue;
    range const& most = vars.of[st.pure[d]];
    b.granted[s][d] = {.low = b.sum(r.dim[d].low),
                       .span = b.sum(r.dim[d].span),
                       .computed_low = b.sum(most.low),
                       .computed_span = b.sum(most.span),
                       .known = true};
  }
}

/// Keeps the region of stage s, in dimension d, inside of what was granted. True if it was; then
/// its size has a bound.
constexpr auto limit(builder& b, ranges& vars, int s, int d, range& r, bool in_parts) -> bool {
  auto const& g = b.granted[s][d];
  if (!g.known) return false;
  range const all{.low = b.p.indices[g.computed_low], .span = b.p.indices[g.computed_span]};
  bool const fits = !r.whole && computed_region_impl::move_inside(
                                    b, computed(b, vars, s, d, r, in_parts), all, r);
  if (!fits) r = range{.low = b.p.indices[g.low], .span = b.p.indices[g.span]};
  return true;
}

}  // namespace ashlar::pass::nest

ASHLAR_COMPILER_END

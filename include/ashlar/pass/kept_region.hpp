// SPDX-License-Identifier: Apache-2.0
//
// pass/kept_region: what a loop around the one that a stage is computed at must keep of it.
//
//   h[y .. y + 2] in each iteration of y < n   -->   h[0 .. n + 1] around y
//
//   takes       a builder inside the loop that the stage is computed at, and the region that it
//               computes there; the variable of pass/slide_windows, or -1
//   returns     the region that all iterations of the loops between compute: a minimum that the
//               loops outside of the storage know, and a span
//   invariants  each iteration's region is inside; a dimension is whole in both or in none, since
//               a part may lie beyond the ends of the tensor
//   source      Halide's allocation bounds, which are not its computation bounds
#pragma once

#include <ashlar/pass/nest_builder.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass::nest {

namespace kept_region_impl {

// Over all iterations of a variable, which is not open any more.
constexpr auto over(builder& b, context const& outer, int axis, range const& r) -> range {
  ranges vars{};
  vars.known[axis] = true;
  vars.of[axis] = range{.low = constant(0), .span = b.p.indices[b.scope.extent[axis] - 1] - 1};
  range all = footprint_impl::range_of(b.p, outer, vars, r.low);
  all.span = all.span + r.span;
  return all;
}

// The span, or what the end of a part in the loops that are open says of it: blocks of a split end
// where their axis does.
constexpr auto least_span(builder& b, range const& all, range const& part) -> affine {
  bound const end = bound_extent(b.p, b.scope, part.low + part.span - all.low);
  if (!end.known) return all.span;
  bound const sum = bound_extent(b.p, b.scope, all.span);
  bool const is_worse = end.value.is_constant() && sum.known && sum.value.is_constant() &&
                        sum.value.offset < end.value.offset;
  return is_worse ? all.span : end.value;
}

// True if a stage is computed at a loop of stage s outside of `axis`: what is needed of it there
// has been decided.
constexpr auto has_outer_producer(program const& p, int s, int axis) -> bool {
  stage const& c = p.stages[s];
  for (auto const& other : p.stages) {
    if (other.place != placement::at || other.at_stage != s) continue;
    if (position_of(c, other.at_axis) < position_of(c, axis)) return true;
  }
  return false;
}

}  // namespace kept_region_impl

/// See the head of this file. Makes a dimension whole where the loops do not say what they cover.
constexpr auto kept_region(builder& b, int s, int axis, int warm, int producer, region& computed)
    -> region {
  using namespace kept_region_impl;
  stage const& c = b.p.stages[s];
  stage const& st = b.p.stages[producer];
  int const outermost = position_of(c, st.store_at) + 1;
  region kept = computed;
  context outer = b.scope;
  if (warm >= 0) outer.close(warm);
  for (int d = 0; d < st.pure.count && warm >= 0; ++d) {
    if (!kept.dim[d].whole) kept.dim[d] = over(b, outer, warm, kept.dim[d]);
  }
  for (int level = position_of(c, axis); level >= outermost; --level) {
    outer.close(c.loops[level]);
    for (int d = 0; d < st.pure.count; ++d) {
      if (!kept.dim[d].whole) kept.dim[d] = over(b, outer, c.loops[level], kept.dim[d]);
    }
  }
  for (int d = 0; d < st.pure.count; ++d) {
    range& r = kept.dim[d];
    if (!r.whole) r.span = least_span(b, r, computed.dim[d]);
    // Gaps between the parts, and no iteration: less than nothing.
    if (!r.whole && !always_nonnegative(b.p, b.scope, r.span)) {
      r.span = maximum(b.p, r.span, constant(0));
    }
    if (!r.whole && !bound_extent(b.p, b.scope, r.span + 1).known) {
      r.whole = true;
      if (has_outer_producer(b.p, s, axis)) {
        b.p.fail(diag::code::bad_store_at,
                 diag::message() << "store_at of " << st.name << ": what is kept of "
                                 << b.p.axes[st.pure[d]].name
                                 << " has no bound there, and stages further out were computed for "
                                    "less than all; store it at a loop inside of theirs");
      }
    }
    computed.dim[d].whole = r.whole;
  }
  return kept;
}

}  // namespace ashlar::pass::nest

ASHLAR_COMPILER_END

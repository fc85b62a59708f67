// SPDX-License-Identifier: Apache-2.0
//
// pass/loop_domain: what the loops of a stage run over, and which of their points are real.
//
//   takes       a scheduled stage whose root axes have their domain (a region of the buffer, where
//               the stage is computed at a loop of a consumer)
//   returns     a root axis as a sum over loop variables; the extent of a loop, clipped to the
//               domain where the loops outside of it allow that; the conditions on a point
//   source      the clip min(f, E - f*io) keeps serial loops exact without a test, as Halide's
//               clamped bounds of guarded splits do
#pragma once

#include <ashlar/pass/bound_extent.hpp>
#include <ashlar/tir/grid.hpp>

#include <bit>

namespace ashlar::pass {

/// The domain of every root axis: handles of sums, -1 where it is the axis's own extent.
struct domains {
  tir::handle of[limits::axes]{};  // handle + 1
};

/// The first point of a block of an axis that was split.
constexpr auto first_of_block(tir::program& p, int axis, tir::affine const& block) -> tir::affine {
  tir::axis const& a = p.axes[axis];
  tir::axis const& part = p.axes[a.outer];
  if (part.span >= 0) return product(p, block, block_of(p, part));
  if (part.tails != tir::tail::shift_inwards) return block * part.factor;
  return minimum(p, block * part.factor, a.extent - part.factor);
}

/// The axis as a sum over the loop variables that it became.
constexpr auto value_of(tir::program& p, int axis) -> tir::affine {
  tir::axis const a = p.axes[axis];
  if (a.fused >= 0) {
    tir::axis const c = p.axes[a.fused];
    tir::affine const whole = value_of(p, a.fused);
    tir::affine const inner = p.axes[c.second].extent;
    if (inner.is_constant(0)) return inner;  // of no point
    return axis == c.first ? floor_div(p, whole, inner) : floor_mod(p, whole, inner);
  }
  if (a.outer >= 0) {
    // In this order with every compiler: atoms are numbered as they are met.
    tir::affine const inside = value_of(p, a.inner);
    return first_of_block(p, axis, value_of(p, a.outer)) + inside;
  }
  return variable(p, a.shared >= 0 ? a.shared : axis);
}

/// True if the loops of an axis run over a part of it only: the stage is computed at a loop.
constexpr auto is_part(tir::program const& p, domains const& d, int axis) -> bool {
  tir::axis const& a = p.axes[axis];
  if (a.parent >= 0) return is_part(p, d, a.parent);
  if (a.first >= 0) return is_part(p, d, a.first) || is_part(p, d, a.second);
  return d.of[axis] > 0;
}

/// The blocks of a length that the call knows: as many as the split says, or what a part needs.
constexpr auto blocks_at_call(tir::program& p, domains const& d, tir::axis const& outer,
                              tir::affine const& whole) -> tir::affine {
  if (!is_part(p, d, outer.parent)) return outer.extent;
  tir::affine const length = maximum(p, tir::constant(1), block_of(p, outer));
  return floor_div(p, whole + length - 1, length);
}

/// True if the domain of an axis has tail::round_up.
constexpr auto is_rounded_up(tir::program const& p, int axis) -> bool {
  return p.axes[axis].outer >= 0 && p.axes[p.axes[axis].outer].tails == tir::tail::round_up;
}

/// So many points of such an axis, and those beyond the end. Of an operand the entry has checked
/// that there are none.
constexpr auto rounded_up(tir::program& p, int axis, tir::affine const& points, bool is_operand)
    -> tir::affine {
  std::int64_t const f = p.axes[p.axes[axis].outer].factor;
  return (is_operand ? floor_div(p, points, tir::constant(f)) : ceil_div(p, points, f)) * f;
}

/// The extent of an axis if nothing is clipped.
constexpr auto nominal_extent(tir::program& p, domains const& d, int axis) -> tir::affine {
  tir::axis const a = p.axes[axis];
  switch (a.made_by) {
    case tir::relation::split_outer: return ceil_div(p, nominal_extent(p, d, a.parent), a.factor);
    case tir::relation::split_inner: {
      // A region may be smaller than one whole block.
      tir::affine const whole = nominal_extent(p, d, a.parent);
      if (whole.is_constant() && whole.offset < a.factor) return whole;
      return tir::constant(a.factor);
    }
    case tir::relation::parts_outer: return blocks_at_call(p, d, a, nominal_extent(p, d, a.parent));
    case tir::relation::parts_inner: return block_of(p, a);
    case tir::relation::fused: return a.extent;
    default: return d.of[axis] > 0 ? p.indices[d.of[axis] - 1] : a.extent;
  }
}

/// The points of a block of a length that the call knows, in the iteration of the loops around.
constexpr auto clipped_at_call(tir::program& p, domains const& d, tir::axis const& inner,
                               tir::affine const& whole) -> tir::affine {
  tir::affine const length = block_of(p, inner);
  if (inner.tails == tir::tail::exact && !is_part(p, d, inner.parent)) return length;
  tir::affine const outer = value_of(p, p.axes[inner.parent].outer);
  return minimum(p, length, whole - product(p, outer, length));
}

/// The extent of an axis in the iteration of the loops around, where it is clipped to the domain.
constexpr auto clipped_extent(tir::program& p, domains const& d, int axis) -> tir::affine {
  tir::axis const a = p.axes[axis];
  switch (a.made_by) {
    case tir::relation::split_outer: return ceil_div(p, clipped_extent(p, d, a.parent), a.factor);
    case tir::relation::split_inner: {
      tir::affine const whole = clipped_extent(p, d, a.parent);
      if (a.tails == tir::tail::shift_inwards ||
          floor_mod(p, whole, tir::constant(a.factor)).is_constant(0)) {
        return tir::constant(a.factor);
      }
      tir::affine const outer = value_of(p, p.axes[a.parent].outer);
      return minimum(p, tir::constant(a.factor), whole - outer * a.factor);
    }
    case tir::relation::parts_inner:
      return clipped_at_call(p, d, a, clipped_extent(p, d, a.parent));
    default: return nominal_extent(p, d, axis);
  }
}

/// The lanes of a vector for so many elements: the next power of two.
constexpr auto lanes(tir::affine const& elements) -> tir::affine {
  auto const n = std::bit_ceil(static_cast<std::uint64_t>(elements.offset));
  return tir::constant(static_cast<std::int64_t>(n));
}

/// Gives an axis and the axes that it became the extents that follow from their domain: a part of a
/// tensor may be larger than the tensor itself, where a boundary condition reads beyond the end.
/// Where they depend on the loops around, they are bounds.
constexpr void settle_extents(tir::program& p, domains const& d, tir::context const& scope,
                              int axis) {
  tir::affine const extent = nominal_extent(p, d, axis);
  bound const most = bound_extent(p, scope, extent);
  p.axes[axis].extent = has_variable(p, extent) && most.known ? most.value : extent;
  // Lanes that are off have indices, too.
  bool const has_lanes = p.axes[axis].kind == tir::loop_kind::vectorized;
  if (has_lanes && most.known && most.value.is_constant()) p.axes[axis].extent = lanes(most.value);
  tir::axis const a = p.axes[axis];
  if (a.outer >= 0) {
    settle_extents(p, d, scope, a.outer);
    settle_extents(p, d, scope, a.inner);
  }
  if (a.fused < 0) return;
  // Of two parts the one that comes last finds the other one settled.
  tir::axis const& whole = p.axes[a.fused];
  p.axes[a.fused].extent = product(p, p.axes[whole.first].extent, p.axes[whole.second].extent);
  settle_extents(p, d, scope, a.fused);
}

/// The extent of a loop inside the loops that are open in `scope`.
constexpr auto loop_extent(tir::program& p, domains const& d, tir::context const& scope, int axis)
    -> tir::affine {
  tir::affine const clipped = clipped_extent(p, d, axis);
  bool const unknown = any_variable(p, clipped, [&](int v) { return !scope.is_open(v); });
  return unknown ? nominal_extent(p, d, axis) : clipped;
}

/// True if the loop may come to have more iterations than its nominal extent: vectors are rounded
/// up to a power of two, and unrolled loops and threads to what is the most.
constexpr auto may_grow(tir::program& p, domains const& d, int axis) -> bool {
  tir::loop_kind const kind = p.axes[axis].kind;
  // The blocks of a grid are as many as there may be, since the call starts them all.
  if (tir::is_block(kind)) return has_variable(p, clipped_extent(p, d, axis));
  bool const has_lanes = kind == tir::loop_kind::vectorized;
  if (!has_lanes && !tir::is_fixed(kind)) return false;
  tir::affine const e = nominal_extent(p, d, axis);
  if (!e.is_constant()) return true;
  return has_lanes && !std::has_single_bit(static_cast<std::uint64_t>(e.offset));
}

/// The extent of a loop as it will be at most: of vectors, unrolled loops and threads it becomes
/// constant.
constexpr auto grown_extent(tir::program& p, domains const& d, tir::context const& scope, int axis)
    -> tir::affine {
  tir::affine const e = loop_extent(p, d, scope, axis);
  tir::loop_kind const kind = p.axes[axis].kind;
  bool const has_lanes = kind == tir::loop_kind::vectorized;
  bool const is_counted = tir::is_block(kind) && has_variable(p, e);
  if (!has_lanes && !tir::is_fixed(kind) && !is_counted) return e;
  bound const most = bound_extent(p, scope, e);
  if (!most.known) return e;
  return has_lanes && most.value.is_constant() ? lanes(most.value) : most.value;
}

/// Appends the conditions (sums >= 0) under which a point of the loops is a point of root axis
/// `root`; those that always hold are found and dropped later.
template <class List>
constexpr void add_conditions(tir::program& p, domains const& d, int root, List& out) {
  tir::affine const extent = nominal_extent(p, d, root);
  tir::affine const value = value_of(p, root);
  if (value != variable(p, root) || may_grow(p, d, root)) out.push_back(extent - value - 1);
  // An inner part, or a fused loop, that grew or was split again must stay below its own extent, or
  // two points coincide.
  int stack[limits::loops_per_stage]{};
  int n = 0;
  stack[n++] = root;
  while (n > 0) {
    int const a = stack[--n];
    tir::axis const& x = p.axes[a];
    if (x.fused >= 0 && p.axes[x.fused].first == a) stack[n++] = x.fused;
    if (x.outer >= 0) {
      stack[n++] = x.outer;
      stack[n++] = x.inner;
    }
    bool const is_part = x.made_by == tir::relation::split_inner ||
                         x.made_by == tir::relation::parts_inner ||
                         x.made_by == tir::relation::fused;
    if (!is_part || !(x.outer >= 0 || may_grow(p, d, a))) continue;
    tir::affine const own = nominal_extent(p, d, a) - value_of(p, a) - 1;
    if (own.is_constant() && own.offset >= 0) continue;
    out.push_back(own);
  }
}

}  // namespace ashlar::pass

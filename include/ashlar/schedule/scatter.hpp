// SPDX-License-Identifier: Apache-2.0
//
// schedule/scatter: a reduction that goes to the one element that each value is for.
//
//   h(b) = sum(r, select(b == index(r), v(r), 0))
//     for b: for r: h[b] += b == index[r] ? v[r] : 0
//       -->   for b: h[b] = 0;  for r: h[index[r]] += v[r]
//
//   takes        a pure loop of the stage, b, and a reduction of values that are the identity but
//                where b is an integer that does not depend on b; further conditions may be outside
//                or inside
//   returns      the stage, whose update has no loop over b any more; where it is initialized, and
//                made of what was reduced, b stays a loop
//   invariants   each element gets the same values in the same order, without those that are the
//                identity; an index outside of b's extent is for no element
//   names        scatter of MPI, ONNX ScatterElements with a reduction, XLA; Halide: an update
//                whose left side is data
//   errors       E064
#pragma once

#include <ashlar/schedule/order.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// What a scattered stage adds where: expressions over its other axes.
struct scattered_value {
  handle index = -1;  // an i64
  handle value = -1;
};

namespace scatter_impl {

constexpr auto mentions(program const& p, affine const& a, int axis) -> bool {
  return any_variable(p, a, [&](int v) { return v == axis; });
}

// True if the expression depends on the axis.
constexpr auto depends_on(program const& p, handle root, int axis) -> bool {
  walker w{};
  w.push(root);
  bool found = false;
  for (int e = w.next(p); e >= 0; e = w.next(p)) {
    tir::expr const& x = p.exprs[e];
    if (x.op == tir::opcode::index || x.op == tir::opcode::in_range) {
      found = found || mentions(p, p.indices[x.a], axis);
    }
    if (x.op != tir::opcode::load) continue;
    tir::access const& a = p.accesses[x.a];
    for (int d = 0; d < a.rank; ++d) found = found || mentions(p, p.indices[a.index[d]], axis);
  }
  return found;
}

constexpr auto is_axis(program const& p, handle e, int axis) -> bool {
  tir::expr const& x = p.exprs[e];
  return x.op == tir::opcode::index && tir::axis_of(p, p.indices[x.a]) == axis;
}

constexpr auto is_identity(program const& p, tir::stage const& s, handle e) -> bool {
  tir::expr const& x = p.exprs[e];
  tir::expr const& i = p.exprs[s.reduce.identity[0]];
  return x.op == tir::opcode::constant && i.op == tir::opcode::constant && x.bits == i.bits;
}

// The other side of a comparison of the axis, -1 where the expression is none.
constexpr auto compared_with(program const& p, handle e, int axis) -> handle {
  tir::expr const& x = p.exprs[e];
  if (x.op != tir::opcode::eq) return -1;
  if (is_axis(p, x.a, axis) && !depends_on(p, x.b, axis)) return x.b;
  if (is_axis(p, x.b, axis) && !depends_on(p, x.a, axis)) return x.a;
  return -1;
}

constexpr auto find(program& p, tir::stage const& s, handle e, int axis) -> scattered_value {
  tir::expr const x = p.exprs[e];
  if (x.op != tir::opcode::select || !is_identity(p, s, x.c)) return {};
  handle const index = compared_with(p, x.a, axis);
  if (index >= 0) {
    return depends_on(p, x.b, axis) ? scattered_value{}
                                    : scattered_value{.index = index, .value = x.b};
  }
  if (depends_on(p, x.a, axis)) return {};
  scattered_value r = find(p, s, x.b, axis);
  if (r.index < 0) return {};
  r.value =
      p.add(tir::expr{.op = tir::opcode::select, .type = x.type, .a = x.a, .b = r.value, .c = x.c});
  return r;
}

constexpr auto is_pure(tir::stage const& s, int axis) -> bool {
  for (handle const a : s.pure) {
    if (a == axis) return true;
  }
  return false;
}

constexpr auto reason_against(program const& p, tir::stage const& s, int axis) -> std::string_view {
  if (s.reduce.components == 0) return "its stage has no reduction";
  if (s.reduce.components > 1) return "a reduction of pairs, as argmax, keeps one accumulator";
  if (p.axes[axis].is_reduction) return "it is a reduction loop; name the loop of the index";
  if (!is_pure(s, axis)) return "it is a part of another; scatter first";
  if (p.axes[axis].kind != tir::loop_kind::serial) return "it is not serial; scatter first";
  if (p.axes[axis].made_by == tir::relation::padded) {
    return "pad_to has it run on past its end; pad the loops of what is scattered";
  }
  if (tir::is_recurrence(s)) return "its stage is carried from one point to the next";
  if (s.scattered >= 0) return "its stage is scattered already";
  if (s.tile_at >= 0)
    return "cache_write keeps running values in a tile, where no index finds them";
  for (auto const& d : p.stages) {
    if (d.place == tir::placement::at && (d.at_axis == axis || d.store_at == axis)) {
      return "a stage is computed or stored at it; place that at another loop";
    }
  }
  return {};
}

}  // namespace scatter_impl

/// What stage `s` adds where, if it is scattered along the axis; index -1 where it cannot be.
constexpr auto scattered_at(program& p, tir::stage const& s, int axis) -> scattered_value {
  return scatter_impl::find(p, s, s.value[0], axis);
}

/// Lets the reduction go to the element that each value is for. Errors: E064.
constexpr void scatter(program& p, int stage, int axis) {
  if (!p.fault.ok()) return;
  tir::stage const s = p.stages[stage];
  auto const why = scatter_impl::reason_against(p, s, axis);
  if (why.empty()) {
    if (!has_room(p, demand{.exprs = 8}, "scatter")) return;
    if (scattered_at(p, s, axis).index >= 0) {
      p.stages[stage].scattered = static_cast<handle>(axis);
      return;
    }
  }
  diag::message m{};
  m << "scatter " << p.axes[axis].name << " of " << s.name << ": ";
  if (!why.empty()) {
    m << why;
  } else {
    m << "what it reduces is not chosen by " << p.axes[axis].name << "; write ash::select("
      << p.axes[axis].name << " == ash::cast<std::int64_t>(...), value, identity)";
  }
  p.fail(diag::code::bad_scatter, m);
}

/// E064 where a later primitive has made other loops of the one that a stage is scattered along, or
/// lanes of what its index depends on. Part of `finish`.
constexpr void check_scatter(program& p, int stage) {
  tir::stage const s = p.stages[stage];
  if (!p.fault.ok() || s.scattered < 0) return;
  diag::message m{};
  m << "scatter " << p.axes[s.scattered].name << " of " << s.name << ": ";
  if (position_of(s, s.scattered) < 0 || p.axes[s.scattered].kind != tir::loop_kind::serial) {
    return p.fail(diag::code::bad_scatter,
                  m << "the loop was split, fused or bound; it is where elements are initialized, "
                       "whole and serial");
  }
  if (!has_room(p, demand{.exprs = 8}, "scatter")) return;
  auto const at = scattered_at(p, s, s.scattered);
  if (at.index < 0) {
    return p.fail(diag::code::bad_scatter, m << "a later step has changed what it reduces");
  }
  for (int d = 0; d < s.pure.count + s.reduced.count; ++d) {
    handle const axis = d < s.pure.count ? s.pure[d] : s.reduced[d - s.pure.count];
    handle const lanes = s.loops.empty() ? handle{-1} : s.loops.back();
    bool const is_in_lanes = lanes >= 0 && lanes != s.scattered && axis != s.scattered &&
                             p.axes[lanes].kind == tir::loop_kind::vectorized &&
                             tir::is_part_of(p, lanes, axis);
    if (!is_in_lanes || !scatter_impl::depends_on(p, at.index, axis)) continue;
    return p.fail(diag::code::bad_scatter,
                  m << "its index differs in the lanes of " << p.axes[lanes].name
                    << ", which may meet in one element; unroll that, or vectorize a loop that the "
                       "index does not depend on");
  }
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

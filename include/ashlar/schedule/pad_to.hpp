// SPDX-License-Identifier: Apache-2.0
//
// schedule/pad_to: a loop runs to the next multiple of a number.
//
//   y(i) = sum(k, a(i, k)), i in 37, k in 29; pad_to(i, 8), pad_to(k, 4)
//     -->   for i in 40: for k in 32: acc += k < 29 ? a(i, k) : 0;  if (i < 37) y(i) = acc
//
//   takes       a whole loop of a stage, before it is split
//   returns     the stage with more points, so that splits by the number are exact
//   invariants  beyond the end of a reduction its points are the identity; where copies with
//               padding, or boundary conditions, prove that of the value itself, nothing is
//               selected (schedule/beyond). A local stage has memory for its points; of an output,
//               those beyond the end are not stored
//   names       TVM: pad_einsum; Halide: align_bounds
#pragma once

#include <ashlar/schedule/beyond.hpp>
#include <ashlar/schedule/padding.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace pad_to_impl {

constexpr auto is_whole(tir::axis const& a) -> bool {
  return a.parent < 0 && a.first < 0 && a.outer < 0 && a.fused < 0 && a.shared < 0 &&
         a.made_by != tir::relation::factored && a.kind == tir::loop_kind::serial && !is_divided(a);
}

constexpr auto reason_against(program const& p, tir::stage const& s, int axis) -> std::string_view {
  tir::axis const& a = p.axes[axis];
  if (tir::is_recurrence(s)) return "its stage reads itself, point by point; pad what reads it";
  if (s.held_in >= 0) return "its stage is stored in an output, which has no more room";
  if (s.scattered == axis) return "scatter has taken its loop; pad the loops of what is scattered";
  if (!is_whole(a)) {
    return "it is a part of another loop, or no serial one; pad the axis first, then split it";
  }
  for (handle const e : s.reduce.identity) {
    if (a.is_reduction && e >= 0 && p.exprs[e].op != tir::opcode::constant) {
      return "its reduction has no constant identity; use tail::guard";
    }
  }
  return {};
}

// The value of each component inside of the old extent, and its identity beyond.
constexpr void select_identity(program& p, int stage, int axis) {
  tir::stage& s = p.stages[stage];
  affine const end = p.axes[axis].extent - tir::variable(p, axis) - 1;
  handle const inside = padding_impl::condition(p, end);
  for (int c = 0; c < s.reduce.components; ++c) {
    s.value[c] = p.add(tir::expr{.op = tir::opcode::select,
                                 .type = p.exprs[s.value[c]].type,
                                 .a = inside,
                                 .b = s.value[c],
                                 .c = s.reduce.identity[c]});
  }
}

// A value without the selections that change nothing, since it is the identity there by itself.
constexpr auto settled(program& p, tir::stage const& s, handle value, handle identity) -> handle {
  tir::expr const e = p.exprs[value];
  bool const is_selected =
      e.op == tir::opcode::select && e.c == identity && p.exprs[e.a].op == tir::opcode::in_range;
  if (!is_selected) return value;
  handle const inner = settled(p, s, e.b, identity);
  p.exprs[value].b = inner;
  affine const past = p.indices[p.exprs[e.a].a];
  tir::expr const& zero = p.exprs[identity];
  bool const is_identity =
      value_beyond(p, s, inner, past) == tir::constant_of(zero.type, zero.bits);
  return is_identity ? inner : value;
}

}  // namespace pad_to_impl

/// True if some loop runs on by pad_to.
constexpr auto has_padding(program const& p) -> bool {
  for (auto const& a : p.axes) {
    if (a.made_by == tir::relation::padded) return true;
  }
  return false;
}

/// Drops what pad_to has selected where the values are the identity without it. Part of `finish`,
/// and of what looks into values.
constexpr void settle_padding(program& p) {
  if (!p.fault.ok() || !has_padding(p)) return;
  for (int i = 0; i < p.stages.count; ++i) {
    if (p.stages[i].place == tir::placement::inlined) continue;
    for (int c = 0; c < p.stages[i].reduce.components; ++c) {
      tir::stage const s = p.stages[i];
      p.stages[i].value[c] = pad_to_impl::settled(p, s, s.value[c], s.reduce.identity[c]);
    }
  }
}

/// Loops that run on read the blocks of locals to their ends, where something must have been
/// written. Part of `finish`.
constexpr void complete_blocks(program& p) {
  if (!p.fault.ok() || !has_padding(p)) return;
  for (int i = 0; i < p.stages.count; ++i) {
    tir::stage const& s = p.stages[i];
    bool const is_open = s.place != tir::placement::inlined && s.scattered < 0 && s.held_in < 0 &&
                         p.buffers[s.buffer].operand < 0 && !tir::is_recurrence(s);
    if (!is_open) continue;
    auto const order = p.buffers[s.buffer].layout;
    for (auto const& l : order) {
      if (l.inner && l.block > 1) extend(p, i, l.dim, l.block, -1);
    }
  }
}

/// Runs a loop to the next multiple of k. Errors: E001, E003, E069.
constexpr void pad_to(program& p, int stage, int axis, std::int64_t k) {
  using namespace pad_to_impl;
  if (!p.fault.ok()) return;
  diag::message m{};
  m << "pad_to " << p.axes[axis].name << " of " << p.stages[stage].name << " by " << k << ": ";
  if (k < 1 || k > max_factor) {
    m << "a multiple is at least 1 and at most " << max_factor;
    return p.fail(diag::code::bad_pad, m);
  }
  if (auto const why = reason_against(p, p.stages[stage], axis); !why.empty()) {
    m << why << "; loops: ";
    list_loops(m, p, p.stages[stage]);
    return p.fail(diag::code::bad_pad, m);
  }
  affine const all = ceil_div(p, p.axes[axis].extent, k) * k;
  if (all == p.axes[axis].extent) return;
  if (!has_room(p, demand{.indices = 2, .atoms = 2, .exprs = 3}, "pad_to")) return;
  tir::stage const& s = p.stages[stage];
  p.axes[axis].made_by = tir::relation::padded;
  if (p.axes[axis].is_reduction) select_identity(p, stage, axis);
  if (!p.axes[axis].is_reduction && p.buffers[s.buffer].operand < 0) {
    int d = 0;
    while (s.pure[d] != axis) ++d;
    return extend(p, stage, d, k, -1);
  }
  p.axes[axis].extent = all;
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

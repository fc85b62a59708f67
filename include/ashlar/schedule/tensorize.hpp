// SPDX-License-Identifier: Apache-2.0
//
// schedule/tensorize: a loop and those inside it become one call of an intrinsic.
//
//   for ii in 4: for ji in 16: for ki in 8: y[..] = y[..] + a[..] * b[..]
//     -->   tensorize dot4x16(y[4*io, 16*jo], a[4*io, 8*ko], b[8*ko, 16*jo])
//
//   takes       a loop; an intrinsic with what it computes, see expr/intrinsic.hpp
//   returns     the program, in which the nest stays as the meaning of the call: what interprets,
//               counts or prints it needs no other
//   legal       the loops are the axes, in any order: constant extents, roles; the point is the
//               definition's, see tir/match_intrinsic; nothing else is in the nest: the reduction
//               starts outside of it, no stage is computed in it, all blocks are full. A rest that
//               tail::cut leaves runs as loops
//   lanes       where the code takes its output as a vector (tir/intrinsic), the one loop that the
//               output has is vectorized, in the nest and wherever running values start or end
//   invariants  no primitive changes the loops after that; all is judged again when the schedule is
//               complete, and in the loop nest (pass/settle_intrinsics)
//   names       TVM: blockize and tensorize; Exo: replace
#pragma once

#include <ashlar/schedule/order.hpp>
#include <ashlar/schedule/pad_to.hpp>
#include <ashlar/tir/combiner.hpp>
#include <ashlar/tir/print_mismatch.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace tensorize_impl {

using tir::index_step;
using tir::intrinsic;

// How an axis of a stage moves with one of its loops.
constexpr auto step_of_axis(program const& p, int axis, int loop) -> index_step {
  tir::axis const& a = p.axes[axis];
  if (axis == loop) return index_step{.by = 1};
  if (a.fused >= 0) {
    index_step const whole = step_of_axis(p, a.fused, loop);
    return index_step{.is_constant = whole.is_constant && whole.by == 0};
  }
  if (a.outer < 0) return {};
  index_step const inside = step_of_axis(p, a.inner, loop);
  index_step outside = step_of_axis(p, a.outer, loop);
  bool const is_fixed = p.axes[a.outer].span < 0 && p.axes[a.outer].tails != tail::shift_inwards;
  if (outside.by != 0 && !is_fixed) outside.is_constant = false;
  return index_step{.by = inside.by + outside.by * p.axes[a.outer].factor,
                    .is_constant = inside.is_constant && outside.is_constant};
}

// The same for a sum over the axes.
struct step_before_lowering {
  program const& p;

  constexpr auto operator()(affine const& sum, handle loop) const -> index_step {
    index_step r{};
    for (auto const& t : sum.terms) {
      tir::atom const& a = p.atoms[t.atom];
      if (a.kind != tir::atom_kind::variable) {
        auto const moves = [&](int v) {
          index_step const s = step_of_axis(p, v, loop);
          return s.by != 0 || !s.is_constant;
        };
        affine const one = tir::multiple(t.atom);
        r.is_constant = r.is_constant && !depends_on_data(p, one) && !any_variable(p, one, moves);
        continue;
      }
      index_step const s = step_of_axis(p, a.id, loop);
      r.by += t.coef * s.by;
      r.is_constant = r.is_constant && s.is_constant;
    }
    return r;
  }
};

// The operation of a reduction, if intrinsics have it, or `constant`.
constexpr auto update_of(program const& p, tir::monoid const& m) -> tir::opcode {
  tir::opcode const op = tir::combiner_of(p, m);
  return tir::is_update(op) ? op : tir::opcode::constant;
}

constexpr auto reads(program const& p, handle e, handle buffer) -> bool {
  walker w{};
  w.push(e);
  return does_read(p, w, buffer);
}

// What the stage does in a point.
constexpr auto point_of(program const& p, tir::stage const& s) -> tir::intrinsic_point {
  if (s.reduce.components > 0) return {s.buffer, update_of(p, s.reduce), s.value[0]};
  tir::expr const& e = p.exprs[s.result];
  if (!tir::is_update(e.op)) return {s.buffer, tir::opcode::constant, s.result};
  for (bool const is_first : {true, false}) {
    handle const old = is_first ? e.a : e.b;
    handle const rest = is_first ? e.b : e.a;
    bool const is_old =
        p.exprs[old].op == tir::opcode::load && p.accesses[p.exprs[old].a].buffer == s.buffer;
    if (is_old && !reads(p, rest, s.buffer)) return {s.buffer, e.op, rest};
  }
  return {s.buffer, tir::opcode::constant, s.result};
}

// Why the loops from a place on are none that an intrinsic can be; empty where they are.
struct judge {
  program& p;
  int stage;
  int at;  // the place of the outermost loop
  diag::message& m;

  constexpr auto s() const -> tir::stage const& { return p.stages[stage]; }

  constexpr auto is_loop_legal(int axis) const -> bool {
    tir::axis const& a = p.axes[axis];
    bool const is_part = a.made_by == tir::relation::split_inner;
    bool const is_full = a.tails == tail::exact || a.tails == tail::cut ||
                         a.tails == tail::round_up || a.tails == tail::shift_inwards;
    if (!a.extent.is_constant()) {
      m << "the extent of " << a.name << " is known at the call; split it, with tail::cut";
    } else if (is_part && !is_full && !is_divided_evenly(a)) {
      m << "the last block of " << p.axes[a.parent].name << " may have fewer points than " << a.name
        << "; split by tail::exact, cut (loops for the rest) or round_up";
    } else if (a.first_peeled + a.last_peeled > 0) {
      m << "peel divides " << a.name << " in three; peel a loop outside";
    } else {
      return true;
    }
    return false;
  }
  constexpr auto is_divided_evenly(tir::axis const& part) const -> bool {
    affine const& whole = p.axes[part.parent].extent;
    return whole.is_constant() && whole.offset % part.factor == 0;
  }
  constexpr auto has_nothing_inside() const -> bool {
    for (auto const& d : p.stages) {
      if (d.place != tir::placement::at || d.at_stage != stage) continue;
      bool const is_inside =
          position_of(s(), d.at_axis) >= at || position_of(s(), d.store_at) >= at;
      if (!is_inside) continue;
      m << d.name << " is computed or stored in " << p.axes[d.at_axis].name
        << "; compute it further out";
      return false;
    }
    if (!s().hints.empty()) {
      m << "prefetch is where points are computed, and they are in the intrinsic";
      return false;
    }
    if (position_of(s(), s().tile_at) > at) {
      m << "the tile of cache_write is above " << p.axes[s().tile_at].name << "; make it above "
        << p.axes[s().loops[at]].name << " or further out";
      return false;
    }
    return true;
  }
  constexpr auto starts_outside() const -> bool {
    if (s().reduce.components == 0 || reduction_start(p, s()) <= at) return true;
    m << "the reduction starts in it, above " << p.axes[s().loops[reduction_start(p, s())]].name
      << "; decompose_reduction(" << p.axes[s().loops[at]].name << ") starts it outside";
    return false;
  }
  constexpr auto is_legal(bool is_complete) const -> bool {
    for (int i = at; i < s().loops.count; ++i) {
      if (!is_loop_legal(s().loops[i])) return false;
    }
    if (s().reduce.components > 0 && !may_reassociate(p, s())) {
      m << "an intrinsic may add in any order, and " << order_reason(s());
      return false;
    }
    return !is_complete || (has_nothing_inside() && starts_outside());
  }
};

constexpr auto match(program& p, tir::stage const& s, int at, intrinsic const& k)
    -> tir::intrinsic_mismatch {
  tir::intrinsic_loops loops{};
  if (s.loops.count - at > tir::max_intrinsic_axes)
    return {.what = tir::intrinsic_difference::axes};
  for (int i = at; i < s.loops.count; ++i) {
    tir::axis const& a = p.axes[s.loops[i]];
    loops.push_back({s.loops[i], a.extent.offset, a.is_reduction});
  }
  step_before_lowering const step_of{p};
  // Running values may be in another memory: then the loop nest says whether they are contiguous.
  // Those of another type than the result's are, and their type is the value's.
  bool const is_apart =
      s.reduce.components > 0 && p.exprs[s.value[0]].type != p.buffers[s.buffer].type;
  bool const is_here = p.buffers[s.buffer].is_output && s.tile_at < 0;
  auto const is_output = [&](auto& m) {
    if (is_apart) return true;
    if (!is_here) return m.is_element(0, s.buffer);
    return m.is_operand(0, s.buffer, s.pure.count,
                        [&](int d) { return tir::variable(p, s.pure[d]); });
  };
  return match_intrinsic(p, k, loops, point_of(p, s), false, step_of, is_output).wrong;
}

}  // namespace tensorize_impl

/// After a change of a tensorized stage, and when the schedule is complete. Errors: E060.
constexpr void check_tensorized(program& p, int stage, bool is_complete) {
  using namespace tensorize_impl;
  tir::stage const& s = p.stages[stage];
  if (!p.fault.ok() || s.tensorized_at < 0) return;
  intrinsic const& k = p.intrinsics[s.intrinsic];
  int const at = position_of(s, s.tensorized_at);
  diag::message m{};
  m << "tensorize " << p.axes[s.tensorized_at].name << " of " << s.name << " with " << k.name
    << ": ";
  if (!judge{p, stage, at, m}.is_legal(is_complete)) return p.fail(diag::code::bad_tensorize, m);
  tir::intrinsic_mismatch const wrong = match(p, s, at, k);
  if (wrong.ok()) return;
  if (wrong.what == tir::intrinsic_difference::axes) {
    m << s.loops.count - at << " loops from it inwards: ";
    for (int i = at; i < s.loops.count; ++i) m << (i == at ? "" : ", ") << p.axes[s.loops[i]].name;
    m << "; ";
  }
  put_mismatch(m, p, k, wrong, s.buffer);
  p.fail(diag::code::bad_tensorize, m);
}

/// Replaces the nest of a loop, see the head of this file. Errors: E001, E060. Returns which of the
/// program's intrinsics it is.
constexpr auto tensorize(program& p, int stage, int axis, tir::intrinsic const& k) -> int {
  if (!p.fault.ok()) return -1;
  settle_padding(p);  // what is left has no selections that full blocks do not need
  tir::stage& s = p.stages[stage];
  diag::message m{};
  m << "tensorize " << p.axes[axis].name << " of " << s.name << " with " << k.name << ": ";
  int const at = position_of(s, axis);
  for (int i = at; i < s.loops.count; ++i) {
    tir::axis const& a = p.axes[s.loops[i]];
    if (a.kind == tir::loop_kind::serial) continue;
    m << a.name << " is " << kind_name(a.kind) << " already; its loops are serial";
    p.fail(diag::code::bad_tensorize, m);
    return -1;
  }
  if (k.wrong != tir::intrinsic_fault::none) {
    m << text_of(k.wrong);
    p.fail(diag::code::bad_tensorize, m);
    return -1;
  }
  int which = 0;
  while (which < p.intrinsics.count && p.intrinsics[which] != k) ++which;
  if (which == tir::max_intrinsics) {
    m << "a program has at most " << which << " intrinsics";
    p.fail(diag::code::capacity_exceeded, m);
    return -1;
  }
  if (which == p.intrinsics.count) p.intrinsics.push_back(k);
  s.tensorized_at = static_cast<handle>(axis);
  s.intrinsic = static_cast<handle>(which);
  for (int i = at; i < s.loops.count; ++i) {
    tir::axis& a = p.axes[s.loops[i]];
    bool const is_lane = k.takes_vector && !a.is_reduction && a.extent.is_constant();
    a.kind = is_lane ? tir::loop_kind::vectorized : tir::loop_kind::tensorized;
  }
  check_tensorized(p, stage, false);
  return which;
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

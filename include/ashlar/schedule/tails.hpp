// SPDX-License-Identifier: Apache-2.0
//
// schedule/tails: where the tails without a mask are legal: blocks are full, some twice or
// beyond the end, or a rest is in full vectors that are smaller.
//
//   shift_inwards   for io < ceil(E / f): for ii < f: i = min(f * io, E - f) + ii
//   round_up        the domain of a local, and its memory, is f * ceil(E / f)
//   narrow          the rest in vectors of f / 2, f / 4, ..., 1 lanes: see pass/cut_loops
//
//   takes       a stage, one of its axes, the factor and the tail; later, the whole schedule
//   returns     the program; with a check at the entry where only the call knows that the last
//               block fits, or with the fault E021
//   invariants  a point that is computed twice has the same value both times: its stage is pure,
//               and reads nothing that it, or an operand in the same memory, has written. The two
//               are in one thread: two that store the same value are still a race
//   source      Halide: TailStrategy::ShiftInwards, TailStrategy::RoundUp
#pragma once

#include <ashlar/schedule/uses.hpp>
#include <ashlar/tir/grid.hpp>

#include <bit>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace tails_impl {

constexpr auto name_of(tail t) -> std::string_view {
  switch (t) {
    case tail::narrow: return "tail::narrow";
    case tail::round_up: return "tail::round_up";
    default: return "tail::shift_inwards";
  }
}

constexpr auto sentence(program const& p, tail t, int axis) -> diag::message {
  diag::message m{};
  m << name_of(t) << " of " << p.axes[axis].name << ": ";
  return m;
}

// The operand dimension to name where the call breaks what is required of a sum.
constexpr auto require(program& p, affine const& sum, bool equal, affine const& extent) -> bool {
  if (p.checks.full()) {
    diag::message m{};
    m << "a check of the last block: at most " << limits::checks
      << " checks; raise limits::checks in <ashlar_config.hpp>";
    p.fail(diag::code::capacity_exceeded, m);
    return false;
  }
  int atom = extent.terms[0].atom;
  while (p.atoms[atom].lhs >= 0) {
    affine const& part = p.indices[p.atoms[atom].lhs];
    atom = part.is_constant() ? p.indices[p.atoms[atom].rhs].terms[0].atom : part.terms[0].atom;
  }
  tir::symbol const& s = p.symbols[p.atoms[atom].id];
  p.checks.push_back(
      tir::check{.sum = p.add(sum), .equal = equal, .buffer = s.buffer, .dim = s.dim});
  return true;
}

// The extent of a loop of a stage that covers its whole domain: less than its block where that is
// longer than what was split.
constexpr auto true_extent(program& p, int axis) -> affine {
  tir::axis const a = p.axes[axis];
  if (a.first >= 0) return product(p, true_extent(p, a.first), true_extent(p, a.second));
  if (a.parent < 0 || a.span >= 0) return a.extent;
  affine const whole = true_extent(p, a.parent);
  if (a.made_by == tir::relation::split_outer) return ceil_div(p, whole, a.factor);
  return whole.is_constant() && whole.offset < a.factor ? whole : a.extent;
}

constexpr void shift_inwards(program& p, tir::stage const& s, int axis, std::int64_t f) {
  affine const extent = true_extent(p, axis);
  auto m = sentence(p, tail::shift_inwards, axis);
  if (s.reduce.components > 0) {
    m << s.name << " is a reduction, and the last block would combine " << f
      << " points a second time; use tail::guard or tail::cut";
    return p.fail(diag::code::bad_tail, m);
  }
  if (extent.is_constant() && extent.offset < f) {
    m << "extent " << extent.offset << " has no block of " << f << "; factors up to "
      << extent.offset << ", or use tail::guard";
    return p.fail(diag::code::bad_tail, m);
  }
  if (!extent.is_constant() && !require(p, extent - f, false, extent)) return;
  // What would be read the second time was written the first time.
  for (auto& b : p.buffers) b.may_alias_output = false;
}

constexpr void round_up(program& p, tir::stage const& s, int axis, std::int64_t f) {
  tir::axis const& a = p.axes[axis];
  auto m = sentence(p, tail::round_up, axis);
  if (a.is_reduction) {
    m << "it is a reduction loop of " << s.name << ", and what is beyond its ";
    if (a.extent.is_constant()) {
      m << "last of " << a.extent.offset << " points";
    } else {
      m << "end";
    }
    m << " would be combined, too; use tail::guard or tail::cut";
    return p.fail(diag::code::bad_tail, m);
  }
  if (a.parent >= 0 || a.first >= 0) {
    m << "it is a part of another loop, and memory is padded for an axis of " << s.name
      << " as a whole; split that by " << f << " first, or use tail::guard";
    return p.fail(diag::code::bad_tail, m);
  }
  if (p.buffers[s.buffer].operand < 0) return;
  affine const extent = a.extent;
  if (!extent.is_constant()) {
    require(p, floor_mod(p, extent, tir::constant(f)), true, extent);
    return;
  }
  m << s.name << " is an operand, whose memory ends after " << extent.offset
    << " and not after a multiple of " << f << "; use tail::guard or tail::cut, or split by: ";
  if (!list_divisors(m, extent.offset, f)) m << '1';
  p.fail(diag::code::bad_tail, m);
}

constexpr void narrow(program& p, tir::stage const& s, int axis, std::int64_t f) {
  auto m = sentence(p, tail::narrow, axis);
  if (p.axes[axis].is_reduction) {
    m << "it is a reduction loop of " << s.name << ", whose " << f
      << " lanes are combined as one vector; use tail::cut";
    return p.fail(diag::code::bad_tail, m);
  }
  if (std::has_single_bit(static_cast<std::uint64_t>(f))) return;
  auto const below = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(f)));
  m << "vectors of " << f << " lanes have no halves; use " << below << " or " << 2 * below
    << ", or tail::mask";
  p.fail(diag::code::bad_tail, m);
}

// The parallel loop in whose iterations two overlapping blocks run, -1 for none: it is made of the
// blocks, or of what is in them while they are inside of it.
constexpr auto racing_loop(program const& p, tir::stage const& s, int outer) -> int {
  int found = -1;
  for (handle const l : s.loops) {
    bool const is_apart =
        p.axes[l].kind == tir::loop_kind::parallel || tir::is_bound(p.axes[l].kind);
    if (is_apart && tir::is_part_of(p, l, p.axes[outer].parent)) found = l;
    if (found >= 0 && tir::is_part_of(p, l, outer)) return found;
  }
  return -1;
}

constexpr void check_shift(program& p, int stage, int outer) {
  tir::stage const& s = p.stages[stage];
  int const axis = p.axes[outer].parent;
  auto m = sentence(p, tail::shift_inwards, axis);
  if (s.place == tir::placement::at) {
    m << s.name << " is computed at " << p.axes[s.at_axis].name
      << ", where a part may be smaller than a block of " << p.axes[outer].factor
      << "; use tail::round_up, or compute it at the root";
    return p.fail(diag::code::bad_tail, m);
  }
  if (use_of(p, stage, s.buffer).any()) {
    m << s.name << " reads what it replaces, and the last block of " << p.axes[outer].factor
      << " would do so twice; use tail::guard or tail::cut";
    return p.fail(diag::code::bad_tail, m);
  }
  int const racing = racing_loop(p, s, outer);
  if (racing < 0) return;
  m << "its last two blocks of " << p.axes[outer].factor << " overlap, and parallel "
    << p.axes[racing].name << " would store them at the same time; make another loop parallel, or "
    << "use tail::cut";
  p.fail(diag::code::bad_tail, m);
}

}  // namespace tails_impl

/// What the tail of a split by f asks of a stage. Errors: E021.
constexpr void require_tail(program& p, int stage, int axis, std::int64_t f, tail t) {
  if (t == tail::shift_inwards) tails_impl::shift_inwards(p, p.stages[stage], axis, f);
  if (t == tail::narrow) tails_impl::narrow(p, p.stages[stage], axis, f);
  if (t == tail::round_up) tails_impl::round_up(p, p.stages[stage], axis, f);
}

/// What a tail asks of the whole schedule. Errors: E021.
constexpr void check_shifts(program& p) {
  for (int a = 0; a < p.axes.count && p.fault.ok(); ++a) {
    tir::axis const& part = p.axes[a];
    if (part.tails != tail::shift_inwards || part.made_by != tir::relation::split_outer) continue;
    int const s = stage_of_axis(p, a);
    if (s < 0 || p.stages[s].place == tir::placement::inlined) continue;
    tails_impl::check_shift(p, s, a);
  }
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

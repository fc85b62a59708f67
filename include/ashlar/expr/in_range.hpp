// SPDX-License-Identifier: Apache-2.0
//
// expr/in_range: every index of an access stays inside its dimension.
//
//   proven      nothing to do
//   refuted     E036, with the index, the number that it reaches and what would be legal
//   dynamic     an entry check: the call is refused where the extents do not fit
//   boundary    zero and constant: the dimension is checked at run time; clamp and reflect: the
//               index is bent with minimum and maximum; all only where it can leave
//   data        an index that is loaded is checked at run time, and gives 0 outside
//
//   method      the least value of the index and of (extent - 1 - index): loop variables and
//               remainders at the end of their range, quotients likewise where no variable occurs
//               twice, and by the division theorem elsewhere
#pragma once

#include <ashlar/expr/builder.hpp>
#include <ashlar/expr/print_index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

namespace in_range_impl {

/// scale * sum >= value, where value holds symbols only.
struct least {
  tir::affine value{};
  std::int64_t scale = 1;
  bool is_known = true;
};

// The sum without term t, times `scale`, plus `by` times t's coefficient.
constexpr auto replace(tir::affine const& a, tir::term const& t, tir::affine const& by,
                       std::int64_t scale) -> tir::affine {
  tir::affine const rest = tir::add_scaled(a, tir::multiple(t.atom), -t.coef);
  return tir::add_scaled(rest * scale, by, t.coef);
}

// True where no loop variable occurs twice, so that the least value is reached.
constexpr auto is_exact(tir::program const& p, tir::affine const& sum) -> bool {
  bool seen[limits::axes]{};
  bool exact = true;
  tir::any_variable(p, sum, [&](int axis) {
    exact = exact && !seen[axis];
    seen[axis] = true;
    return false;
  });
  return exact;
}

constexpr auto least_of(tir::program const& p, tir::affine const& sum) -> least;

// c * floor(n / d) where no variable of n occurs elsewhere: it grows with n, so n at its end.
constexpr auto bound_alone(tir::program const& p, least& l, tir::term const& t) -> bool {
  auto const& at = p.atoms[t.atom];
  tir::affine const n = p.indices[at.lhs];
  tir::affine const& d = p.indices[at.rhs];
  least const end = least_of(p, t.coef > 0 ? n : tir::constant(0) - n);
  if (!d.is_constant() || !end.is_known || end.scale != 1 || !end.value.is_constant()) return false;
  std::int64_t const reached = t.coef > 0 ? end.value.offset : -end.value.offset;
  l.value = replace(l.value, t, tir::constant(tir::floor_div(reached, d.offset)), 1);
  return true;
}

// c * floor(n / d): from below n / d - (d - 1) / d, from above n / d.
constexpr void bound_quotient(tir::program const& p, least& l, tir::term const& t) {
  auto const& at = p.atoms[t.atom];
  tir::affine const n = p.indices[at.lhs];
  std::int64_t const d = p.indices[at.rhs].offset;
  l.is_known = p.indices[at.rhs].is_constant() && l.scale < (std::int64_t{1} << 24) / d;
  if (!l.is_known) return;
  tir::affine const end = t.coef > 0 ? n - (d - 1) : n;
  if (t.coef % d == 0) {
    tir::term const whole{.atom = t.atom, .coef = t.coef / d};
    tir::affine const rest = tir::add_scaled(l.value, tir::multiple(t.atom), -t.coef);
    l.value = tir::add_scaled(rest, end, whole.coef);
    return;
  }
  l.value = replace(l.value, t, end, d) + (d - 1);
  l.scale *= d;
}

constexpr void bound_term(tir::program const& p, least& l, tir::term const& t, bool alone) {
  auto const& at = p.atoms[t.atom];
  tir::affine const zero = tir::constant(0);
  switch (at.kind) {
    case tir::atom_kind::variable:
      l.value = replace(l.value, t, t.coef > 0 ? zero : p.axes[at.id].extent - 1, 1);
      return;
    case tir::atom_kind::floor_mod:
      l.value = replace(l.value, t, t.coef > 0 ? zero : p.indices[at.rhs] - 1, 1);
      return;
    case tir::atom_kind::floor_div:
      if (!alone || !bound_alone(p, l, t)) bound_quotient(p, l, t);
      return;
    default: l.is_known = false; return;
  }
}

constexpr auto least_of(tir::program const& p, tir::affine const& sum) -> least {
  least l{.value = sum};
  bool const alone = is_exact(p, sum);
  for (bool changed = true; changed && l.is_known;) {
    changed = false;
    for (int n = 0; n < l.value.terms.count; ++n) {
      tir::term const t = l.value.terms[n];
      if (p.atoms[t.atom].kind == tir::atom_kind::symbol) continue;
      bound_term(p, l, t, alone);
      changed = true;
      break;
    }
  }
  return l;
}

// Each remainder as n - d * floor(n / d), so that it cancels with its quotient.
constexpr auto without_remainders(tir::program& p, tir::affine const& sum) -> tir::affine {
  tir::affine r = sum;
  for (auto const& t : sum.terms) {
    auto const at = p.atoms[t.atom];
    if (at.kind != tir::atom_kind::floor_mod || !p.indices[at.rhs].is_constant()) continue;
    tir::affine const n = p.indices[at.lhs];
    tir::affine const d = p.indices[at.rhs];
    tir::affine const quotient =
        tir::multiple(tir::intern(p, tir::atom_kind::floor_div, n, d), d.offset);
    r = replace(r, t, n - quotient, 1);
  }
  return r;
}

constexpr void open_loops_once(builder& b) {
  if (b.loops_are_open) return;
  b.loops_are_open = true;
  for (handle const axis : b.axis_of) {
    if (axis < 0) continue;
    tir::affine const extent = b.out.axes[axis].extent;
    b.loops.open(axis, b.out.add(extent));
    // The body of a loop runs only where its extent is at least 1.
    if (!extent.is_constant() && !b.loops.facts.full()) b.loops.facts.push_back(extent - 1);
  }
}

constexpr auto is_proven(builder& b, least const& l, tir::affine const& sum) -> bool {
  if (l.is_known) {
    bool grows = l.value.offset >= 0;
    for (auto const& t : l.value.terms) grows = grows && t.coef > 0;
    if (grows) return true;
  }
  if (l.is_known && l.value.is_constant() && is_exact(b.out, sum)) return false;
  tir::affine const expanded = without_remainders(b.out, sum);
  if (expanded != sum) return is_proven(b, least_of(b.out, expanded), expanded);
  open_loops_once(b);
  return tir::always_nonnegative(b.out, b.loops, sum);
}

struct place {
  access_record const& access;
  int dim;
  tir::affine index;
  tir::affine extent;
};

constexpr void start_message(builder const& b, place const& at, diag::message& m) {
  m << "index ";
  print_index(b.rec, at.access.index[at.dim], m);
  m << " of dimension " << at.dim << " of " << b.rec.buffers[at.access.buffer].name;
}

constexpr void fail_outside(builder& b, place const& at, least const& l, bool below) {
  diag::message m{};
  auto const name = b.rec.buffers[at.access.buffer].name;
  start_message(b, at, m);
  if (!l.is_known || !l.value.is_constant() || !is_exact(b.out, at.index)) {
    m << " cannot be shown to stay inside";
  } else if (below) {
    m << " reaches " << tir::floor_div(l.value.offset, l.scale) << ", below 0";
  } else if (at.extent.is_constant()) {
    m << " reaches " << at.extent.offset - 1 - tir::floor_div(l.value.offset, l.scale)
      << ", but its extent is " << at.extent.offset;
  } else {
    m << " always reaches beyond it by " << -tir::floor_div(l.value.offset, l.scale);
  }
  m << "; write ash::zero(" << name << ")(...) or ash::clamp(" << name << ")(...)";
  b.rec.fail(diag::code::index_out_of_range, m);
}

// The call is to check it; of two checks that differ by a constant the stronger one stays.
constexpr void add_check(builder& b, place const& at, tir::affine const& sum) {
  for (auto& c : b.out.checks) {
    if (c.equal || c.buffer != at.access.buffer) continue;
    tir::affine const difference = sum - b.out.indices[c.sum];
    if (!difference.is_constant()) continue;
    if (difference.offset < 0) c.sum = b.out.add(sum);
    return;
  }
  b.add(tir::check{
      .sum = b.out.add(sum), .buffer = at.access.buffer, .dim = static_cast<std::int8_t>(at.dim)});
}

constexpr void require(builder& b, place const& at, least const& l, bool below) {
  if (!l.is_known || l.value.is_constant()) {
    fail_outside(b, at, l, below);
  } else {
    add_check(b, at, l.value);
  }
}

// A dimension that is read at its ends has elements.
constexpr void require_elements(builder& b, place const& at) {
  tir::affine const sum = at.extent - 1;
  least const l{.value = sum};
  if (is_proven(b, l, sum)) return;
  if (!sum.is_constant()) return add_check(b, at, sum);
  diag::message m{};
  start_message(b, at, m);
  b.rec.fail(diag::code::index_out_of_range,
             m << " has no element to repeat: its extent is 0; write ash::zero(...)");
}

// |index| from below, 2 (extent - 1) - index from above, what is left is clamped to 0.
constexpr auto reflected(builder& b, place const& at, bool low, bool high) -> tir::affine {
  tir::affine const zero = tir::constant(0);
  tir::affine sum = at.index;
  if (!low) sum = tir::maximum(b.out, sum, zero - sum);
  if (high && low) return sum;
  // A reflection at 0 can leave at the other end.
  sum = tir::minimum(b.out, sum, (at.extent - 1) * 2 - sum);
  return tir::maximum(b.out, sum, zero);
}

constexpr auto clamped(builder& b, place const& at, bool low, bool high) -> tir::affine {
  tir::affine sum = at.index;
  if (!low) sum = tir::maximum(b.out, sum, tir::constant(0));
  if (!high) sum = tir::minimum(b.out, sum, at.extent - 1);
  return sum;
}

constexpr void bend(builder& b, place const& at, bool low, bool high, tir::access& made) {
  if (at.access.outside == boundary::reflect && tir::depends_on_data(b.out, at.index)) {
    diag::message m{};
    start_message(b, at, m);
    b.rec.fail(diag::code::bad_boundary,
               m << " is loaded; write ash::clamp(...) or ash::zero(...)");
    return;
  }
  require_elements(b, at);
  made.index[at.dim] =
      b.out.add(at.access.outside == boundary::clamp ? clamped(b, at, low, high)
                                                     : reflected(b, at, low, high));
}

constexpr auto is_own_axis(builder const& b, access_record const& a, int d) -> bool {
  auto const& index = b.rec.indices[a.index[d]];
  if (index.op != index_op::axis) return false;
  handle const axis = b.axis_of[index.value];
  return b.out.axes[axis].extent == b.out.indices[b.out.buffers[a.buffer].shape[d]];
}

// Sums of products of coefficients and extents are computed in 64 bits.
constexpr auto is_small(builder& b, place const& at) -> bool {
  constexpr std::int64_t most = std::int64_t{1} << 58;
  for (auto const& t : at.index.terms) {
    auto const& atom = b.out.atoms[t.atom];
    if (atom.kind != tir::atom_kind::variable) continue;
    auto const& extent = b.out.axes[atom.id].extent;
    std::int64_t const size = t.coef < 0 ? -t.coef : t.coef;
    if (!extent.is_constant() || extent.offset <= most / size) continue;
    diag::message m{};
    start_message(b, at, m);
    b.rec.fail(diag::code::extent_overflow,
               m << " exceeds " << most << ": " << size << " times an extent of " << extent.offset);
  }
  return b.rec.ok();
}

}  // namespace in_range_impl

/// Forgets the loops of the last stage.
constexpr void open_loops(builder& b, tir::stage const&) {
  if (b.loops_are_open) b.loops = tir::context{};
  b.loops_are_open = false;
}

/// Makes index d of the access safe, or fails.
constexpr void keep_inside(builder& b, access_record const& from, int d, tir::access& made) {
  using namespace in_range_impl;
  if (is_own_axis(b, from, d)) return;
  place const at{.access = from,
                 .dim = d,
                 .index = b.out.indices[made.index[d]],
                 .extent = b.out.indices[b.out.buffers[from.buffer].shape[d]]};
  if (!is_small(b, at)) return;
  tir::affine const above = at.extent - 1 - at.index;
  least const l = least_of(b.out, at.index);
  least const h = least_of(b.out, above);
  bool const low = is_proven(b, l, at.index);
  bool const high = is_proven(b, h, above);
  if (low && high) return;
  bool const bent = from.outside == boundary::clamp || from.outside == boundary::reflect;
  if (bent) return bend(b, at, low, high, made);
  if (from.outside != boundary::none || tir::depends_on_data(b.out, at.index)) {
    made.checked = static_cast<std::uint8_t>(made.checked | (1U << d));
    return;
  }
  if (!low) require(b, at, l, true);
  if (!high && b.rec.ok()) require(b, at, h, false);
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// tir/bounds: what is always true of an index expression inside given loops.
//
//   takes       sums, the extents of the loops around, and facts (sums known to be >= 0)
//   returns     proofs: `true` is certain, `false` means unknown
//   method      eliminate the loop variables, innermost last, by the end of their range that makes
//               the sum smallest; terms cancel before they are bounded, so x + 3 - x stays 3
//   source      the reason: Halide's "correlated differences"; elimination as in Fourier-Motzkin
#pragma once

#include <ashlar/tir/index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir {

/// The loops around a place: the extent of each open axis, and facts that hold there.
struct context {
  handle extent[limits::axes]{};      // handle + 1 of a sum; 0: the axis is not open
  static_vector<affine, 16> facts{};  // each >= 0

  constexpr void open(int axis, handle sum) { extent[axis] = static_cast<handle>(sum + 1); }
  constexpr void close(int axis) { extent[axis] = 0; }
  constexpr auto is_open(int axis) const -> bool { return extent[axis] != 0; }
};

namespace bounds_impl {

inline constexpr int max_depth = 12;

constexpr auto prove(program& p, context const& c, affine const& a, int depth) -> bool;

// The sum with term t replaced by coef * `by`.
constexpr auto replace(affine const& a, term const& t, affine const& by) -> affine {
  return add_scaled(add_scaled(a, multiple(t.atom), -t.coef), by, t.coef);
}

// True if the numbers stay far from the largest one when they are multiplied by d.
constexpr auto may_scale(affine const& a, std::int64_t d) -> bool {
  constexpr std::int64_t most = std::int64_t{1} << 40;
  auto const is_small = [](std::int64_t n) { return -most < n && n < most; };
  bool small = d <= 4096 && is_small(a.offset);
  for (auto const& t : a.terms) small = small && is_small(t.coef);
  return small;
}

// c * floor(n / d), d constant: bounds by n / d exactly when c is a multiple of d.
constexpr auto prove_quotient(program& p, context const& c, affine const& a, term const& t,
                              int depth) -> bool {
  atom const at = p.atoms[t.atom];
  affine const n = p.indices[at.lhs];
  affine const d = p.indices[at.rhs];
  if (!d.is_constant()) {
    return t.coef > 0 && prove(p, c, replace(a, t, constant(0)), depth + 1) &&
           prove(p, c, n, depth + 1);
  }
  // Where n >= 0 the quotient is, too; that loses less than the bound below if n may be small.
  if (t.coef > 0 && prove(p, c, replace(a, t, constant(0)), depth + 1) &&
      prove(p, c, n, depth + 1)) {
    return true;
  }
  if (t.coef % d.offset == 0) {
    std::int64_t const k = t.coef / d.offset;
    affine const rest = add_scaled(a, multiple(t.atom), -t.coef);
    // floor(n / d) * d is in [n - (d - 1), n]
    return prove(p, c, add_scaled(rest, k > 0 ? n - (d.offset - 1) : n, k), depth + 1);
  }
  // The sum is an integer: it is >= 0 where d times it is above -d.
  if (!may_scale(a, d.offset)) return false;
  affine const rest = add_scaled(a, multiple(t.atom), -t.coef) * d.offset + (d.offset - 1);
  return prove(p, c, add_scaled(rest, t.coef > 0 ? n - (d.offset - 1) : n, t.coef), depth + 1);
}

constexpr auto prove_modulus(program& p, context const& c, affine const& a, term const& t,
                             int depth) -> bool {
  affine const d = p.indices[p.atoms[t.atom].rhs];
  return prove(p, c, replace(a, t, t.coef > 0 ? constant(0) : d - 1), depth + 1);
}

// min(x, y) with a positive coefficient needs both, with a negative one either; max the reverse.
constexpr auto prove_extremum(program& p, context const& c, affine const& a, term const& t,
                              int depth) -> bool {
  atom const at = p.atoms[t.atom];
  affine const x = replace(a, t, p.indices[at.lhs]);
  affine const y = replace(a, t, p.indices[at.rhs]);
  bool const both = (at.kind == atom_kind::minimum) == (t.coef > 0);
  if (both) return prove(p, c, x, depth + 1) && prove(p, c, y, depth + 1);
  return prove(p, c, x, depth + 1) || prove(p, c, y, depth + 1);
}

constexpr auto prove_variable(program& p, context const& c, affine const& a, term const& t,
                              int axis, int depth) -> bool {
  if (t.coef > 0) return prove(p, c, replace(a, t, constant(0)), depth + 1);
  affine const top = p.indices[c.extent[axis] - 1] - 1;
  return prove(p, c, replace(a, t, top), depth + 1);
}

constexpr auto prove_symbol(program& p, context const& c, affine const& a, term const& t, int depth)
    -> bool {
  symbol const s = p.symbols[p.atoms[t.atom].id];
  if (t.coef > 0) return prove(p, c, replace(a, t, constant(s.at_least)), depth + 1);
  std::int64_t const most = s.at_most;
  return most >= 0 && prove(p, c, replace(a, t, constant(most)), depth + 1);
}

// The open variable that was opened last: its range may depend on the others.
constexpr auto depends_on(program const& p, context const& c, int axis, int other) -> bool {
  return any_variable(p, p.indices[c.extent[axis] - 1], [&](int v) { return v == other; });
}

constexpr auto choose_variable(program const& p, context const& c, affine const& a) -> int {
  int best = -1;
  for (int i = 0; i < a.terms.count; ++i) {
    atom const& at = p.atoms[a.terms[i].atom];
    if (at.kind != atom_kind::variable || !c.is_open(at.id)) continue;
    if (best < 0 || depends_on(p, c, at.id, p.atoms[a.terms[best].atom].id)) best = i;
  }
  return best;
}

constexpr auto by_facts(program& p, context const& c, affine const& a, int depth) -> bool {
  for (auto const& f : c.facts) {
    bool shares = false;
    for (auto const& t : f.terms) {
      std::int64_t const mine = coefficient(a, t.atom);
      shares = shares || (mine < 0 && t.coef < 0) || (mine > 0 && t.coef > 0);
    }
    if (!shares) continue;
    context without = c;
    without.facts.clear();
    if (prove(p, without, a - f, depth + 1)) return true;
  }
  return false;
}

// A quotient, modulus, extremum or product: each in its own way.
constexpr auto prove_composite(program& p, context const& c, affine const& a, term const& t,
                               int depth) -> bool {
  atom const at = p.atoms[t.atom];
  switch (at.kind) {
    case atom_kind::floor_div: return prove_quotient(p, c, a, t, depth);
    case atom_kind::floor_mod: return prove_modulus(p, c, a, t, depth);
    case atom_kind::minimum:
    case atom_kind::maximum: return prove_extremum(p, c, a, t, depth);
    case atom_kind::product:
      return t.coef > 0 && prove(p, c, p.indices[at.lhs], depth + 1) &&
             prove(p, c, p.indices[at.rhs], depth + 1) &&
             prove(p, c, replace(a, t, constant(0)), depth + 1);
    default: return false;
  }
}

constexpr auto step(program& p, context const& c, affine const& a, int depth) -> bool {
  // What contains a loop variable is opened before the variable is bounded: they may cancel. A
  // product that is subtracted is not opened: it can only cancel.
  for (auto const& t : a.terms) {
    bool const is_inside = p.atoms[t.atom].lhs >= 0 &&
                           any_variable(p, multiple(t.atom), [&](int v) { return c.is_open(v); });
    if (!is_inside || (t.coef < 0 && p.atoms[t.atom].kind == atom_kind::product)) continue;
    return prove_composite(p, c, a, t, depth);
  }
  int const v = choose_variable(p, c, a);
  if (v >= 0) return prove_variable(p, c, a, a.terms[v], p.atoms[a.terms[v].atom].id, depth);
  for (auto const& t : a.terms) {
    if (p.atoms[t.atom].kind != atom_kind::symbol) return prove_composite(p, c, a, t, depth);
  }
  for (auto const& t : a.terms) {  // symbols last: until here they may cancel
    bool const is_bounded = t.coef > 0 || p.symbols[p.atoms[t.atom].id].at_most >= 0;
    if (is_bounded) return prove_symbol(p, c, a, t, depth);
  }
  return false;
}

constexpr auto prove(program& p, context const& c, affine const& a, int depth) -> bool {
  if (a.is_constant()) return a.offset >= 0;
  if (depth > max_depth) return false;
  return by_facts(p, c, a, depth) || step(p, c, a, depth);
}

}  // namespace bounds_impl

/// True if the sum is >= 0 in every iteration of the loops in `c`.
constexpr auto always_nonnegative(program& p, context const& c, affine const& a) -> bool {
  return bounds_impl::prove(p, c, a, 0);
}

namespace bounds_impl {

constexpr auto least(std::int64_t a, std::int64_t b, std::int64_t unknown) -> std::int64_t {
  if (a == unknown) return b;
  return b == unknown || a < b ? a : b;
}

// The term to bound next: compound atoms first, since what they are made of may cancel; then loop
// variables, then symbols.
constexpr auto next_to_bound(program const& p, context const& c, affine const& a) -> int {
  int best = -1;
  int rank = 0;
  for (int i = 0; i < a.terms.count; ++i) {
    atom const& at = p.atoms[a.terms[i].atom];
    int const r = at.kind == atom_kind::symbol     ? 1
                  : at.kind == atom_kind::variable ? (c.is_open(at.id) ? 2 : 1)
                                                   : 3;
    if (r > rank) {
      best = i;
      rank = r;
    }
  }
  return best;
}

}  // namespace bounds_impl

/// A constant that the sum never exceeds inside the loops, or `unknown`.
constexpr auto upper_bound(program& p, context const& c, affine const& a, std::int64_t unknown)
    -> std::int64_t {
  if (a.is_constant()) return a.offset;
  term const t = a.terms[bounds_impl::next_to_bound(p, c, a)];
  atom const at = p.atoms[t.atom];
  affine const rest = add_scaled(a, multiple(t.atom), -t.coef);
  auto const with = [&](affine const& part, std::int64_t scale) {
    return upper_bound(p, c, add_scaled(rest, part, scale), unknown);
  };
  switch (at.kind) {
    case atom_kind::variable:
      if (!c.is_open(at.id)) return t.coef < 0 ? with(constant(0), 1) : unknown;
      return t.coef < 0 ? with(constant(0), 1) : with(p.indices[c.extent[at.id] - 1] - 1, t.coef);
    case atom_kind::symbol:
      if (t.coef < 0) return with(constant(p.symbols[at.id].at_least), t.coef);
      if (p.symbols[at.id].at_most < 0) return unknown;
      return with(constant(p.symbols[at.id].at_most), t.coef);
    case atom_kind::minimum:
    case atom_kind::maximum: {
      auto const x = with(p.indices[at.lhs], t.coef);
      auto const y = with(p.indices[at.rhs], t.coef);
      if ((at.kind == atom_kind::minimum) == (t.coef > 0)) {
        return bounds_impl::least(x, y, unknown);
      }
      return x == unknown || y == unknown ? unknown : (x < y ? y : x);
    }
    case atom_kind::floor_mod:
      return with(t.coef < 0 ? constant(0) : p.indices[at.rhs] - 1, t.coef);
    case atom_kind::floor_div: {
      affine const d = p.indices[at.rhs];
      if (!d.is_constant()) return unknown;
      affine const n = p.indices[at.lhs];
      if (t.coef % d.offset == 0) {
        // floor(n / d) * d is in [n - (d - 1), n]
        return with(t.coef > 0 ? n : n - (d.offset - 1), t.coef / d.offset);
      }
      if (t.coef < 0) return unknown;
      auto const most = upper_bound(p, c, n, unknown);
      return most == unknown ? unknown : with(constant(floor_div(most, d.offset)), t.coef);
    }
    case atom_kind::product: {
      bool const is_positive = t.coef < 0 && always_nonnegative(p, c, p.indices[at.lhs]) &&
                               always_nonnegative(p, c, p.indices[at.rhs]);
      return is_positive ? with(constant(0), 1) : unknown;
    }
    default: return unknown;
  }
}

}  // namespace ashlar::tir

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// pass/footprint: which part of a buffer the consumers of a stage touch inside one iteration of the
// open loops; the part that a stage computed there must produce.
//
//   takes       index expressions, the open loops, and for every other variable its range
//   returns     per dimension a minimum and, tracked apart from it, a span (extent - 1)
//   invariants  the region covers every access; the span never comes from subtracting a minimum
//               from a maximum, so correlated terms do not inflate it
//   source      the reason for tracking both: Halide issue 3697 (exponential bounds growth)
#pragma once

#include <ashlar/pass/loop_domain.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

/// The values low .. low + span of an index.
struct range {
  tir::affine low{};
  tir::affine span{};
  bool whole = false;  // nothing is known: the whole dimension
};

struct region {
  range dim[max_rank]{};
  bool used = false;
};

/// What is known of the variables that are not open.
struct ranges {
  bool known[limits::axes]{};
  range of[limits::axes]{};
};

namespace footprint_impl {

using namespace tir;
using tir::axis;
using tir::expr;

constexpr auto fixed(affine const& a) -> range { return range{.low = a, .span = constant(0)}; }

constexpr auto range_of(program& p, context const& scope, ranges const& vars, affine const& a)
    -> range;

constexpr auto scaled(range const& r, std::int64_t c) -> range {
  if (c >= 0) return range{.low = r.low * c, .span = r.span * c, .whole = r.whole};
  return range{.low = (r.low + r.span) * c, .span = r.span * -c, .whole = r.whole};
}

constexpr auto range_of_variable(program& p, context const& scope, ranges const& vars, int axis)
    -> range {
  if (scope.is_open(axis)) return fixed(variable(p, axis));
  if (vars.known[axis]) return vars.of[axis];
  return range{.whole = true};
}

constexpr auto range_of_division(program& p, atom_kind kind, range const& n, affine const& d)
    -> range {
  if (n.whole) return range{.whole = true};
  if (n.span.is_constant(0)) {
    return fixed(kind == atom_kind::floor_div ? floor_div(p, n.low, d) : floor_mod(p, n.low, d));
  }
  if (!d.is_constant()) return range{.whole = true};
  if (kind == atom_kind::floor_mod) return range{.low = constant(0), .span = d - 1};
  // floor((m + s) / d) - floor(m / d) <= ceil(s / d); exact where d divides the minimum
  bool const aligned = floor_mod(p, n.low, d).is_constant(0);
  affine const span = floor_div(p, aligned ? n.span : n.span + (d.offset - 1), d);
  return range{.low = floor_div(p, n.low, d), .span = span};
}

// min and max with a fixed side move at most as far as the other side.
constexpr auto range_of_extremum(program& p, atom_kind kind, range const& x, range const& y)
    -> range {
  if (x.whole || y.whole) return range{.whole = true};
  bool const x_fixed = x.span.is_constant(0);
  bool const y_fixed = y.span.is_constant(0);
  if (!x_fixed && !y_fixed) return range{.whole = true};
  affine const low =
      kind == atom_kind::minimum ? minimum(p, x.low, y.low) : maximum(p, x.low, y.low);
  return range{.low = low, .span = x_fixed ? y.span : x.span};
}

constexpr auto range_of_atom(program& p, context const& scope, ranges const& vars, int id)
    -> range {
  atom const at = p.atoms[id];
  if (at.kind == atom_kind::variable) return range_of_variable(p, scope, vars, at.id);
  if (at.kind == atom_kind::symbol) return fixed(multiple(id));
  if (at.kind == atom_kind::loaded) return range{.whole = true};
  range const x = range_of(p, scope, vars, affine(p.indices[at.lhs]));
  range const y = range_of(p, scope, vars, affine(p.indices[at.rhs]));
  switch (at.kind) {
    case atom_kind::floor_div:
    case atom_kind::floor_mod:
      if (!y.span.is_constant(0)) return range{.whole = true};
      return range_of_division(p, at.kind, x, y.low);
    case atom_kind::minimum:
    case atom_kind::maximum: return range_of_extremum(p, at.kind, x, y);
    default:
      if (x.whole || y.whole || !x.span.is_constant(0) || !y.span.is_constant(0)) {
        return range{.whole = true};
      }
      return fixed(product(p, x.low, y.low));
  }
}

constexpr auto range_of(program& p, context const& scope, ranges const& vars, affine const& a)
    -> range {
  range r = fixed(constant(a.offset));
  for (auto const& t : a.terms) {
    range const part = scaled(range_of_atom(p, scope, vars, t.atom), t.coef);
    if (part.whole) return part;
    r.low = r.low + part.low;
    r.span = r.span + part.span;
  }
  return r;
}

// What b - a is at most, where it is never below 0; -1 where that is not known.
constexpr auto most_above(program& p, context const& scope, affine const& a, affine const& b)
    -> std::int64_t;

// The same of sums that differ in the arguments of a minimum, a maximum or a quotient: these move
// in the direction of their argument, and no further than it.
constexpr auto moves_up(program& p, context const& scope, affine const& d) -> std::int64_t {
  if (d.terms.count != 2 || d.offset < 0) return -1;
  term const x = d.terms[0].coef < 0 ? d.terms[0] : d.terms[1];
  term const y = d.terms[0].coef < 0 ? d.terms[1] : d.terms[0];
  atom const from = p.atoms[x.atom];
  atom const to = p.atoms[y.atom];
  if (y.coef < 1 || x.coef != -y.coef || from.kind != to.kind || from.lhs < 0) return -1;
  auto const is_same = [&p](handle m, handle n) { return p.indices[m] == p.indices[n]; };
  auto const inside = [&](handle m, handle n) {
    return most_above(p, scope, affine(p.indices[m]), affine(p.indices[n]));
  };
  std::int64_t most = -1;
  if (from.kind == atom_kind::minimum || from.kind == atom_kind::maximum) {
    if (is_same(from.lhs, to.lhs)) {
      most = inside(from.rhs, to.rhs);
    } else if (is_same(from.rhs, to.rhs)) {
      most = inside(from.lhs, to.lhs);
    }
  } else if (from.kind == atom_kind::floor_div && is_same(from.rhs, to.rhs)) {
    most = inside(from.lhs, to.lhs);
  }
  return most < 0 ? -1 : y.coef * most + d.offset;
}

constexpr auto most_above(program& p, context const& scope, affine const& a, affine const& b)
    -> std::int64_t {
  affine const d = b - a;
  if (d.is_constant()) return d.offset < 0 ? -1 : d.offset;
  std::int64_t const most = moves_up(p, scope, d);
  if (most >= 0) return most;
  return always_nonnegative(p, scope, d) ? upper_bound(p, scope, d, -1) : -1;
}

// The smallest known range that covers both.
constexpr auto joined(program& p, context const& scope, range const& a, range const& b) -> range {
  if (a.whole || b.whole) return range{.whole = true};
  std::int64_t const up = most_above(p, scope, a.low, b.low);
  if (up >= 0) return range{.low = a.low, .span = maximum(p, a.span, b.span + up)};
  std::int64_t const down = most_above(p, scope, b.low, a.low);
  if (down < 0) return range{.whole = true};
  return range{.low = b.low, .span = maximum(p, b.span, a.span + down)};
}

}  // namespace footprint_impl

/// Adds one access to a region.
constexpr void cover(tir::program& p, tir::context const& scope, ranges const& vars,
                     tir::substitution const& roots, tir::access const& a, region& r) {
  using namespace footprint_impl;
  for (int d = 0; d < a.rank; ++d) {
    tir::affine const index = substitute(p, tir::affine(p.indices[a.index[d]]), roots);
    range const one = range_of(p, scope, vars, index);
    r.dim[d] = r.used ? joined(p, scope, r.dim[d], one) : one;
  }
  r.used = true;
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// pass/bound_extent: how large an extent can become inside of loops, as a sum that is known before
// they start: what memory for it has to be.
//
//   min(8, n - 8*io)  -->  8          n - 8*io  -->  n          where io is open
//
//   takes       a sum, and the loops around
//   returns     a constant, or a sum over symbols alone, that the sum never exceeds there; or that
//               none is known
#pragma once

#include <ashlar/tir/bounds.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

/// What is known of a sum from above.
struct bound {
  tir::affine value{};
  bool known = false;
};

namespace bound_extent_impl {

using namespace tir;
using tir::axis;

constexpr auto above(program& p, context const& scope, affine const& a, int depth) -> bound;

// The sum with term t replaced by coef * by.
constexpr auto with(program& p, context const& scope, affine const& a, term const& t,
                    affine const& by, int depth) -> bound {
  affine const rest = add_scaled(a, multiple(t.atom), -t.coef);
  return above(p, scope, add_scaled(rest, by, t.coef), depth + 1);
}

// One of the sides, or the larger one.
constexpr auto extremum(program& p, context const& scope, affine const& a, term const& t, int depth)
    -> bound {
  atom const at = p.atoms[t.atom];
  bound const x = with(p, scope, a, t, p.indices[at.lhs], depth);
  bound const y = with(p, scope, a, t, p.indices[at.rhs], depth);
  bool const is_least = (at.kind == atom_kind::minimum) == (t.coef > 0);
  if (!is_least) {
    return x.known && y.known ? bound{.value = maximum(p, x.value, y.value), .known = true}
                              : bound{};
  }
  if (!x.known || !y.known) return x.known ? x : y;
  return bound{.value = minimum(p, x.value, y.value), .known = true};
}

constexpr auto quotient(program& p, context const& scope, affine const& a, term const& t, int depth)
    -> bound {
  atom const at = p.atoms[t.atom];
  affine const d = p.indices[at.rhs];
  if (t.coef < 0 || has_variable(p, d)) return {};
  bound const n = above(p, scope, affine(p.indices[at.lhs]), depth + 1);
  if (!n.known) return {};
  return with(p, scope, a, t, floor_div(p, n.value, d), depth);
}

constexpr auto above(program& p, context const& scope, affine const& a, int depth) -> bound {
  if (depth > 12) return {};
  for (auto const& t : a.terms) {
    atom const at = p.atoms[t.atom];
    bool const varies = at.kind == atom_kind::loaded || has_variable(p, multiple(t.atom));
    if (!varies) continue;
    switch (at.kind) {
      case atom_kind::variable:
        if (!scope.is_open(at.id)) return {};
        if (t.coef < 0) return with(p, scope, a, t, constant(0), depth);
        return with(p, scope, a, t, p.indices[scope.extent[at.id] - 1] - 1, depth);
      case atom_kind::minimum:
      case atom_kind::maximum: return extremum(p, scope, a, t, depth);
      case atom_kind::floor_div: return quotient(p, scope, a, t, depth);
      case atom_kind::floor_mod: {
        affine const top = p.indices[at.rhs] - 1;
        return with(p, scope, a, t, t.coef < 0 ? constant(0) : top, depth);
      }
      default: return {};
    }
  }
  return bound{.value = a, .known = true};
}

}  // namespace bound_extent_impl

/// See the head of this file.
constexpr auto bound_extent(tir::program& p, tir::context const& scope, tir::affine const& a)
    -> bound {
  auto const most = upper_bound(p, scope, a, -1);
  if (most >= 0) return bound{.value = tir::constant(most), .known = true};
  return bound_extent_impl::above(p, scope, a, 0);
}

/// The same from what the call gives alone, where that is a bound: the memory that its operands
/// need, not the most that their types allow.
constexpr auto bound_at_call(tir::program& p, tir::context const& scope, tir::affine const& a)
    -> bound {
  auto const promised = p.symbols;
  for (auto& s : p.symbols) s.at_most = -1;
  bound const most = bound_extent(p, scope, a);
  p.symbols = promised;
  return most.known ? most : bound_extent(p, scope, a);
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

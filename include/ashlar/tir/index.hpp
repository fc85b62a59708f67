// SPDX-License-Identifier: Apache-2.0
//
// tir/index: the arithmetic of index expressions that needs atoms: division, modulus, minimum,
// products, and the substitution of loop variables.
//
//   (32*io + ii) / 32   -->   io + ii / 32        (32*io + ii) % 32   -->   ii % 32
//
//   invariants  atoms are unique, so that equal expressions are equal values
//   source      floor semantics as in TVM's arith; the split of a quotient by divisible terms is
//               the division theorem
#pragma once

#include <ashlar/tir/program.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir {

/// The atom's handle; the same for equal atoms.
constexpr auto intern(program& p, atom_kind kind, int id) -> int {
  for (int i = 0; i < p.atoms.count; ++i) {
    if (p.atoms[i].kind == kind && p.atoms[i].id == id) return i;
  }
  return p.atoms.push_back(atom{.kind = kind, .id = static_cast<handle>(id)});
}

constexpr auto intern(program& p, atom_kind kind, affine const& lhs, affine const& rhs) -> int {
  for (int i = 0; i < p.atoms.count; ++i) {
    atom const& a = p.atoms[i];
    if (a.kind == kind && a.lhs >= 0 && p.indices[a.lhs] == lhs && p.indices[a.rhs] == rhs) {
      return i;
    }
  }
  return p.atoms.push_back(atom{.kind = kind, .lhs = p.add(lhs), .rhs = p.add(rhs)});
}

constexpr auto variable(program& p, int axis) -> affine {
  return multiple(intern(p, atom_kind::variable, axis));
}
/// True if two accesses have the same indices into one buffer, whatever was proved of these.
constexpr auto is_same_place(program const& p, access const& a, access const& b) -> bool {
  if (a.buffer != b.buffer) return false;
  for (int d = 0; d < a.rank; ++d) {
    if (p.indices[a.index[d]] != p.indices[b.index[d]]) return false;
  }
  return true;
}

/// The axis whose variable the sum is, alone; -1 for any other sum.
constexpr auto axis_of(program const& p, affine const& a) -> int {
  if (a.terms.count != 1 || a.terms[0].coef != 1 || a.offset != 0) return -1;
  atom const& at = p.atoms[a.terms[0].atom];
  return at.kind == atom_kind::variable ? at.id : -1;
}
constexpr auto symbol_value(program& p, int symbol) -> affine {
  return multiple(intern(p, atom_kind::symbol, symbol));
}

constexpr auto minimum(program& p, affine const& a, affine const& b) -> affine {
  affine const difference = a - b;
  if (difference.is_constant()) return difference.offset <= 0 ? a : b;
  return multiple(intern(p, atom_kind::minimum, a, b));
}
constexpr auto maximum(program& p, affine const& a, affine const& b) -> affine {
  affine const difference = a - b;
  if (difference.is_constant()) return difference.offset >= 0 ? a : b;
  return multiple(intern(p, atom_kind::maximum, a, b));
}

constexpr auto product(program& p, affine const& a, affine const& b) -> affine {
  if (a.is_constant()) return b * a.offset;
  if (b.is_constant()) return a * b.offset;
  return multiple(intern(p, atom_kind::product, a, b));
}

namespace index_impl {

// Splits n into d * quotient + rest, where no term of rest is a multiple of d.
struct parts {
  affine quotient{};
  affine rest{};
};
constexpr auto divide(affine const& n, std::int64_t d) -> parts {
  parts r{};
  for (auto const& t : n.terms) {
    if (t.coef % d == 0) {
      r.quotient.terms.push_back(term{.atom = t.atom, .coef = t.coef / d});
    } else {
      r.rest.terms.push_back(t);
    }
  }
  r.quotient.offset = floor_div(n.offset, d);
  r.rest.offset = floor_mod(n.offset, d);
  return r;
}

// The largest value of a loop variable that is known to be constant, or -1.
constexpr auto largest(program const& p, int axis) -> std::int64_t {
  affine const& e = p.axes[axis].extent;
  if (e.is_constant()) return e.offset - 1;
  if (e.terms.count != 1 || e.offset != 0 || e.terms[0].coef != 1) return -1;
  atom const& a = p.atoms[e.terms[0].atom];
  if (a.kind != atom_kind::minimum) return -1;
  if (p.indices[a.lhs].is_constant()) return p.indices[a.lhs].offset - 1;
  return p.indices[a.rhs].is_constant() ? p.indices[a.rhs].offset - 1 : -1;
}

// True where every value of `a` is known to be in [0, d): a sum of loop variables of known extent.
constexpr auto is_below(program const& p, affine const& a, std::int64_t d) -> bool {
  std::int64_t high = a.offset;
  if (a.offset < 0) return false;
  for (auto const& t : a.terms) {
    atom const& at = p.atoms[t.atom];
    if (at.kind == atom_kind::variable && t.coef > 0) {
      std::int64_t const most = largest(p, at.id);
      if (most < 0) return false;
      high += t.coef * most;
    } else if (at.kind == atom_kind::floor_mod && t.coef > 0 && p.indices[at.rhs].is_constant()) {
      high += t.coef * (p.indices[at.rhs].offset - 1);
    } else {
      return false;
    }
  }
  return high < d;
}

}  // namespace index_impl

/// floor(n / d), d > 0.
constexpr auto floor_div(program& p, affine const& n, affine const& d) -> affine {
  if (!d.is_constant()) {
    if (n == d) return constant(1);
    if (n.is_constant(0)) return n;
    return multiple(intern(p, atom_kind::floor_div, n, d));
  }
  if (d.offset == 1) return n;
  auto const parts = index_impl::divide(n, d.offset);
  if (parts.rest.is_constant() || index_impl::is_below(p, parts.rest, d.offset)) {
    return parts.quotient;
  }
  return parts.quotient + multiple(intern(p, atom_kind::floor_div, parts.rest, d));
}

/// n - floor(n / d) * d, d > 0.
constexpr auto floor_mod(program& p, affine const& n, affine const& d) -> affine {
  if (!d.is_constant()) {
    if (n == d || n.is_constant(0)) return constant(0);
    return multiple(intern(p, atom_kind::floor_mod, n, d));
  }
  auto const rest = index_impl::divide(n, d.offset).rest;
  if (rest.is_constant() || index_impl::is_below(p, rest, d.offset)) return rest;
  return multiple(intern(p, atom_kind::floor_mod, rest, d));
}

constexpr auto ceil_div(program& p, affine const& n, std::int64_t d) -> affine {
  return floor_div(p, n + (d - 1), constant(d));
}

/// The points of a block of the split that made this part.
constexpr auto block_of(program const& p, axis const& part) -> affine {
  return part.span < 0 ? constant(part.factor) : p.indices[part.span];
}

/// Which sum replaces each loop variable; axes that are not `set` stay.
struct substitution {
  bool set[limits::axes]{};
  affine value[limits::axes]{};

  constexpr void bind(int axis, affine const& to) {
    set[axis] = true;
    value[axis] = to;
  }
};

/// Rewrites atoms of kind `loaded`, which hold expressions; supplied by tir/clone.
struct keep_loaded {
  constexpr auto operator()(handle e) const -> handle { return e; }
};

/// The sum with every bound loop variable replaced.
template <class Loaded = keep_loaded>
constexpr auto substitute(program& p, affine const& a, substitution const& s,
                          Loaded const& loaded = {}) -> affine {
  affine r = constant(a.offset);
  for (auto const& t : a.terms) {
    atom const at = p.atoms[t.atom];
    affine part = multiple(t.atom);
    if (at.kind == atom_kind::variable) {
      if (s.set[at.id]) part = s.value[at.id];
    } else if (at.kind == atom_kind::loaded) {
      part = multiple(intern(p, atom_kind::loaded, loaded(at.id)));
    } else if (at.kind != atom_kind::symbol) {
      affine const x = substitute(p, affine(p.indices[at.lhs]), s, loaded);
      affine const y = substitute(p, affine(p.indices[at.rhs]), s, loaded);
      switch (at.kind) {
        case atom_kind::floor_div: part = floor_div(p, x, y); break;
        case atom_kind::floor_mod: part = floor_mod(p, x, y); break;
        case atom_kind::minimum: part = minimum(p, x, y); break;
        case atom_kind::maximum: part = maximum(p, x, y); break;
        default: part = product(p, x, y); break;
      }
    }
    r = add_scaled(r, part, t.coef);
  }
  return r;
}

/// True if a loop variable satisfying `pred(axis)` occurs in the sum.
template <class Pred>
constexpr auto any_variable(program const& p, affine const& a, Pred const& pred) -> bool {
  for (auto const& t : a.terms) {
    atom const& at = p.atoms[t.atom];
    if (at.kind == atom_kind::variable && pred(at.id)) return true;
    if (at.lhs >= 0 &&
        (any_variable(p, p.indices[at.lhs], pred) || any_variable(p, p.indices[at.rhs], pred))) {
      return true;
    }
  }
  return false;
}

/// True if a loop variable occurs in the sum.
constexpr auto has_variable(program const& p, affine const& a) -> bool {
  return any_variable(p, a, [](int) { return true; });
}

/// True if an atom of kind `loaded` occurs: the index depends on data.
constexpr auto depends_on_data(program const& p, affine const& a) -> bool {
  for (auto const& t : a.terms) {
    atom const& at = p.atoms[t.atom];
    if (at.kind == atom_kind::loaded) return true;
    if (at.lhs >= 0 &&
        (depends_on_data(p, p.indices[at.lhs]) || depends_on_data(p, p.indices[at.rhs]))) {
      return true;
    }
  }
  return false;
}

}  // namespace ashlar::tir

ASHLAR_COMPILER_END

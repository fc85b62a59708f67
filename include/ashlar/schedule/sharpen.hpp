// SPDX-License-Identifier: Apache-2.0
//
// schedule/sharpen: what a fact of an extent makes of a program.
//
//   x.extent(1) == 64         every s1 is 64, and the symbol is gone
//   x.extent(1) % 16 == 0     every s1 is 16 * s1', where s1' is the extent over 16
//   x.extent(1) <= 64, >= 8   the symbol is bounded
//
//   takes       a program before lowering, a fact whose dimension has a symbol
//   returns     the program as if the type of the operand had said so: all sums are made anew from
//               the oldest atom on, so that they fold, and cancel, as if they were new
//   invariants  handles of sums, axes and buffers keep their meaning; atoms are unique, and each is
//               made of those before it
#pragma once

#include <ashlar/schedule/loops.hpp>

#include <numeric>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace sharpen_impl {

using tir::atom;
using tir::atom_kind;
using atom_values = affine[limits::atoms];

/// A symbol that becomes `scale` times itself, or (0) the constant.
struct replacement {
  int symbol = -1;
  std::int64_t scale = 0;
  std::int64_t constant = 0;
};

struct rebuilder {
  program& p;
  replacement const& r;
  static_vector<atom, limits::atoms> const atoms;
  static_vector<affine, limits::indices> const indices;
  atom_values value{};
  bool varies[limits::atoms]{};  // a loop variable occurs in it, or data

  constexpr auto again(affine const& a) const -> affine {
    affine sum = tir::constant(a.offset);
    for (auto const& t : a.terms) sum = tir::add_scaled(sum, value[t.atom], t.coef);
    return sum;
  }
  constexpr auto any_varies(affine const& a) const -> bool {
    for (auto const& t : a.terms) {
      if (varies[t.atom]) return true;
    }
    return false;
  }
  constexpr auto symbol(int id) -> affine {
    if (id != r.symbol) {
      bool const moves = r.scale == 0 && id > r.symbol;
      return tir::symbol_value(p, moves ? id - 1 : id);
    }
    return r.scale == 0 ? tir::constant(r.constant) : tir::symbol_value(p, id) * r.scale;
  }
  constexpr auto composite(atom const& a) -> affine {
    affine const x = again(indices[a.lhs]);
    affine const y = again(indices[a.rhs]);
    bool const divides = a.kind == atom_kind::floor_div || a.kind == atom_kind::floor_mod;
    // Nothing runs over an extent of 0, and nothing is divided by it.
    if (divides && y.is_constant() && y.offset < 1) return tir::constant(0);
    switch (a.kind) {
      case atom_kind::floor_div: return tir::floor_div(p, x, y);
      case atom_kind::floor_mod: return tir::floor_mod(p, x, y);
      case atom_kind::minimum: return tir::minimum(p, x, y);
      case atom_kind::maximum: return tir::maximum(p, x, y);
      default: return tir::product(p, x, y);
    }
  }
  constexpr auto made_again(atom const& a) -> affine {
    if (a.kind == atom_kind::symbol) return symbol(a.id);
    if (a.lhs < 0) return tir::multiple(tir::intern(p, a.kind, a.id));
    return composite(a);
  }
  constexpr void find_varying() {
    for (int i = 0; i < atoms.count; ++i) {
      atom const& a = atoms[i];
      varies[i] = a.kind == atom_kind::variable || a.kind == atom_kind::loaded ||
                  (a.lhs >= 0 && (any_varies(indices[a.lhs]) || any_varies(indices[a.rhs])));
    }
  }
  constexpr void make(bool varying) {
    for (int i = 0; i < atoms.count; ++i) {
      if (varies[i] == varying) value[i] = made_again(atoms[i]);
    }
  }
  // Extents come first: an index folds by what is known of the loops.
  constexpr void run() {
    find_varying();
    p.atoms.clear();
    make(false);
    for (auto& a : p.axes) a.extent = again(a.extent);
    make(true);
    for (int i = 0; i < indices.count; ++i) p.indices[i] = again(indices[i]);
  }
};

constexpr void replace(program& p, replacement const& r) {
  rebuilder b{.p = p, .r = r, .atoms = p.atoms, .indices = p.indices};
  b.run();
  if (r.scale == 0) p.symbols.erase(r.symbol);
}

/// Strides of packed operands that the extents inside decide.
constexpr void settle_strides(program& p) {
  for (auto& b : p.buffers) {
    index_t stride = 1;
    for (int d = b.rank - 1; b.is_packed && d >= 0; --d) {
      b.stride[d] = stride;
      affine const& e = p.indices[b.shape[d]];
      if (!e.is_constant()) break;
      stride = saturating_product(stride, e.offset);
    }
  }
}

}  // namespace sharpen_impl

/// The least number that both divide.
constexpr auto common_multiple(std::int64_t a, std::int64_t b) -> std::int64_t {
  return saturating_product(a / std::gcd(a, b), b);
}

/// The symbol of a dimension of an operand; -1 where its extent is a constant.
constexpr auto symbol_of(program const& p, int buffer, int dim) -> int {
  affine const& e = p.indices[p.buffers[buffer].shape[dim]];
  return e.is_constant() ? -1 : p.atoms[e.terms[0].atom].id;
}

/// Makes a fact of an extent that is not a constant part of the program.
constexpr void sharpen(program& p, tir::fact const& f) {
  using namespace sharpen_impl;
  int const at = symbol_of(p, f.buffer, f.dim);
  tir::symbol& s = p.symbols[at];
  std::int64_t const m = s.multiple;
  std::int64_t scale = 1;
  switch (f.relation) {
    case tir::fact_relation::equal: s.at_least = s.at_most = f.number / m; break;
    case tir::fact_relation::at_most: s.at_most = f.number / m; break;
    case tir::fact_relation::at_least: s.at_least = (f.number + m - 1) / m; break;
    case tir::fact_relation::multiple:
      scale = common_multiple(m, f.number) / m;
      s.multiple = m * scale;
      s.at_least = (s.at_least + scale - 1) / scale;
      if (s.at_most >= 0) s.at_most /= scale;
      break;
  }
  bool const is_known = s.at_least == s.at_most;
  if (!is_known && scale == 1) return;
  replace(p, replacement{.symbol = at,
                         .scale = is_known ? 0 : scale,
                         .constant = is_known ? s.at_least * scale : 0});
  settle_strides(p);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

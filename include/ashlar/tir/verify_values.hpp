// SPDX-License-Identifier: Apache-2.0
//
// tir/verify_values: the invariants of sums, buffers, accesses and values, see tir/invariant.
#pragma once

#include <ashlar/tir/invariant.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir::verify_impl {

/// The result, and what every part of verification needs.
struct value_verifier {
  program const& p;
  verdict found{};
  bool is_open[limits::axes]{};    // variables that may occur
  bool reads_accumulator = false;  // accumulators may occur
  bool reads_incoming = false;
  int components = 0;
  // A value is looked at once for each place that it is used from.
  std::int16_t seen[limits::exprs]{};
  std::int16_t epoch = 0;

  constexpr void fail(invariant rule, int at) {
    if (found.ok()) found = verdict{.broken = rule, .at = static_cast<handle>(at)};
  }
  constexpr auto check(bool holds, invariant rule, int at) -> bool {
    if (!holds) fail(rule, at);
    return holds;
  }
  template <class T, std::size_t N>
  constexpr auto is_in(static_vector<T, N> const& all, handle h) -> bool {
    return check(h >= 0 && h < all.count, invariant::handle_in_range, h);
  }

  // --- the arrays themselves: everything that recursion relies on

  constexpr void atoms() {
    for (int i = 0; i < p.atoms.count && found.ok(); ++i) {
      atom const& a = p.atoms[i];
      switch (a.kind) {
        case atom_kind::variable: is_in(p.axes, a.id); continue;
        case atom_kind::symbol: is_in(p.symbols, a.id); continue;
        case atom_kind::loaded: is_in(p.exprs, a.id); continue;
        default: break;
      }
      if (!is_in(p.indices, a.lhs) || !is_in(p.indices, a.rhs)) return;
      for (handle const side : {a.lhs, a.rhs}) {
        for (auto const& t : p.indices[side].terms) check(t.atom < i, invariant::atom_is_older, i);
      }
      bool const divides = a.kind == atom_kind::floor_div || a.kind == atom_kind::floor_mod;
      affine const& d = p.indices[a.rhs];
      check(!divides || !d.is_constant() || d.offset > 0, invariant::divisor_is_positive, i);
    }
  }
  constexpr void sums() {
    for (int i = 0; i < p.indices.count && found.ok(); ++i) {
      int last = -1;
      for (auto const& t : p.indices[i].terms) {
        check(t.atom > last && t.coef != 0, invariant::sum_is_normal, i);
        is_in(p.atoms, t.atom);
        last = t.atom;
      }
    }
  }
  constexpr void symbols() {
    for (int i = 0; i < p.symbols.count && found.ok(); ++i) {
      symbol const& s = p.symbols[i];
      bool const is_whole = s.buffer >= 0 && s.buffer < p.buffers.count && s.multiple >= 1 &&
                            p.buffers[s.buffer].operand >= 0 && s.dim >= 0 &&
                            s.dim < p.buffers[s.buffer].rank;
      check(is_whole, invariant::symbol_names_operand, i);
    }
    for (int i = 0; i < p.facts.count && found.ok(); ++i) {
      fact const& f = p.facts[i];
      bool const is_whole = is_in(p.buffers, f.buffer) && p.buffers[f.buffer].operand >= 0 &&
                            f.dim < p.buffers[f.buffer].rank;
      check(is_whole, invariant::symbol_names_operand, i);
    }
  }
  constexpr void checks() {
    for (int i = 0; i < p.checks.count && found.ok(); ++i) {
      if (is_in(p.indices, p.checks[i].sum)) known(p.checks[i].sum, i);
    }
  }
  constexpr void buffers() {
    bool taken[128]{};
    if (!check(p.operands >= 0, invariant::operand_is_unique, p.operands)) return;
    for (int i = 0; i < p.buffers.count && found.ok(); ++i) {
      buffer const& b = p.buffers[i];
      bool const is_whole = b.type != dtype::none && b.rank >= 0 && b.rank <= max_rank;
      if (!check(is_whole, invariant::buffer_is_whole, i)) return;
      for (int d = 0; d < b.rank; ++d) {
        if (!is_in(p.indices, b.shape[d])) return;
        known(b.shape[d], i);
      }
      bool const is_operand = b.where == scope::operand;
      check(is_operand == (b.operand >= 0) && (is_operand || !b.is_output),
            invariant::operand_is_unique, i);
      if (b.operand >= 0) {
        check(b.operand < p.operands && !taken[b.operand], invariant::operand_is_unique, i);
        taken[b.operand] = true;
      }
      // Before lowering it is the part at one loop that has a constant shape.
      if (b.where == scope::registers && p.root >= 0) registers(b, i);
      if (!b.layout.empty()) layout(b, i);
    }
  }
  constexpr void registers(buffer const& b, int i) {
    for (int d = 0; d < b.rank; ++d) {
      check(p.indices[b.shape[d]].is_constant(), invariant::registers_are_constant, i);
    }
  }
  constexpr void layout(buffer const& b, int i) {
    bool is_covered[max_rank]{};
    for (auto const& l : b.layout) {
      bool const is_whole = b.operand < 0 && l.dim >= 0 && l.dim < b.rank && l.block >= 1;
      if (!check(is_whole, invariant::layout_covers_shape, i)) return;
      // The inner part alone would put elements of different blocks on one another.
      if (!l.inner) is_covered[l.dim] = true;
    }
    for (int d = 0; d < b.rank; ++d) check(is_covered[d], invariant::layout_covers_shape, i);
  }

  constexpr void arrays() {
    sums();
    if (found.ok()) atoms();
    if (found.ok()) buffers();
    if (found.ok()) symbols();
    if (found.ok()) checks();
  }

  // --- sums and values where they are used

  /// The sum depends on symbols only.
  constexpr void known(handle index, int at) {
    for (auto const& t : p.indices[index].terms) {
      atom const& a = p.atoms[t.atom];
      bool const varies = a.kind == atom_kind::variable || a.kind == atom_kind::loaded;
      check(!varies, invariant::shape_is_known, at);
      if (a.lhs >= 0) {
        known(a.lhs, at);
        known(a.rhs, at);
      }
    }
  }
  /// The sum uses open variables only, and sound values.
  constexpr void sum(handle index) {
    if (!is_in(p.indices, index)) return;
    for (auto const& t : p.indices[index].terms) {
      atom const& a = p.atoms[t.atom];
      if (a.kind == atom_kind::variable) check(is_open[a.id], invariant::variable_is_open, a.id);
      if (a.kind == atom_kind::loaded) {
        value(a.id);
        check(is_integer(p.exprs[a.id].type), invariant::types_agree, a.id);
      }
      if (a.lhs >= 0) {
        sum(a.lhs);
        sum(a.rhs);
      }
    }
  }
  constexpr auto address(handle h) -> bool {
    if (!is_in(p.accesses, h)) return false;
    access const& a = p.accesses[h];
    if (!is_in(p.buffers, a.buffer)) return false;
    if (!check(a.rank == p.buffers[a.buffer].rank, invariant::access_has_rank, h)) return false;
    for (int d = 0; d < a.rank; ++d) sum(a.index[d]);
    return found.ok();
  }
  /// A value at a new place.
  constexpr void root(handle h) {
    ++epoch;
    value(h);
  }
  constexpr void value(handle h) {
    if (!is_in(p.exprs, h) || seen[h] == epoch || !found.ok()) return;
    auto const unfinished = static_cast<std::int16_t>(-epoch);
    if (!check(seen[h] != unfinished, invariant::value_is_acyclic, h)) return;
    seen[h] = unfinished;
    node(p.exprs[h], h);
    seen[h] = epoch;
  }
  constexpr void node(expr const& e, handle h) {
    if (e.op == opcode::reduce_lanes) return lanes(e, h);
    handle const part[] = {e.a, e.b, e.c};
    for (int i = 0; i < operand_count(e.op) && found.ok(); ++i) {
      bool const is_absent = e.op == opcode::call && part[i] < 0;
      if (!is_absent) value(part[i]);
    }
    if (found.ok() && operands_agree(e, h)) fits_type(e, h);
  }
  constexpr void lanes(expr const& e, handle h) {
    if (!is_in(p.axes, e.b)) return;
    bool const outside = is_open[e.b];
    is_open[e.b] = true;
    value(e.a);
    is_open[e.b] = outside;
    if (!found.ok()) return;
    check(p.exprs[e.a].type == e.type && e.c >= 1, invariant::types_agree, h);
  }

  constexpr auto type(handle h) const -> dtype { return p.exprs[h].type; }
  constexpr auto operands_agree(expr const& e, handle h) -> bool {
    bool agree = true;
    switch (e.op) {
      case opcode::constant: agree = e.type != dtype::none; break;
      case opcode::index:
        sum(e.a);
        agree = is_integer(e.type);
        break;
      case opcode::in_range:
        sum(e.a);
        agree = e.type == dtype::boolean;
        break;
      case opcode::load: return load(e, h);
      case opcode::cast: agree = e.type != dtype::none; break;
      case opcode::call: agree = e.type != dtype::none; break;
      case opcode::select:
        agree = type(e.a) == dtype::boolean && type(e.b) == e.type && type(e.c) == e.type;
        break;
      case opcode::accumulator:
      case opcode::incoming: {
        bool const may = e.op == opcode::accumulator ? reads_accumulator : reads_incoming;
        return check(may && e.a >= 0 && e.a < components, invariant::accumulator_in_place, h);
      }
      default:
        if (is_comparison(e.op)) {
          agree = e.type == dtype::boolean && type(e.a) == type(e.b);
        } else {
          int const n = operand_count(e.op);
          agree = type(e.a) == e.type && (n < 2 || type(e.b) == e.type) &&
                  (n < 3 || type(e.c) == e.type);
        }
    }
    return check(agree, invariant::types_agree, h);
  }
  constexpr auto load(expr const& e, handle h) -> bool {
    if (!address(e.a)) return false;
    check(e.type == p.buffers[p.accesses[e.a].buffer].type, invariant::types_agree, h);
    if (e.b < 0 || !found.ok()) return found.ok();
    value(e.b);
    return found.ok() && check(type(e.b) == e.type, invariant::types_agree, h);
  }
  constexpr void fits_type(expr const& e, handle h) {
    bool const is_bool = e.type == dtype::boolean;
    // What is stored in 4 or 16 bits is loaded, converted, chosen and stored, and nothing else.
    bool const is_number = !is_bool && !is_stored_only(e.type);
    bool fits = true;
    switch (e.op) {
      case opcode::logical_not:
      case opcode::logical_and:
      case opcode::logical_or: fits = is_bool; break;
      case opcode::neg:
      case opcode::abs:
      case opcode::add:
      case opcode::sub:
      case opcode::mul:
      case opcode::div:
      case opcode::rem:
      case opcode::min:
      case opcode::max:
      case opcode::fma: fits = is_number; break;
      case opcode::bit_not:
      case opcode::bit_and:
      case opcode::bit_or:
      case opcode::bit_xor: fits = is_integer(e.type); break;
      case opcode::shift_left:
      case opcode::shift_right: {
        expr const& by = p.exprs[e.b];
        bool const is_inside = by.bits >= 0 && by.bits < 8 * bytes_of(e.type);
        fits = is_integer(e.type) && by.op == opcode::constant && is_inside;
        break;
      }
      case opcode::pow: fits = is_float(e.type) && is_number; break;
      default:
        if (e.op >= opcode::sqrt && e.op <= opcode::round) fits = is_float(e.type) && is_number;
        if (is_comparison(e.op)) fits = !is_stored_only(type(e.a));
    }
    check(fits, invariant::operation_fits_type, h);
  }
};

}  // namespace ashlar::tir::verify_impl

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// tir/print_expr: values and accesses as text.
//
//   x(i, k) * w(k, j) + b(j)       f32(n) / 3       select(a < b, a, b)       x(i - 1?) else -inf
//
//   accesses    in round brackets in a definition, in square ones in a loop nest
//   checked     a `?` behind an index that may lie outside: the value is then 0, or as `else` says
//   sharing     what a value uses more than once is named once, by a line `let t0 = ...` before it
//   constants   read back as the same number: the shortest digits for the type
#pragma once

#include <ashlar/core/decimal.hpp>
#include <ashlar/tir/print_sum.hpp>
#include <ashlar/tir/scalar.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir::print_impl {

constexpr auto binding_of(opcode op) -> binding {
  switch (op) {
    case opcode::logical_or: return binding::disjunction;
    case opcode::logical_and: return binding::conjunction;
    case opcode::add:
    case opcode::sub: return binding::sum;
    case opcode::mul:
    case opcode::div:
    case opcode::rem: return binding::product;
    case opcode::neg:
    case opcode::bit_not:
    case opcode::logical_not: return binding::unary;
    case opcode::bit_and:
    case opcode::bit_or:
    case opcode::bit_xor:
    case opcode::shift_left:
    case opcode::shift_right: return binding::bits;
    case opcode::in_range: return binding::comparison;
    default: return is_comparison(op) ? binding::comparison : binding::none;
  }
}

constexpr auto tighter(binding b) -> binding {
  return static_cast<binding>(static_cast<int>(b) + 1);
}

/// Prints values; how an accumulator reads in the definition of a stage, `Program` knows.
template <class Sink, class Program>
struct value_writer : sum_writer<Sink, value_writer<Sink, Program>> {
  using base = sum_writer<Sink, value_writer<Sink, Program>>;
  using base::out;
  using base::p;
  using base::put;

  bool in_nest = false;
  int indent = 0;
  std::int16_t uses[limits::exprs]{};
  std::int16_t name_of_let[limits::exprs]{};  // number + 1
  std::int16_t lets = 0;

  constexpr void line() {
    out.append('\n');
    for (int i = 0; i < indent; ++i) put("  ");
  }

  constexpr void put_access(handle a) {
    access const& at = p.accesses[a];
    this->put_buffer(at.buffer);
    if (at.rank == 0) return;
    put(in_nest ? "[" : "(");
    for (int d = 0; d < at.rank; ++d) {
      if (d > 0) put(", ");
      this->put_sum(at.index[d]);
      if (((at.checked >> d) & 1) != 0) put("?");
    }
    put(in_nest ? "]" : ")");
  }

  /// The value, in brackets where what is around it binds tighter.
  constexpr void value(handle h, binding around) {
    if (name_of_let[h] != 0) {
      put("t");
      return put(name_of_let[h] - 1);
    }
    bare(h, around);
  }

  /// Writes a line `let tN = ...` for everything that the values use more than once.
  constexpr void put_lets(handle h) {
    count_uses(h);
    name_shared(h);
  }
  /// The end of the statement or the definition for which put_lets was called.
  constexpr void forget_lets(handle h) {
    if (uses[h] == 0) return;
    uses[h] = 0;
    name_of_let[h] = 0;
    lets = 0;
    for_each_child(p.exprs[h], [this](handle child) { this->forget_lets(child); });
  }

 private:
  constexpr void bare(handle h, binding around) {
    expr const& e = p.exprs[h];
    binding const own = binding_of(e.op);
    bool const needs = own != binding::none && own < around;
    if (needs) put("(");
    node(e, own, needs ? binding::none : around);
    if (needs) put(")");
  }

  constexpr void node(expr const& e, binding own, binding around) {
    switch (e.op) {
      case opcode::constant: return put_constant(e);
      case opcode::index: return this->put_sum(p.indices[e.a], around);
      case opcode::in_range: return this->put_condition(p.indices[e.a]);
      case opcode::load: return put_load(e, around);
      case opcode::accumulator: return static_cast<Program*>(this)->put_accumulator(e.a);
      case opcode::incoming: put("in"); return put_component(e.a);
      case opcode::neg:
      case opcode::bit_not: put(e.op == opcode::neg ? "-" : "~"); return value(e.a, own);
      case opcode::logical_not: put("not "); return value(e.a, own);
      case opcode::cast: put(ashlar::name_of(e.type)); return put_arguments(e.a);
      case opcode::reduce_lanes: return put_reduce_lanes(e);
      case opcode::call:
        put("call#");
        put_hex(static_cast<std::uint64_t>(e.bits));
        return put_arguments(e.a, e.b);
      default: break;
    }
    if (!is_infix(e.op)) {
      put(tir::name_of(e.op));
      return put_arguments(e.a, operand_count(e.op) > 1 ? e.b : handle{-1},
                           operand_count(e.op) > 2 ? e.c : handle{-1});
    }
    // a - (b - c) and a < (b < c) need brackets on the right; comparisons, and operations on bits,
    // whose order nobody remembers, on both sides.
    bool const is_plain = own != binding::comparison && own != binding::bits;
    value(e.a, is_plain ? own : tighter(own));
    put(" ");
    put(tir::name_of(e.op));
    put(" ");
    value(e.b, tighter(own));
  }

  constexpr void put_arguments(handle a, handle b = -1, handle c = -1) {
    put("(");
    bool is_first = true;
    for (handle const h : {a, b, c}) {
      if (h < 0) continue;
      if (!is_first) put(", ");
      value(h, binding::none);
      is_first = false;
    }
    put(")");
  }
  constexpr void put_component(int c) {
    put(".");
    put(c);
  }
  constexpr void put_load(expr const& e, binding around) {
    if (e.b < 0) return put_access(e.a);
    bool const needs = around != binding::none;
    if (needs) put("(");
    put_access(e.a);
    put(" else ");
    value(e.b, binding::disjunction);
    if (needs) put(")");
  }
  constexpr void put_reduce_lanes(expr const& e) {
    put("reduce_lanes(");
    put(tir::name_of(static_cast<opcode>(e.bits)));
    put(", ");
    this->open.push_back(e.b);
    this->put_axis(e.b);
    put(", ");
    value(e.a, binding::none);
    this->open.pop_back();
    put(")");
  }
  constexpr void put_constant(expr const& e) {
    if (e.type == dtype::boolean) return put(e.bits != 0 ? "true" : "false");
    if (e.type == dtype::u64 && e.bits < 0) {
      put("0x");
      return put_hex(static_cast<std::uint64_t>(e.bits));
    }
    if (!is_float(e.type)) return put(e.bits);
    scalar const s = constant_of(e.type, e.bits);
    if (e.type == dtype::f64) return append_number(out, get<double>(s));
    append_number(out, get<float>(widened(s)));
  }
  constexpr void put_hex(std::uint64_t v) {
    int shift = 60;
    while (shift > 0 && (v >> static_cast<unsigned>(shift)) == 0) shift -= 4;
    for (; shift >= 0; shift -= 4) {
      out.append("0123456789abcdef"[(v >> static_cast<unsigned>(shift)) & 15U]);
    }
  }

  // Values below a node, also those inside the indices of its accesses.
  template <class F> constexpr void for_each_child(expr const& e, F const& f) {
    handle const operand_of[] = {e.a, e.b, e.c};
    int const n = operand_count(e.op);
    for (int i = 0; i < n; ++i) {
      if (operand_of[i] >= 0) f(operand_of[i]);
    }
    if (e.op == opcode::index || e.op == opcode::in_range) in_sum(p.indices[e.a], f);
    if (e.op != opcode::load) return;
    if (e.b >= 0) f(e.b);
    access const& at = p.accesses[e.a];
    for (int d = 0; d < at.rank; ++d) in_sum(p.indices[at.index[d]], f);
  }
  template <class F> constexpr void in_sum(affine const& a, F const& f) {
    for (auto const& t : a.terms) {
      atom const& at = p.atoms[t.atom];
      if (at.kind == atom_kind::loaded) f(at.id);
      if (at.lhs < 0) continue;
      in_sum(p.indices[at.lhs], f);
      in_sum(p.indices[at.rhs], f);
    }
  }
  constexpr void count_uses(handle h) {
    if (uses[h]++ > 0) return;
    for_each_child(p.exprs[h], [this](handle child) { this->count_uses(child); });
  }
  constexpr auto is_short(expr const& e) const -> bool {
    return operand_count(e.op) == 0 && !(e.op == opcode::load && e.b >= 0);
  }
  constexpr void name_shared(handle h) {
    if (name_of_let[h] != 0) return;
    expr const& e = p.exprs[h];
    for_each_child(e, [this](handle child) { this->name_shared(child); });
    if (uses[h] < 2 || is_short(e) || name_of_let[h] != 0) return;
    put("let t");
    put(lets);
    put(" = ");
    bare(h, binding::none);
    name_of_let[h] = ++lets;
    line();
  }
};

}  // namespace ashlar::tir::print_impl

ASHLAR_COMPILER_END

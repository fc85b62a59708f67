// SPDX-License-Identifier: Apache-2.0
//
// tir/print_sum: names and index expressions as text.
//
//   32*io + ii      ceil(y.extent(0) / 8)      min(8, y.extent(0) - 8*io)      (3*i + 1) % 4
//
//   names       an axis inside another one of its name, or a buffer after another one of its name,
//               gets a number: i, i_1
//   order       outer loops first, then symbols, then the rest
//   symbols     y.extent(0): what is promised of it is written where the operand is declared
//   division    i / 8 rounds down, and i % 8 is never negative
//   conditions  sum >= 0 reads as a comparison of its parts: n - i - 1 >= 0 as i < n
#pragma once

#include <ashlar/tir/program.hpp>

#include <string_view>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir::print_impl {

/// Where text goes: anything with append(char), append(std::string_view), append(std::int64_t).
template <class Sink> struct writer {
  program const& p;
  Sink& out;
  static_vector<handle, 64> open{};  // the axes of the loops around, outermost first

  constexpr void put(std::string_view s) { out.append(s); }
  constexpr void put(std::int64_t v) { out.append(v); }
  constexpr void put(int v) { out.append(static_cast<std::int64_t>(v)); }

  constexpr void put_numbered(std::string_view name, int earlier) {
    put(name);
    if (earlier == 0) return;
    put("_");
    put(earlier);
  }
  constexpr void put_axis(int axis) {
    int earlier = 0;
    for (auto const o : open) {
      if (o == axis) break;
      if (p.axes[o].name == p.axes[axis].name) ++earlier;
    }
    bool is_open = false;
    for (auto const o : open) is_open = is_open || o == axis;
    put_numbered(p.axes[axis].name.view(), is_open ? earlier : 0);
  }
  constexpr void put_buffer(int buffer) {
    int earlier = 0;
    for (int b = 0; b < buffer; ++b) {
      if (p.buffers[b].name == p.buffers[buffer].name) ++earlier;
    }
    put_numbered(p.buffers[buffer].name.view(), earlier);
  }

  constexpr void put_extent_of(symbol const& s) {
    put_buffer(s.buffer);
    put(".extent(");
    put(s.dim);
    put(")");
  }
};

// How tightly the parts of an expression hold together.
enum class binding : std::uint8_t {
  none,
  disjunction,
  conjunction,
  comparison,
  bits,
  sum,
  product,
  unary
};

/// Prints sums; a value inside a sum is printed by `Values`, which derives from this.
template <class Sink, class Values> struct sum_writer : writer<Sink> {
  using writer<Sink>::p;
  using writer<Sink>::put;

  constexpr void loaded(handle e) { static_cast<Values*>(this)->value(e, binding::none); }

  constexpr void put_sum(handle index) { put_sum(p.indices[index]); }

  /// The sum; in brackets if it has several parts and stands inside something tighter.
  constexpr void put_sum(affine const& a, binding around = binding::none) {
    if (a.is_constant()) return put(a.offset);
    bool const is_single = a.terms.count == 1 && a.offset == 0 && a.terms[0].coef > 0;
    bool const is_plain = is_single && !is_infix(a.terms[0]);
    bool const needs = !is_plain && around > (is_single ? binding::product : binding::sum);
    if (needs) put("(");
    if (is_single)
      put_term(a.terms[0]);
    else
      put_parts(a);
    if (needs) put(")");
  }

  /// sum >= 0, as a comparison.
  constexpr void put_condition(affine const& a) {
    affine low{};
    affine high{};
    split(a, low, high);
    if (low.is_constant()) {
      put_sum(high);
      put(" >= ");
      return put(-a.offset);
    }
    bool const is_strict = a.offset < 0 || (high.is_constant() && a.offset > 0);
    if (a.offset < -1) low.offset = -a.offset - 1;
    if (a.offset > 0) high.offset = a.offset + static_cast<std::int64_t>(high.is_constant());
    put_sum(low);
    put(is_strict ? " < " : " <= ");
    put_sum(high);
  }
  /// sum == 0, as an equation.
  constexpr void put_equation(affine const& a) {
    affine left{};
    affine right{};
    split(a, right, left);
    if (a.offset < 0) right.offset = -a.offset;
    if (a.offset > 0) left.offset = a.offset;
    put_sum(left);
    put(" == ");
    put_sum(right);
  }

 private:
  static constexpr void split(affine const& a, affine& negative, affine& positive) {
    for (term t : a.terms) {
      bool const is_negative = t.coef < 0;
      if (is_negative) t.coef = -t.coef;
      (is_negative ? negative : positive).terms.push_back(t);
    }
  }
  // The symbol's promise multiplied into its coefficient; 0 if it does not divide that.
  constexpr auto whole_extent(term const& t) const -> std::int64_t {
    atom const& at = p.atoms[t.atom];
    if (at.kind != atom_kind::symbol) return 0;
    std::int64_t const m = p.symbols[at.id].multiple;
    return t.coef % m == 0 ? t.coef / m : 0;
  }
  constexpr auto is_infix(term const& t) const -> bool {
    atom const& at = p.atoms[t.atom];
    std::int64_t const whole = whole_extent(t);
    if (whole != 1 && t.coef != 1) return true;
    if (at.kind == atom_kind::symbol) return whole != 1;
    if (at.kind == atom_kind::floor_div) return !is_ceiling(at);
    return at.kind == atom_kind::floor_mod || at.kind == atom_kind::product;
  }
  // floor((n + d - 1) / d)
  constexpr auto is_ceiling(atom const& at) const -> bool {
    affine const& d = p.indices[at.rhs];
    return d.is_constant() && d.offset > 1 && p.indices[at.lhs].offset == d.offset - 1;
  }

  constexpr void put_parts(affine const& a) {
    bool is_first = true;
    bool any_positive = false;
    for (auto const& t : a.terms) any_positive = any_positive || t.coef > 0;
    if (!any_positive && a.offset > 0) {
      put(a.offset);
      is_first = false;
    }
    for (bool const positive : {true, false}) {
      for (int last = -1;;) {
        int const i = next_term(a, last, positive);
        if (i < 0) break;
        last = order_of(a.terms[i]);
        term t = a.terms[i];
        if (!positive) t.coef = -t.coef;
        put(positive ? (is_first ? "" : " + ") : (is_first ? "-" : " - "));
        put_term(t);
        is_first = false;
      }
    }
    if (a.offset < 0 || (any_positive && a.offset > 0)) {
      put(a.offset < 0 ? " - " : " + ");
      put(a.offset < 0 ? -a.offset : a.offset);
    }
  }
  // Outer loops first, then other variables, symbols, and the rest: the order in which atoms came
  // to be says nothing to a reader.
  constexpr auto order_of(term const& t) const -> int {
    constexpr int step = limits::atoms + limits::axes;
    atom const& at = p.atoms[t.atom];
    if (at.kind == atom_kind::symbol) return 2 * step + at.id;
    if (at.kind != atom_kind::variable) return 3 * step + t.atom;
    for (int i = 0; i < this->open.count; ++i) {
      if (this->open[i] == at.id) return i;
    }
    return step + at.id;
  }
  constexpr auto next_term(affine const& a, int last, bool positive) const -> int {
    int best = -1;
    for (int i = 0; i < a.terms.count; ++i) {
      if ((a.terms[i].coef > 0) != positive || order_of(a.terms[i]) <= last) continue;
      if (best < 0 || order_of(a.terms[i]) < order_of(a.terms[best])) best = i;
    }
    return best;
  }
  // A term with a positive coefficient.
  constexpr void put_term(term const& t) {
    atom const& at = p.atoms[t.atom];
    std::int64_t const whole = whole_extent(t);
    std::int64_t const factor = whole > 0 ? whole : t.coef;
    if (factor != 1) {
      put(factor);
      put("*");
    }
    if (whole > 0) return this->put_extent_of(p.symbols[at.id]);
    bool const is_bracketed = factor != 1 && is_infix(term{.atom = t.atom, .coef = 1});
    if (is_bracketed) put("(");
    put_atom(at);
    if (is_bracketed) put(")");
  }
  constexpr void put_function(std::string_view name, atom const& at) {
    put(name);
    put("(");
    this->put_sum(at.lhs);
    put(", ");
    this->put_sum(at.rhs);
    put(")");
  }
  constexpr void put_operator(std::string_view op, affine const& lhs, affine const& rhs) {
    put_sum(lhs, binding::unary);
    put(op);
    put_sum(rhs, binding::unary);
  }
  constexpr void put_quotient(atom const& at) {
    affine const& d = p.indices[at.rhs];
    if (!is_ceiling(at)) return put_operator(" / ", p.indices[at.lhs], d);
    put("ceil(");
    put_operator(" / ", p.indices[at.lhs] - (d.offset - 1), d);
    put(")");
  }
  constexpr void put_atom(atom const& at) {
    switch (at.kind) {
      case atom_kind::variable: return this->put_axis(at.id);
      case atom_kind::symbol:
        this->put_extent_of(p.symbols[at.id]);
        put(" / ");
        return put(p.symbols[at.id].multiple);
      case atom_kind::floor_div: return put_quotient(at);
      case atom_kind::floor_mod: return put_operator(" % ", p.indices[at.lhs], p.indices[at.rhs]);
      case atom_kind::minimum: return put_function("min", at);
      case atom_kind::maximum: return put_function("max", at);
      case atom_kind::product: return put_operator(" * ", p.indices[at.lhs], p.indices[at.rhs]);
      case atom_kind::loaded: return loaded(at.id);
    }
  }
};

}  // namespace ashlar::tir::print_impl

ASHLAR_COMPILER_END

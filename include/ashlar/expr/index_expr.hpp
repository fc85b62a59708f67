// SPDX-License-Identifier: Apache-2.0
//
// expr/index_expr: arithmetic on axes, as it stands between the parentheses of an access.
//
//   2 * i + r - 1      i / 2      (i + j) % 3      i - j
//
//   semantics   division and modulus round towards minus infinity; the divisor is a positive
//               constant
//   two forms   with ordinary integers the result is a value, index_expr; with axes and constants
//               of a type (c<1>, 2_c) alone it is a type, index_node_type, which an expression on
//               the spot needs
//   errors      E001 for more than `capacity` nodes, E039 for a divisor that is not a positive
//               constant, E050 for a product of axes; they are kept in the index_expr until that
//               is used
//   invariants  operands stand before the node that uses them; the last node is the root
#pragma once

#include <ashlar/core/static_vector.hpp>
#include <ashlar/diag/code.hpp>
#include <ashlar/expr/axis.hpp>

#include <cstdint>
#include <limits>

namespace ashlar {

enum class index_op : std::uint8_t { constant, axis, add, sub, mul, floor_div, floor_mod, loaded };

/// A node of an index: a and b are nodes before it; for `loaded`, a is a recorded value.
struct index_node {
  index_op op = index_op::constant;
  std::int16_t a = -1, b = -1;
  index_t value = 0;
  axis_info const* axis = nullptr;
};

/// An integer of any type; what is too large is the largest, which no index may be.
constexpr auto index_number(std::integral auto v) -> index_t {
  constexpr std::uint64_t most = std::numeric_limits<index_t>::max();
  return v > 0 && static_cast<std::uint64_t>(v) > most ? index_t{most} : static_cast<index_t>(v);
}

/// An index as a value.
struct index_expr {
  static constexpr int capacity = 24;

  index_node nodes[capacity]{};
  int count = 0;
  diag::code fault = diag::code::ok;
  index_t fault_value = 0;  // E039: the divisor

  constexpr index_expr() = default;
  constexpr index_expr(std::integral auto v)  // NOLINT(google-explicit-constructor)
      : nodes{index_node{.value = index_number(v)}}, count(1) {}
  template <axis_name Name, index_t Extent>
  constexpr index_expr(axis<Name, Extent>)  // NOLINT(google-explicit-constructor)
      : nodes{index_node{.op = index_op::axis, .axis = &axis<Name, Extent>::info}}, count(1) {}
  template <index_t Value>
  constexpr index_expr(index_constant<Value>) : index_expr(Value) {}  // NOLINT

  template <class Self = index_expr> explicit constexpr operator bool() const {
    return diag::truth<Self>();
  }

  constexpr auto root() const -> index_node const& { return nodes[count - 1]; }
  constexpr auto is_constant() const -> bool {
    return count == 1 && root().op == index_op::constant;
  }
  constexpr void fail(diag::code why, index_t number = 0) {
    if (fault != diag::code::ok) return;
    fault = why;
    fault_value = number;
  }
};

/// Arithmetic whose operands are all part of the type.
template <index_op Op, class A, class B> struct index_node_type;

namespace index_impl {

template <class> inline constexpr bool is_node = false;
template <index_op Op, class A, class B>
inline constexpr bool is_node<index_node_type<Op, A, B>> = true;

constexpr void append(index_expr& to, index_expr const& from) {
  if (to.count + from.count >= index_expr::capacity) {
    return to.fail(diag::code::capacity_exceeded);
  }
  auto const base = static_cast<std::int16_t>(to.count);
  for (int at = 0; at < from.count; ++at) {
    index_node n = from.nodes[at];
    if (n.a >= 0) n.a = static_cast<std::int16_t>(n.a + base);
    if (n.b >= 0) n.b = static_cast<std::int16_t>(n.b + base);
    to.nodes[to.count++] = n;
  }
  if (from.fault != diag::code::ok) to.fail(from.fault, from.fault_value);
}

// A product has a constant side, a quotient a positive constant divisor.
constexpr void check(index_expr& r, index_op op, index_expr const& a, index_expr const& b) {
  if (op == index_op::mul && !a.is_constant() && !b.is_constant()) {
    r.fail(diag::code::index_product);
  }
  if (op == index_op::floor_div || op == index_op::floor_mod) {
    if (!b.is_constant()) r.fail(diag::code::index_product);
    if (b.is_constant() && b.root().value <= 0) r.fail(diag::code::zero_divisor, b.root().value);
  }
}

constexpr auto combine(index_op op, index_expr const& a, index_expr const& b) -> index_expr {
  index_expr r = a;
  auto const left = static_cast<std::int16_t>(r.count - 1);
  append(r, b);
  if (r.fault == diag::code::capacity_exceeded) return r;
  auto const right = static_cast<std::int16_t>(r.count - 1);
  check(r, op, a, b);
  r.nodes[r.count++] = index_node{.op = op, .a = left, .b = right};
  return r;
}

}  // namespace index_impl

template <index_op Op, class A, class B> struct index_node_type {
  /// The same index as a value.
  constexpr operator index_expr() const {  // NOLINT(google-explicit-constructor)
    return index_impl::combine(Op, index_expr(A{}), index_expr(B{}));
  }
  template <class Self = index_node_type> explicit constexpr operator bool() const {
    return diag::truth<Self>();
  }
};

/// An axis, a constant of a type, or arithmetic on these: an index that its type describes.
template <class T>
concept static_index = axis_type<T> || axis_impl::is_constant<std::remove_cvref_t<T>> ||
                       index_impl::is_node<std::remove_cvref_t<T>>;

/// What has an axis in it: everything that is an index and not just a number.
template <class T>
concept symbolic_index = static_index<T> || std::same_as<std::remove_cvref_t<T>, index_expr>;

namespace index_impl {

template <class A, class B>
concept operands = (symbolic_index<A> && (symbolic_index<B> || std::integral<B>)) ||
                   (std::integral<A> && symbolic_index<B>);

template <index_op Op, class A, class B> constexpr auto make(A const& a, B const& b) {
  if constexpr (static_index<A> && static_index<B>) {
    return index_node_type<Op, A, B>{};
  } else {
    return combine(Op, index_expr(a), index_expr(b));
  }
}

}  // namespace index_impl

template <class A, class B>
  requires index_impl::operands<A, B>
constexpr auto operator+(A const& a, B const& b) {
  return index_impl::make<index_op::add>(a, b);
}
template <class A, class B>
  requires index_impl::operands<A, B>
constexpr auto operator-(A const& a, B const& b) {
  return index_impl::make<index_op::sub>(a, b);
}
template <class A, class B>
  requires index_impl::operands<A, B>
constexpr auto operator*(A const& a, B const& b) {
  return index_impl::make<index_op::mul>(a, b);
}
template <class A, class B>
  requires index_impl::operands<A, B>
constexpr auto operator/(A const& a, B const& b) {
  return index_impl::make<index_op::floor_div>(a, b);
}
template <class A, class B>
  requires index_impl::operands<A, B>
constexpr auto operator%(A const& a, B const& b) {
  return index_impl::make<index_op::floor_mod>(a, b);
}
template <symbolic_index A> constexpr auto operator-(A const& a) {
  return index_impl::make<index_op::sub>(index_constant<0>{}, a);
}

}  // namespace ashlar

// SPDX-License-Identifier: Apache-2.0
//
// expr/apply: an operation on operands of any kind: in a kernel it is noted down, elsewhere it
// becomes a type.
//
//   active        a value: of a kernel, or an expression on the spot
//   operands      two values of which at least one is active
//   functional    the same for functions, which also take axes alone: cast<float>(i)
//
//   invariants    an expression without tensors (i == j) is a type until it meets a kernel's value
#pragma once

#include <ashlar/expr/node.hpp>
#include <ashlar/expr/operand.hpp>

namespace ashlar::expr {

template <class T>
inline constexpr bool is_traced_type =
    std::same_as<T, traced> || std::same_as<T, traced_access> || std::same_as<T, traced_tensor>;

/// A value of a kernel that is being recorded.
template <class T> concept traced_operand = is_traced_type<std::remove_cvref_t<T>>;

/// A value which needs no help from a neighbour.
template <class T> concept active = traced_operand<T> || expression<T>;

template <class T> concept value_like = active<T> || number<T> || misfit<T> || symbolic_index<T>;

template <class A, class B>
concept operands = value_like<A> && value_like<B> && (active<A> || active<B>);

template <class... T>
concept functional = (value_like<T> && ...) && ((active<T> || symbolic_index<T>) || ...);

template <class A, class B> concept comparable = functional<A, B>;

/// The value of an axis or an index inside a kernel: an i64.
template <symbolic_index Index>
constexpr auto record_value(recorder* r, Index const& index) -> traced {
  if constexpr (axis_impl::is_constant<Index>) return traced(Index::value);
  if (r != nullptr) return load_index(*r, index_argument(*r, index));
  traced unknown{};
  unknown.undefined = "(an axis without a tensor)";
  return unknown;
}

namespace apply_impl {

template <class First, class... Rest>
constexpr auto first_recorder(First const& first, Rest const&... rest) -> recorder* {
  recorder* const r = recorder_in(first);
  if constexpr (sizeof...(Rest) == 0) {
    return r;
  } else {
    return r != nullptr ? r : first_recorder(rest...);
  }
}

}  // namespace apply_impl

/// Notes an operation down.
template <opcode Op> constexpr auto record_op(traced const& a) -> traced { return unary(Op, a); }
template <opcode Op> constexpr auto record_op(traced const& a, traced const& b) -> traced {
  return binary(Op, a, b);
}
template <opcode Op>
constexpr auto record_op(traced const& a, traced const& b, traced const& c) -> traced {
  return Op == opcode::select ? select(a, b, c) : fused(a, b, c);
}

template <opcode Op, class... Operand> constexpr auto apply(Operand const&... operand) {
  if constexpr ((traced_operand<Operand> || ...)) {
    recorder* const r = apply_impl::first_recorder(operand...);
    return record_op<Op>(record_value(r, operand)...);
  } else {
    return op_node<Op, leaf<Operand>...>{make_leaf(operand)...};
  }
}

template <dtype To, class Operand> constexpr auto apply_cast(Operand const& operand) {
  if constexpr (traced_operand<Operand>) {
    return cast(traced(operand), To);
  } else {
    return cast_node<To, leaf<Operand>>{make_leaf(operand)};
  }
}

template <dtype To, class Operand> constexpr auto apply_saturated(Operand const& operand) {
  if constexpr (traced_operand<Operand>) {
    return saturated(traced(operand), To);
  } else {
    return cast_node<To, leaf<Operand>, true>{make_leaf(operand)};
  }
}

/// max(a, 0), where the 0 has the element type of a and is part of the type.
template <class Operand> constexpr auto apply_relu(Operand const& operand) {
  if constexpr (traced_operand<Operand>) {
    return binary(opcode::max, traced(operand), traced(0));
  } else {
    return op_node<opcode::max, leaf<Operand>, zero_leaf>{make_leaf(operand), zero_leaf{}};
  }
}

/// The operand itself.
template <class Operand> constexpr auto keep(Operand const& operand) {
  if constexpr (traced_operand<Operand>) {
    return traced(operand);
  } else {
    return operand;
  }
}

}  // namespace ashlar::expr

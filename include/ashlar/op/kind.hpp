// SPDX-License-Identifier: Apache-2.0
//
// op/kind: the operators, one form of each, and what is known of every one.
//
//   relu .. clip      one operand, element by element
//   add .. maximum    two operands, element by element, broadcast as ONNX and numpy do
//   conv .. gather    the rest; the layout of their attributes stands in graph/attributes
//   invariants        the table is in the order of the enumeration
#pragma once

#include <cstdint>
#include <string_view>

namespace ashlar::op {

enum class op_kind : std::uint8_t {
  relu,
  leaky_relu,
  elu,
  sigmoid,
  tanh,
  exp,
  log,
  sqrt,
  abs,
  neg,
  reciprocal,
  floor,
  ceil,
  round,
  erf,
  sin,
  cos,
  softplus,
  sign,
  clip,
  cast,
  add,
  sub,
  mul,
  div,
  pow,
  minimum,
  maximum,
  conv,
  max_pool,
  average_pool,
  matmul,
  softmax,
  reduce_sum,
  reduce_mean,
  reduce_max,
  reduce_min,
  reduce_prod,
  arg_max,
  arg_min,
  reshape,
  transpose,
  expand,
  concat,
  slice,
  pad,
  gather,
};

enum class op_class : std::uint8_t { unary, binary, window, matrix, normalise, reduce, arg, move };

struct op_traits {
  op_kind kind;
  std::string_view name;
  op_class of;
  std::int8_t least_inputs;
  std::int8_t most_inputs;  // -1: any number
  bool floating;            // defined on floating-point elements only
};

inline constexpr op_traits op_table[] = {
    {op_kind::relu, "relu", op_class::unary, 1, 1, false},
    {op_kind::leaky_relu, "leaky_relu", op_class::unary, 1, 1, true},
    {op_kind::elu, "elu", op_class::unary, 1, 1, true},
    {op_kind::sigmoid, "sigmoid", op_class::unary, 1, 1, true},
    {op_kind::tanh, "tanh", op_class::unary, 1, 1, true},
    {op_kind::exp, "exp", op_class::unary, 1, 1, true},
    {op_kind::log, "log", op_class::unary, 1, 1, true},
    {op_kind::sqrt, "sqrt", op_class::unary, 1, 1, true},
    {op_kind::abs, "abs", op_class::unary, 1, 1, false},
    {op_kind::neg, "neg", op_class::unary, 1, 1, false},
    {op_kind::reciprocal, "reciprocal", op_class::unary, 1, 1, true},
    {op_kind::floor, "floor", op_class::unary, 1, 1, true},
    {op_kind::ceil, "ceil", op_class::unary, 1, 1, true},
    {op_kind::round, "round", op_class::unary, 1, 1, true},
    {op_kind::erf, "erf", op_class::unary, 1, 1, true},
    {op_kind::sin, "sin", op_class::unary, 1, 1, true},
    {op_kind::cos, "cos", op_class::unary, 1, 1, true},
    {op_kind::softplus, "softplus", op_class::unary, 1, 1, true},
    {op_kind::sign, "sign", op_class::unary, 1, 1, false},
    {op_kind::clip, "clip", op_class::unary, 1, 1, false},
    {op_kind::cast, "cast", op_class::unary, 1, 1, false},
    {op_kind::add, "add", op_class::binary, 2, 2, false},
    {op_kind::sub, "sub", op_class::binary, 2, 2, false},
    {op_kind::mul, "mul", op_class::binary, 2, 2, false},
    {op_kind::div, "div", op_class::binary, 2, 2, false},
    {op_kind::pow, "pow", op_class::binary, 2, 2, false},
    {op_kind::minimum, "minimum", op_class::binary, 2, 2, false},
    {op_kind::maximum, "maximum", op_class::binary, 2, 2, false},
    {op_kind::conv, "conv", op_class::window, 2, 2, true},
    {op_kind::max_pool, "max_pool", op_class::window, 1, 1, false},
    {op_kind::average_pool, "average_pool", op_class::window, 1, 1, true},
    {op_kind::matmul, "matmul", op_class::matrix, 2, 2, false},
    {op_kind::softmax, "softmax", op_class::normalise, 1, 1, true},
    {op_kind::reduce_sum, "reduce_sum", op_class::reduce, 1, 1, false},
    {op_kind::reduce_mean, "reduce_mean", op_class::reduce, 1, 1, false},
    {op_kind::reduce_max, "reduce_max", op_class::reduce, 1, 1, false},
    {op_kind::reduce_min, "reduce_min", op_class::reduce, 1, 1, false},
    {op_kind::reduce_prod, "reduce_prod", op_class::reduce, 1, 1, false},
    {op_kind::arg_max, "arg_max", op_class::arg, 1, 1, false},
    {op_kind::arg_min, "arg_min", op_class::arg, 1, 1, false},
    {op_kind::reshape, "reshape", op_class::move, 1, 1, false},
    {op_kind::transpose, "transpose", op_class::move, 1, 1, false},
    {op_kind::expand, "expand", op_class::move, 1, 1, false},
    {op_kind::concat, "concat", op_class::move, 1, -1, false},
    {op_kind::slice, "slice", op_class::move, 1, 1, false},
    {op_kind::pad, "pad", op_class::move, 1, 1, false},
    {op_kind::gather, "gather", op_class::move, 2, 2, false},
};

inline constexpr int op_count = static_cast<int>(sizeof(op_table) / sizeof(op_table[0]));

constexpr auto traits_of(op_kind k) -> op_traits const& { return op_table[static_cast<int>(k)]; }

constexpr auto is_element_wise(op_kind k) -> bool {
  auto const of = traits_of(k).of;
  return of == op_class::unary || of == op_class::binary;
}

namespace kind_impl {
constexpr auto table_is_in_order() -> bool {
  for (int i = 0; i < op_count; ++i) {
    if (static_cast<int>(op_table[i].kind) != i) return false;
  }
  return true;
}
static_assert(table_is_in_order());
}  // namespace kind_impl

}  // namespace ashlar::op

// SPDX-License-Identifier: Apache-2.0
//
// tir/opcode: the operations of a value, their names and their operands, as one table.
//
//   constant     bits                         accumulator  a: component of the running reduction
//   index        a: a sum (an i64)            incoming     a: component that is being combined
//   load         a: access, b: the value      in_range     a: a sum; true where it is >= 0
//                                             reduce_lanes a: a value, b: the axis of the
//                   outside, or -1 for 0                   lanes, c: how many; bits: opcode
//   unary        a                            call         a, b: arguments; bits: key of a functor
//   binary       a, b
//   select       a ? b : c                    fma          a * b + c, rounded once where it can
//
//   semantics    floats as IEEE 754, functions with the special values of C Annex F; integers wrap;
//                integer division truncates, and x / 0 is 0; float to integer truncates, saturates,
//                and takes NaN to 0; comparisons give bool; the second operand of a shift is a
//                constant, 0 to one less than the bits of the type, and >> keeps the sign
#pragma once

#include <cstdint>
#include <string_view>

namespace ashlar::tir {

enum class opcode : std::uint8_t {
  constant,
  index,
  load,
  cast,
  neg,
  abs,
  sqrt,
  rsqrt,
  exp,
  log,
  tanh,
  sigmoid,
  erf,
  sin,
  cos,
  floor,
  ceil,
  round,
  logical_not,
  bit_not,
  add,
  sub,
  mul,
  div,
  rem,
  bit_and,
  bit_or,
  bit_xor,
  shift_left,
  shift_right,
  min,
  max,
  pow,
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  logical_and,
  logical_or,
  select,
  fma,
  accumulator,
  incoming,
  in_range,
  reduce_lanes,
  call,
};

inline constexpr int opcode_count = 48;

struct opcode_row {
  opcode op;
  std::string_view name;
  std::int8_t operands;  // how many of a, b, c are values
};

inline constexpr opcode_row opcode_table[opcode_count] = {
    {opcode::constant, "constant", 0},
    {opcode::index, "index", 0},
    {opcode::load, "load", 0},
    {opcode::cast, "cast", 1},
    {opcode::neg, "neg", 1},
    {opcode::abs, "abs", 1},
    {opcode::sqrt, "sqrt", 1},
    {opcode::rsqrt, "rsqrt", 1},
    {opcode::exp, "exp", 1},
    {opcode::log, "log", 1},
    {opcode::tanh, "tanh", 1},
    {opcode::sigmoid, "sigmoid", 1},
    {opcode::erf, "erf", 1},
    {opcode::sin, "sin", 1},
    {opcode::cos, "cos", 1},
    {opcode::floor, "floor", 1},
    {opcode::ceil, "ceil", 1},
    {opcode::round, "round", 1},
    {opcode::logical_not, "not", 1},
    {opcode::bit_not, "~", 1},
    {opcode::add, "+", 2},
    {opcode::sub, "-", 2},
    {opcode::mul, "*", 2},
    {opcode::div, "/", 2},
    {opcode::rem, "%", 2},
    {opcode::bit_and, "&", 2},
    {opcode::bit_or, "|", 2},
    {opcode::bit_xor, "^", 2},
    {opcode::shift_left, "<<", 2},
    {opcode::shift_right, ">>", 2},
    {opcode::min, "min", 2},
    {opcode::max, "max", 2},
    {opcode::pow, "pow", 2},
    {opcode::eq, "==", 2},
    {opcode::ne, "!=", 2},
    {opcode::lt, "<", 2},
    {opcode::le, "<=", 2},
    {opcode::gt, ">", 2},
    {opcode::ge, ">=", 2},
    {opcode::logical_and, "and", 2},
    {opcode::logical_or, "or", 2},
    {opcode::select, "select", 3},
    {opcode::fma, "fma", 3},
    {opcode::accumulator, "accumulator", 0},
    {opcode::incoming, "incoming", 0},
    {opcode::in_range, "in_range", 0},
    {opcode::reduce_lanes, "reduce_lanes", 1},
    {opcode::call, "call", 2},
};

constexpr auto row_of(opcode op) -> opcode_row const& { return opcode_table[static_cast<int>(op)]; }
constexpr auto name_of(opcode op) -> std::string_view { return row_of(op).name; }
/// How many of a, b and c are handles of values.
constexpr auto operand_count(opcode op) -> int { return row_of(op).operands; }
constexpr auto is_comparison(opcode op) -> bool { return op >= opcode::eq && op <= opcode::ge; }
/// Operations on the bits of integers, of one operand or two.
constexpr auto is_bitwise(opcode op) -> bool {
  return op == opcode::bit_not || (op >= opcode::bit_and && op <= opcode::shift_right);
}
constexpr auto is_shift(opcode op) -> bool {
  return op == opcode::shift_left || op == opcode::shift_right;
}
constexpr auto is_infix(opcode op) -> bool {
  return (op >= opcode::add && op <= opcode::shift_right) || is_comparison(op) ||
         op == opcode::logical_and || op == opcode::logical_or;
}

static_assert([] {
  for (int i = 0; i < opcode_count; ++i) {
    if (static_cast<int>(opcode_table[i].op) != i) return false;
  }
  return true;
}());

}  // namespace ashlar::tir

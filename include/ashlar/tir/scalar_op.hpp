// SPDX-License-Identifier: Apache-2.0
//
// tir/scalar_op: what each operation of tir/opcode does to scalars. This is the definition which
// every backend is compared with.
//
//   takes       an opcode whose operands are values, the type of the result, and the operands
//   returns     the result; a scalar of type `none` where the operation has no meaning for the type
//   floats      IEEE 754 in the type itself: every result is rounded to it, f16 and bf16 by way of
//               float. min and max give NaN if either operand is one, and order -0 below +0
//   integers    wrap as two's complement; x / 0 is 0 and x % 0 is x; division truncates; bits
//               shifted out are lost, those shifted in are 0, or the sign on the right
//   bool        comparison, logical operations and select; false is below true
#pragma once

#include <ashlar/tir/math.hpp>
#include <ashlar/tir/opcode.hpp>
#include <ashlar/tir/scalar.hpp>

namespace ashlar::tir {

namespace scalar_op_impl {

// Integers are computed here: at least 32 bits, so that nothing is promoted to a signed type.
template <class T>
using wrapping =
    std::conditional_t<(sizeof(T) < 4), std::uint32_t,
                       std::make_unsigned_t<std::conditional_t<std::is_same_v<T, bool>, int, T>>>;

template <class T> constexpr auto divide(T a, T b) -> T {
  if (b == T{0}) return T{0};
  if constexpr (std::is_signed_v<T>) {
    if (b == T{-1}) return static_cast<T>(wrapping<T>{0} - static_cast<wrapping<T>>(a));
  }
  return static_cast<T>(a / b);
}

template <class T> constexpr auto is_negative(T a) -> bool {
  if constexpr (std::is_signed_v<T>)
    return a < T{0};
  else
    return false;
}

template <class T> constexpr auto compare(opcode op, T a, T b) -> bool {
  switch (op) {
    case opcode::eq: return a == b;
    case opcode::ne: return a != b;
    case opcode::lt: return a < b;
    case opcode::le: return a <= b;
    case opcode::gt: return a > b;
    default: return a >= b;
  }
}

template <class T> constexpr auto float_function(opcode op, T a) -> scalar {
  switch (op) {
    case opcode::neg: return to_scalar(-a);
    case opcode::abs: return to_scalar(math::abs(a));
    case opcode::sqrt: return to_scalar(math::sqrt(a));
    case opcode::rsqrt: return to_scalar(T{1} / math::sqrt(a));
    case opcode::exp: return to_scalar(std::exp(a));
    case opcode::log: return to_scalar(std::log(a));
    case opcode::tanh: return to_scalar(std::tanh(a));
    case opcode::sigmoid: return to_scalar(T{1} / (T{1} + std::exp(-a)));
    case opcode::erf: return to_scalar(std::erf(a));
    case opcode::sin: return to_scalar(std::sin(a));
    case opcode::cos: return to_scalar(std::cos(a));
    case opcode::floor: return to_scalar(math::floor(a));
    case opcode::ceil: return to_scalar(math::ceil(a));
    case opcode::round: return to_scalar(math::round_even(a));
    default: return {};
  }
}

template <class T> constexpr auto float_arithmetic(opcode op, T a, T b, T c) -> scalar {
  switch (op) {
    case opcode::add: return to_scalar(a + b);
    case opcode::sub: return to_scalar(a - b);
    case opcode::mul: return to_scalar(a * b);
    case opcode::div: return to_scalar(math::divide(a, b));
    case opcode::rem: return to_scalar(math::fmod(a, b));
    case opcode::min: return to_scalar(math::minimum(a, b));
    case opcode::max: return to_scalar(math::maximum(a, b));
    case opcode::pow: return to_scalar(std::pow(a, b));
    case opcode::fma: return to_scalar(math::fma(a, b, c));
    default: return float_function(op, a);
  }
}

// By more bits than there are, all are gone.
template <class T> constexpr auto shifted(opcode op, T a, wrapping<T> by) -> scalar {
  bool const is_gone = by >= 8 * sizeof(T);
  T const rest = op == opcode::shift_right && is_negative(a) ? static_cast<T>(-1) : T{0};
  if (is_gone) return to_scalar(rest);
  if (op == opcode::shift_right) return to_scalar(static_cast<T>(a >> by));
  return to_scalar(static_cast<T>(static_cast<wrapping<T>>(a) << by));
}

template <class T> constexpr auto integer_arithmetic(opcode op, T a, T b, T c) -> scalar {
  auto const x = static_cast<wrapping<T>>(a);
  auto const y = static_cast<wrapping<T>>(b);
  auto const wrapped = [](wrapping<T> v) { return to_scalar(static_cast<T>(v)); };
  switch (op) {
    case opcode::neg: return wrapped(wrapping<T>{0} - x);
    case opcode::abs: return wrapped(is_negative(a) ? wrapping<T>{0} - x : x);
    case opcode::add: return wrapped(x + y);
    case opcode::sub: return wrapped(x - y);
    case opcode::mul: return wrapped(x * y);
    case opcode::div: return to_scalar(divide(a, b));
    case opcode::rem: return wrapped(x - static_cast<wrapping<T>>(divide(a, b)) * y);
    case opcode::bit_and: return wrapped(x & y);
    case opcode::bit_or: return wrapped(x | y);
    case opcode::bit_xor: return wrapped(x ^ y);
    case opcode::bit_not: return wrapped(~x);
    case opcode::shift_left:
    case opcode::shift_right: return shifted(op, a, y);
    case opcode::min: return to_scalar(b < a ? b : a);
    case opcode::max: return to_scalar(a < b ? b : a);
    case opcode::fma: return wrapped(x * y + static_cast<wrapping<T>>(c));
    default: return {};
  }
}

constexpr auto logical(opcode op, bool a, bool b) -> scalar {
  switch (op) {
    case opcode::logical_not: return to_scalar(!a);
    case opcode::logical_and: return to_scalar(a && b);
    case opcode::logical_or: return to_scalar(a || b);
    default: return {};
  }
}

}  // namespace scalar_op_impl

/// The result of an operation on operands of one type; those it does not have are ignored.
constexpr auto apply(opcode op, dtype type, scalar a, scalar b = {}, scalar c = {}) -> scalar {
  namespace impl = scalar_op_impl;
  if (op == opcode::cast) return convert(a, type);
  if (op == opcode::select) return get<bool>(a) ? b : c;
  scalar const x = widened(a);
  scalar const y = widened(b);
  scalar const z = widened(c);
  auto const result = with_type(a.type, [&]<class T>() {
    if (is_comparison(op)) return to_scalar(impl::compare(op, get<T>(x), get<T>(y)));
    if constexpr (std::is_same_v<T, bool>) {
      return impl::logical(op, get<bool>(x), get<bool>(y));
    } else if constexpr (std::is_floating_point_v<T>) {
      return impl::float_arithmetic(op, get<T>(x), get<T>(y), get<T>(z));
    } else {
      return impl::integer_arithmetic(op, get<T>(x), get<T>(y), get<T>(z));
    }
  });
  return narrowed(result, type);
}

}  // namespace ashlar::tir

// SPDX-License-Identifier: Apache-2.0
//
// expr/ops: the operators and functions on values, the same for a kernel and for an expression on
// the spot.
//
//   takes       values: elements of tensors, numbers, and axes (as an i64)
//   returns     a value of one type throughout; functions are found by their arguments, and as
//               ash::name
//   traps       && and || compute both sides; min and max over an axis first are reductions
//   errors      those of expr/arithmetic
#pragma once

#include <ashlar/expr/apply.hpp>

namespace ashlar {

template <class A, class B>
  requires expr::operands<A, B>
constexpr auto operator+(A const& a, B const& b) {
  return expr::apply<tir::opcode::add>(a, b);
}
template <class A, class B>
  requires expr::operands<A, B>
constexpr auto operator-(A const& a, B const& b) {
  return expr::apply<tir::opcode::sub>(a, b);
}
template <class A, class B>
  requires expr::operands<A, B>
constexpr auto operator*(A const& a, B const& b) {
  return expr::apply<tir::opcode::mul>(a, b);
}
template <class A, class B>
  requires expr::operands<A, B>
constexpr auto operator/(A const& a, B const& b) {
  return expr::apply<tir::opcode::div>(a, b);
}
/// The remainder of a division that truncates; of integers.
template <class A, class B>
  requires expr::operands<A, B>
constexpr auto operator%(A const& a, B const& b) {
  return expr::apply<tir::opcode::rem>(a, b);
}
// Operations on the bits of integers; of truth values &, | and ^ are and, or, and !=. An axis has
// them, too: i & 1 is a value, and so an index that is not looked into.
template <class A, class B>
  requires expr::functional<A, B>
constexpr auto operator&(A const& a, B const& b) {
  return expr::apply<tir::opcode::bit_and>(a, b);
}
template <class A, class B>
  requires expr::functional<A, B>
constexpr auto operator|(A const& a, B const& b) {
  return expr::apply<tir::opcode::bit_or>(a, b);
}
template <class A, class B>
  requires expr::functional<A, B>
constexpr auto operator^(A const& a, B const& b) {
  return expr::apply<tir::opcode::bit_xor>(a, b);
}
template <class A>
  requires expr::functional<A>
constexpr auto operator~(A const& a) {
  return expr::apply<tir::opcode::bit_not>(a);
}
/// By a constant number of bits, fewer than there are.
template <class A, class B>
  requires expr::functional<A, B>
constexpr auto operator<<(A const& a, B const& b) {
  return expr::apply<tir::opcode::shift_left>(a, b);
}
/// The same; what is shifted in is the sign, and 0 of integers without one.
template <class A, class B>
  requires expr::functional<A, B>
constexpr auto operator>>(A const& a, B const& b) {
  return expr::apply<tir::opcode::shift_right>(a, b);
}
template <expr::active A> constexpr auto operator-(A const& a) {
  return expr::apply<tir::opcode::neg>(a);
}
template <expr::active A> constexpr auto operator+(A const& a) { return expr::keep(a); }

template <class A, class B>
  requires expr::comparable<A, B>
constexpr auto operator==(A const& a, B const& b) {
  return expr::apply<tir::opcode::eq>(a, b);
}
template <class A, class B>
  requires expr::comparable<A, B>
constexpr auto operator!=(A const& a, B const& b) {
  return expr::apply<tir::opcode::ne>(a, b);
}
template <class A, class B>
  requires expr::comparable<A, B>
constexpr auto operator<(A const& a, B const& b) {
  return expr::apply<tir::opcode::lt>(a, b);
}
template <class A, class B>
  requires expr::comparable<A, B>
constexpr auto operator<=(A const& a, B const& b) {
  return expr::apply<tir::opcode::le>(a, b);
}
template <class A, class B>
  requires expr::comparable<A, B>
constexpr auto operator>(A const& a, B const& b) {
  return expr::apply<tir::opcode::gt>(a, b);
}
template <class A, class B>
  requires expr::comparable<A, B>
constexpr auto operator>=(A const& a, B const& b) {
  return expr::apply<tir::opcode::ge>(a, b);
}

template <class A, class B>
  requires expr::operands<A, B>
constexpr auto operator&&(A const& a, B const& b) {
  return expr::apply<tir::opcode::logical_and>(a, b);
}
template <class A, class B>
  requires expr::operands<A, B>
constexpr auto operator||(A const& a, B const& b) {
  return expr::apply<tir::opcode::logical_or>(a, b);
}
template <expr::active A> constexpr auto operator!(A const& a) {
  return expr::apply<tir::opcode::logical_not>(a);
}

/// condition ? a : b, where both are computed.
template <class C, class A, class B>
  requires expr::functional<C, A, B>
constexpr auto select(C const& condition, A const& a, B const& b) {
  return expr::apply<tir::opcode::select>(condition, a, b);
}
/// a * b + c, rounded once where the machine can.
template <class A, class B, class C>
  requires expr::functional<A, B, C>
constexpr auto fma(A const& a, B const& b, C const& c) {
  return expr::apply<tir::opcode::fma>(a, b, c);
}
/// The value as a T. A float becomes an integer towards zero, saturated, and 0 for NaN; an integer
/// keeps its low bits; a narrower float is the nearest.
template <class T, class A>
  requires expr::functional<A>
constexpr auto cast(A const& a) {
  return expr::apply_cast<dtype_of<T>>(a);
}

/// The value as a T, or the nearest that a T can be; of floats the greatest that is finite.
template <class T, class A>
  requires expr::functional<A>
constexpr auto saturate_cast(A const& a) {
  return expr::apply_saturated<dtype_of<T>>(a);
}

template <class A>
  requires expr::functional<A>
constexpr auto abs(A const& a) {
  return expr::apply<tir::opcode::abs>(a);
}
template <class A>
  requires expr::functional<A>
constexpr auto sqrt(A const& a) {
  return expr::apply<tir::opcode::sqrt>(a);
}
/// 1 / sqrt(a).
template <class A>
  requires expr::functional<A>
constexpr auto rsqrt(A const& a) {
  return expr::apply<tir::opcode::rsqrt>(a);
}
template <class A>
  requires expr::functional<A>
constexpr auto exp(A const& a) {
  return expr::apply<tir::opcode::exp>(a);
}
template <class A>
  requires expr::functional<A>
constexpr auto log(A const& a) {
  return expr::apply<tir::opcode::log>(a);
}
template <class A>
  requires expr::functional<A>
constexpr auto tanh(A const& a) {
  return expr::apply<tir::opcode::tanh>(a);
}
/// 1 / (1 + exp(-a)).
template <class A>
  requires expr::functional<A>
constexpr auto sigmoid(A const& a) {
  return expr::apply<tir::opcode::sigmoid>(a);
}
template <class A>
  requires expr::functional<A>
constexpr auto erf(A const& a) {
  return expr::apply<tir::opcode::erf>(a);
}
template <class A>
  requires expr::functional<A>
constexpr auto sin(A const& a) {
  return expr::apply<tir::opcode::sin>(a);
}
template <class A>
  requires expr::functional<A>
constexpr auto cos(A const& a) {
  return expr::apply<tir::opcode::cos>(a);
}
template <class A>
  requires expr::functional<A>
constexpr auto floor(A const& a) {
  return expr::apply<tir::opcode::floor>(a);
}
template <class A>
  requires expr::functional<A>
constexpr auto ceil(A const& a) {
  return expr::apply<tir::opcode::ceil>(a);
}
/// The nearest integer; of two the even one.
template <class A>
  requires expr::functional<A>
constexpr auto round(A const& a) {
  return expr::apply<tir::opcode::round>(a);
}
template <class A, class B>
  requires expr::functional<A, B>
constexpr auto pow(A const& a, B const& b) {
  return expr::apply<tir::opcode::pow>(a, b);
}
// The names in parentheses survive function-like macros of the same name.
template <class A, class B>
  requires(expr::functional<A, B> && !axis_type<A>)
constexpr auto(min)(A const& a, B const& b) {
  return expr::apply<tir::opcode::min>(a, b);
}
template <class A, class B>
  requires(expr::functional<A, B> && !axis_type<A>)
constexpr auto(max)(A const& a, B const& b) {
  return expr::apply<tir::opcode::max>(a, b);
}

/// max(a, 0).
template <class A>
  requires expr::functional<A>
constexpr auto relu(A const& a) {
  return expr::apply_relu(a);
}
/// min(max(a, low), high).
template <class A, class B, class C>
  requires expr::functional<A, B, C>
constexpr auto clamp(A const& a, B const& low, C const& high) {
  return expr::apply<tir::opcode::min>(expr::apply<tir::opcode::max>(a, low), high);
}

}  // namespace ashlar

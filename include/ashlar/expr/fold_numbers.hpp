// SPDX-License-Identifier: Apache-2.0
//
// expr/fold_numbers: operations on numbers that have met no tensor, which are done at once.
//
//   ash::traced scale = 1;  scale = scale * 2;  m(i) = 3;  y(i) = x(i) * (m(i) + scale)
//
//   takes       literals
//   returns     a literal; or one that holds what is wrong, which it says where it is used
//   semantics   those of C++: integers are exact, and go on as a double where they leave 64 bits;
//               float with float is float; comparisons and logic give bool; division of floats and
//               min, max are as in tir/scalar_op
//   errors      E039 an integer divided by 0, E049 the remainder or the bits of floats, E054 a
//               shift by more than 63 bits, E074 a function
//   why         there is no recorder yet that could note the operation, or a fault, down
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/core/overflow.hpp>
#include <ashlar/expr/literal.hpp>
#include <ashlar/tir/scalar_op.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

using tir::opcode;

namespace fold_impl {

constexpr auto failed(diag::code why, opcode op) -> literal {
  return literal::failed(why, static_cast<int>(op));
}

constexpr auto as_double(literal const& v) -> double {
  return v.is_float() ? v.number() : literal_impl::integer_as_double(v);
}

constexpr auto of_floats(opcode op, double a, double b) -> double {
  return tir::value_of<double>(tir::apply(op, dtype::f64, tir::to_scalar(a), tir::to_scalar(b)));
}

// False where the result is no int64.
constexpr auto of_integers(opcode op, std::int64_t a, std::int64_t b, std::int64_t& r) -> bool {
  switch (op) {
    case opcode::add: return !add_wraps(a, b, r);
    case opcode::sub: return !subtract_wraps(a, b, r);
    case opcode::mul: return !multiply_wraps(a, b, r);
    case opcode::min: r = b < a ? b : a; return true;
    case opcode::max: r = a < b ? b : a; return true;
    default: break;
  }
  if (b == -1) return op == opcode::rem || !subtract_wraps(0, a, r);
  r = op == opcode::div ? a / b : a % b;
  return true;
}

constexpr auto compare(opcode op, auto a, auto b) -> bool {
  return tir::get<bool>(tir::apply(op, dtype::boolean, tir::to_scalar(a), tir::to_scalar(b)));
}

constexpr auto is_integer(literal const& v) -> bool {
  return v.kind == literal_kind::integer || v.kind == literal_kind::boolean;
}

// Float with float, or with an integer, is float where that holds it.
constexpr auto of_value(double v, bool is_single) -> literal {
  bool const fits = literal_impl::is_within(v, literal_impl::range_of(dtype::f32));
  return is_single && fits ? literal(static_cast<float>(v)) : literal(v);
}

constexpr auto has_function(opcode op) -> bool {
  return (op >= opcode::sqrt && op <= opcode::round) || op == opcode::pow;
}

// Numbers without a type have 64 bits, so a shift is never by more than a value has.
constexpr auto of_bits(opcode op, literal const& a, literal const& b) -> literal {
  if (a.is_float() || b.is_float()) return failed(diag::code::needs_integer, op);
  bool const is_outside = b.kind == literal_kind::natural || b.bits < 0 || b.bits > 63;
  if (tir::is_shift(op) && is_outside) return failed(diag::code::bad_shift, op);
  bool const is_boolean = a.kind == literal_kind::boolean && b.kind == literal_kind::boolean;
  bool const is_natural =
      a.kind == literal_kind::natural || (b.kind == literal_kind::natural && !tir::is_shift(op));
  auto const apply = [op]<class T>(T x, T y) {
    return tir::get<T>(tir::apply(op, dtype_of<T>, tir::to_scalar(x), tir::to_scalar(y)));
  };
  if (is_natural) {
    return literal(apply(static_cast<std::uint64_t>(a.bits), static_cast<std::uint64_t>(b.bits)));
  }
  auto const r = apply(a.bits, b.bits);
  return is_boolean && !tir::is_shift(op) ? literal(r != 0) : literal(r);
}

constexpr auto arithmetic(opcode op, literal const& a, literal const& b) -> literal {
  bool const is_division = op == opcode::div || op == opcode::rem;
  bool const has_float = a.is_float() || b.is_float();
  if (op == opcode::rem && has_float) return failed(diag::code::needs_integer, op);
  if (is_division && !has_float && b.bits == 0) return failed(diag::code::zero_divisor, op);
  std::int64_t exact = 0;
  if (is_integer(a) && is_integer(b) && of_integers(op, a.bits, b.bits, exact)) {
    return literal(exact);
  }
  if (op == opcode::rem) return failed(diag::code::inexact_constant, op);
  bool const is_single = has_float && a.kind != literal_kind::real && b.kind != literal_kind::real;
  return of_value(of_floats(op, as_double(a), as_double(b)), is_single);
}

}  // namespace fold_impl

/// op a.
constexpr auto fold_numbers(opcode op, literal const& a) -> literal {
  namespace impl = fold_impl;
  if (a.is_fault()) return a;
  if (op == opcode::logical_not) return literal(!is_true(a));
  if (op == opcode::bit_not) return impl::of_bits(opcode::bit_xor, a, literal(-1));
  if (op != opcode::neg && op != opcode::abs) return impl::failed(diag::code::number_function, op);
  if (!a.is_float()) {
    bool const is_kept = op == opcode::abs && (a.kind == literal_kind::natural || a.bits >= 0);
    return is_kept ? a : impl::arithmetic(opcode::sub, literal(0), a);
  }
  bool const turns = op == opcode::neg || tir::math::sign_bit(a.number());
  return impl::of_value(turns ? -a.number() : a.number(), a.kind == literal_kind::single);
}

/// a op b.
constexpr auto fold_numbers(opcode op, literal const& a, literal const& b) -> literal {
  namespace impl = fold_impl;
  if (a.is_fault()) return a;
  if (b.is_fault()) return b;
  if (impl::has_function(op)) return impl::failed(diag::code::number_function, op);
  if (op == opcode::logical_and) return literal(is_true(a) && is_true(b));
  if (op == opcode::logical_or) return literal(is_true(a) || is_true(b));
  if (tir::is_bitwise(op)) return impl::of_bits(op, a, b);
  if (!tir::is_comparison(op)) return impl::arithmetic(op, a, b);
  bool const exact = impl::is_integer(a) && impl::is_integer(b);
  return literal(exact ? impl::compare(op, a.bits, b.bits)
                       : impl::compare(op, impl::as_double(a), impl::as_double(b)));
}

/// The number as one of the element type d, as a cast of tensor elements gives it.
constexpr auto cast_number(literal const& v, dtype d) -> literal {
  if (v.is_fault()) return v;
  if (d == dtype::none) return failed(misfit_kind::target);
  if (d == dtype::boolean) return literal(is_true(v));
  bool const is_natural = v.kind == literal_kind::natural;
  auto const from = v.is_float() ? tir::to_scalar(v.number())
                    : is_natural ? tir::to_scalar(static_cast<std::uint64_t>(v.bits))
                                 : tir::to_scalar(v.bits);
  auto const to = tir::convert(from, d);
  if (d == dtype::f64) return literal(tir::value_of<double>(to));
  if (is_float(d)) return literal(tir::value_of<float>(to));
  return d == dtype::u64 ? literal(tir::value_of<std::uint64_t>(to))
                         : literal(tir::value_of<std::int64_t>(to));
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

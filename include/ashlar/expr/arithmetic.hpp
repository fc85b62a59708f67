// SPDX-License-Identifier: Apache-2.0
//
// expr/arithmetic: the operations on recorded values, with the rules of their element types.
//
//   takes       values of one element type; a number takes the type of its neighbour
//   returns     a value; after a fault one that every further operation ignores
//   errors      E037 two types, E038 arithmetic on bool, E039 an integer divided by the constant
//               0, E048 a function of floats on integers, E049 the remainder or the bits of floats,
//               E054 a shift by no constant, or by more bits than there are
#pragma once

#include <ashlar/expr/fold_numbers.hpp>
#include <ashlar/expr/traced.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

/// What a message says of the numbers of an integer type.
constexpr auto may_be(dtype d) -> text<40> {
  text<40> t{};
  t << ", which may be ";
  if (is_signed(d)) return t << least_of(d);
  return t << greatest_text(d);
}

namespace arithmetic_impl {

constexpr auto needs_float(opcode op) -> bool {
  return (op >= opcode::sqrt && op <= opcode::round) || op == opcode::pow;
}
constexpr auto takes_bool(opcode op) -> bool {
  return op == opcode::eq || op == opcode::ne || op == opcode::logical_and ||
         op == opcode::logical_or || op == opcode::logical_not;
}
constexpr auto needs_bool(opcode op) -> bool {
  return op == opcode::logical_and || op == opcode::logical_or || op == opcode::logical_not;
}

// Of two integers one has a sign; C++ would convert it, and -1 would be a large number.
constexpr void fail_signs(recorder& r, opcode op, traced const& a, traced const& b) {
  bool const is_wide = bytes_of(a.type()) == 8 || bytes_of(b.type()) == 8;
  r.fail(diag::code::mixed_signs, diag::message{}
                                      << name_of(op) << " of " << describe(a) << may_be(a.type())
                                      << ", and " << describe(b) << may_be(b.type()) << "; write "
                                      << (is_wide ? "ash::cast<T>(...) around one of them"
                                                  : "ash::cast<std::int64_t>(...) around both"));
}

constexpr void fail_types(recorder& r, opcode op, traced const& a, traced const& b) {
  bool const are_integers = is_integer(a.type()) && is_integer(b.type());
  if (are_integers && is_signed(a.type()) != is_signed(b.type())) return fail_signs(r, op, a, b);
  r.fail(diag::code::mixed_types,
         diag::message{} << name_of(op) << " of " << describe(a) << " and " << describe(b)
                         << "; write ash::cast<T>(...) around one of them");
}

// True where the element type suits the operation.
constexpr auto check_type(recorder& r, opcode op, traced const& a) -> bool {
  dtype const d = a.type();
  if (needs_bool(op) && d != dtype::boolean) {
    r.fail(diag::code::mixed_types, diag::message{} << name_of(op) << " of " << describe(a)
                                                    << ", which is not bool; compare it, as in "
                                                       "x(i) != 0");
  } else if (d == dtype::boolean && !takes_bool(op)) {
    r.fail(diag::code::bool_arithmetic,
           diag::message{} << name_of(op) << " of " << describe(a)
                           << "; write ash::select(..., 1, 0) or ash::cast<int>(...)");
  } else if (needs_float(op) && !is_float(d)) {
    r.fail(diag::code::needs_float, diag::message{} << name_of(op) << " of " << describe(a)
                                                    << "; write ash::cast<float>(...)");
  } else if (tir::is_bitwise(op) && is_float(d)) {
    r.fail(diag::code::needs_integer,
           diag::message{} << name_of(op) << " of " << describe(a)
                           << "; bits are those of integers, write ash::cast<std::int32_t>(...)");
  } else if (op == opcode::rem && is_float(d)) {
    r.fail(diag::code::needs_integer, diag::message{}
                                          << "the remainder of " << describe(a)
                                          << "; write a - ash::floor(a / b) * b for floats");
  }
  return r.ok();
}

constexpr auto check_divisor(recorder& r, opcode op, traced const& b) -> bool {
  auto const& e = r.values[b.node].e;
  bool const zero = e.op == opcode::constant && e.bits == 0 && !is_float(e.type);
  if ((op == opcode::div || op == opcode::rem) && zero) {
    r.fail(diag::code::zero_divisor, diag::message{}
                                         << "integers of " << name_of(e.type)
                                         << " are divided by the constant 0; divide by 1 or more");
  }
  return r.ok();
}

// A shift is by a constant, since machines differ in what they make of more bits than there are.
constexpr auto check_shift(recorder& r, opcode op, traced const& a, traced const& b) -> bool {
  if (!tir::is_shift(op)) return true;
  auto const& by = r.values[b.node].e;
  int const bits = 8 * bytes_of(a.type());
  bool const is_inside = by.bits >= 0 && by.bits < bits;
  if (by.op == opcode::constant && is_inside) return true;
  auto m = diag::message{} << describe(a) << ' ' << name_of(op) << ' ';
  if (by.op == opcode::constant) {
    m << by.bits << ": write a number of bits from 0 to " << bits - 1;
  } else {
    m << describe(b) << ": the number of bits is not known while compiling; write one from 0 to "
      << bits - 1 << ", on the spot as ash::c<1>";
  }
  r.fail(diag::code::bad_shift, m);
  return false;
}

// Of truth values these are other operations.
constexpr auto of_truth(opcode op) -> opcode {
  if (op == opcode::bit_and) return opcode::logical_and;
  if (op == opcode::bit_or) return opcode::logical_or;
  return op == opcode::bit_xor ? opcode::ne : op;
}

constexpr auto result_type(opcode op, dtype d) -> dtype {
  return tir::is_comparison(op) ? dtype::boolean : d;
}

}  // namespace arithmetic_impl

constexpr auto unary(opcode op, traced const& a) -> traced {
  recorder* const r = recorder_of(a);
  if (r == nullptr) return a.is_number() ? traced::of(fold_numbers(op, a.number)) : a;
  if (!r->ok() || !arithmetic_impl::check_type(*r, op, a)) return nothing(*r);
  return traced(*r, r->add(tir::expr{.op = op, .type = a.type(), .a = a.node}));
}

constexpr auto binary(opcode op, traced const& left, traced const& right) -> traced {
  recorder* const r = recorder_of(left, right);
  if (r == nullptr) {
    if (!left.is_number()) return left;
    return right.is_number() ? traced::of(fold_numbers(op, left.number, right.number)) : right;
  }
  traced const a = bind(*r, left, right.type());
  traced const b = bind(*r, right, left.type());
  if (!r->ok()) return nothing(*r);
  if (a.type() != b.type()) arithmetic_impl::fail_types(*r, op, a, b);
  if (a.type() == dtype::boolean) op = arithmetic_impl::of_truth(op);
  if (!r->ok() || !arithmetic_impl::check_type(*r, op, a)) return nothing(*r);
  if (!arithmetic_impl::check_divisor(*r, op, b)) return nothing(*r);
  if (!arithmetic_impl::check_shift(*r, op, a, b)) return nothing(*r);
  dtype const d = arithmetic_impl::result_type(op, a.type());
  return traced(*r, r->add(tir::expr{.op = op, .type = d, .a = a.node, .b = b.node}));
}

namespace arithmetic_impl {

// True for numbers, and choices among them.
constexpr auto is_weak(traced const& v) -> bool {
  return v.is_number() || (v.node >= 0 && v.rec->values[v.node].is_weak);
}

// The element type of a choice: that of the side which has one; of two numbers a fraction decides.
constexpr auto chosen_type(traced const& a, traced const& b) -> dtype {
  if (!is_weak(a)) return a.type();
  if (!is_weak(b)) return b.type();
  dtype const x = a.is_number() ? a.number.natural_type() : a.type();
  dtype const y = b.is_number() ? b.number.natural_type() : b.type();
  return is_float(x) ? x : y;
}

}  // namespace arithmetic_impl

/// c ? a : b, where both are computed.
constexpr auto select(traced const& c, traced const& left, traced const& right) -> traced {
  using namespace arithmetic_impl;
  recorder* const r = recorder_of(c, left, right);
  if (r == nullptr) {
    bool const is_known = c.is_number() && !c.number.is_fault();
    return !is_known ? c : is_true(c.number) ? left : right;
  }
  traced const condition = bind(*r, c, dtype::boolean);
  if (!r->ok()) return nothing(*r);
  dtype const d = chosen_type(left, right);
  bool const weak = is_weak(left) && is_weak(right);
  traced const a = bind(*r, left, d);
  traced const b = bind(*r, right, d);
  if (!r->ok()) return nothing(*r);
  if (condition.type() != dtype::boolean) {
    r->fail(diag::code::mixed_types, diag::message{} << "the condition of select is "
                                                     << describe(condition)
                                                     << ", not bool; compare it, as in x(i) != 0");
    return nothing(*r);
  }
  if (a.type() != b.type()) {
    fail_types(*r, opcode::select, a, b);
    return nothing(*r);
  }
  handle const made = r->add(
      tir::expr{.op = opcode::select, .type = d, .a = condition.node, .b = a.node, .c = b.node});
  r->values[made].is_weak = weak;
  return traced(*r, made);
}

/// a * b + c in one step.
constexpr auto fused(traced const& x, traced const& y, traced const& z) -> traced {
  recorder* const r = recorder_of(x, y, z);
  if (r == nullptr) return binary(opcode::add, binary(opcode::mul, x, y), z);
  dtype const d = !x.is_number() ? x.type() : !y.is_number() ? y.type() : z.type();
  traced const a = bind(*r, x, d);
  traced const b = bind(*r, y, d);
  traced const c = bind(*r, z, d);
  if (!r->ok()) return nothing(*r);
  if (a.type() != b.type()) arithmetic_impl::fail_types(*r, opcode::fma, a, b);
  if (a.type() != c.type()) arithmetic_impl::fail_types(*r, opcode::fma, a, c);
  if (!r->ok() || !arithmetic_impl::check_type(*r, opcode::fma, a)) return nothing(*r);
  return traced(*r,
                r->add(tir::expr{
                    .op = opcode::fma, .type = a.type(), .a = a.node, .b = b.node, .c = c.node}));
}

/// A value as it is computed with: f32 for what is stored in 16 bits, i32 for 4 bits.
constexpr auto computed(recorder& r, handle node) -> traced {
  if (!r.ok() || !is_stored_only(r.type_of(node))) return traced(r, node);
  dtype const d = computed_type(r.type_of(node));
  return traced(r, r.add(tir::expr{.op = opcode::cast, .type = d, .a = node}));
}

/// A value as a tensor of element type d holds it: an f32 is rounded to 16 bits; of what was loaded
/// from there, or was cast already, these are taken. Other types stay, for the caller to refuse.
constexpr auto stored(recorder& r, traced const& v, dtype d) -> traced {
  if (!r.ok() || !is_stored_only(d) || v.type() != computed_type(d)) return v;
  handle const from = widened_from(r, v.node);
  if (from >= 0 && r.type_of(from) == d) return traced(r, from);
  if (is_nibble(d)) return v;
  return traced(r, r.add(tir::expr{.op = opcode::cast, .type = d, .a = v.node}));
}

/// The value as one of element type d. One of 16 bits is rounded, and computed with as an f32;
/// integers go there by f32, in two roundings.
constexpr auto cast(traced const& a, dtype d) -> traced {
  recorder* const r = recorder_of(a);
  if (r == nullptr) return a.is_number() ? traced::of(cast_number(a.number, d)) : a;
  if (d == dtype::none) fail_misfit(*r, misfit_kind::target);
  if (!r->ok()) return nothing(*r);
  if (a.type() == d) return a;
  if (is_half(d) && a.type() != dtype::f64) {
    return computed(*r, stored(*r, cast(a, dtype::f32), d).node);
  }
  return computed(*r, r->add(tir::expr{.op = opcode::cast, .type = d, .a = a.node}));
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

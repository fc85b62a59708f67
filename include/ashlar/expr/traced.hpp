// SPDX-License-Identifier: Apache-2.0
//
// expr/traced: a value inside a kernel that is being recorded.
//
//   states      recorded: `rec` and `node`; a number that has not met a tensor yet: `number`;
//               the value of a local stage before its definition: `undefined`
//   invariants  one small type for every value, so that a long kernel costs no long types
#pragma once

#include <ashlar/expr/literal.hpp>
#include <ashlar/expr/recorder.hpp>

#include <bit>
#include <concepts>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

/// A value of a kernel; `ash::traced acc = 0.0f;` starts one from a number.
struct traced {
  expr::recorder* rec = nullptr;
  expr::handle node = -1;
  expr::literal number{};
  char const* undefined = nullptr;

  constexpr traced() = default;
  constexpr traced(expr::recorder& r, expr::handle n) : rec(&r), node(n) {}
  template <expr::number Number>
  constexpr traced(Number const& v) : number(v) {}  // NOLINT(google-explicit-constructor)
  template <expr::misfit Number>
  constexpr traced(Number const&)  // NOLINT(google-explicit-constructor)
      : number(expr::failed(expr::kind_of<Number>)) {}

  static constexpr auto of(expr::literal const& v) -> traced {
    traced t{};
    t.number = v;
    return t;
  }

  constexpr auto is_recorded() const -> bool { return rec != nullptr; }
  constexpr auto is_number() const -> bool { return number.kind != expr::literal_kind::none; }
  /// The truth of a number; E073 for what is computed at the call.
  explicit constexpr operator bool() const;
  /// The element type; none for a number.
  constexpr auto type() const -> dtype { return node < 0 ? dtype::none : rec->type_of(node); }
};

}  // namespace ashlar

namespace ashlar::expr {

/// What stands for a value after a fault.
constexpr auto nothing(recorder& r) -> traced { return traced(r, handle{-1}); }

/// What is stored only, of which a value was made by its load, or -1.
constexpr auto widened_from(recorder const& r, handle node) -> handle {
  tir::expr const& e = r.values[node].e;
  return e.op == tir::opcode::cast && is_stored_only(r.type_of(e.a)) ? handle{e.a} : handle{-1};
}

/// How a message calls a value: "f32 x" for an element of x.
constexpr auto describe(traced const& v) -> text<40> {
  text<40> t{};
  if (v.node < 0) return t << "a number";
  handle const from = widened_from(*v.rec, v.node);
  auto const& e = v.rec->values[from < 0 ? v.node : from].e;
  t << name_of(e.type);
  if (e.op == tir::opcode::load) t << ' ' << v.rec->buffers[v.rec->accesses[e.a].buffer].name;
  return t;
}

constexpr void fail_condition(recorder& r, traced const& v) {
  r.fail(diag::code::value_is_not_known,
         diag::message{} << "a condition is " << describe(v)
                         << ", which is computed at the call; write ash::select(condition, a, b)");
}

constexpr auto has_fraction(literal const& v) -> bool {
  double const number = v.number();
  bool const is_small = number < 1e15 && number > -1e15;
  return is_small && static_cast<double>(static_cast<std::int64_t>(number)) != number;
}

constexpr auto describe(literal const& v) -> text<40> {
  text<40> t{};
  if (!v.is_float()) return t << v.bits;
  double const number = v.number();
  bool const is_small = number < 1e15 && number > -1e15;
  if (!is_small) return t << "of that size";
  return t << static_cast<std::int64_t>(number) << (has_fraction(v) ? ".x" : "");
}

constexpr void fail_misfit(recorder& r, misfit_kind why) {
  r.fail(diag::code::no_element_type,
         why == misfit_kind::changes ? "a number is volatile, so it is not known while compiling; "
                                       "copy it, or pass the copy as an operand"
         : why == misfit_kind::wide  ? "a number has more than 64 bits, as a long double; write a "
                                       "float, a double or a std::int64_t, as in 2.0f"
                                     : "a cast is to a type that no element has; write float, "
                                       "std::int32_t, or another of docs/expressions.md");
}

// What an operation on numbers alone has not.
constexpr void fail_fold(recorder& r, diag::code why, tir::opcode op) {
  diag::message m{};
  m << tir::name_of(op) << " of numbers";
  if (why == diag::code::number_function) {
    m << " alone is no operation of a kernel; write the result, or a function of <cmath>";
  } else if (why == diag::code::zero_divisor) {
    m << ": integers are divided by the constant 0; divide by 1 or more";
  } else if (why == diag::code::bad_shift) {
    m << " is by less than 0 or more than 63 bits; write a number of bits from 0 to 63";
  } else if (why == diag::code::needs_integer && tir::is_bitwise(op)) {
    m << ", one of which is floating point; bits are those of integers";
  } else if (why == diag::code::needs_integer) {
    m << ", one of which is floating point; write std::fmod";
  } else {
    m << " that leave 64 bits; write smaller ones";
  }
  r.fail(why, m);
}

constexpr void fail_literal(recorder& r, diag::code why, literal const& v, dtype d) {
  if (why == diag::code::no_element_type) return fail_misfit(r, misfit_kind(v.bits >> 16));
  if (v.is_fault()) return fail_fold(r, why, static_cast<tir::opcode>(v.bits >> 16));
  auto m = diag::message{} << "the constant " << describe(v);
  if (why == diag::code::inexact_constant) {
    m << " is not a value of " << name_of(d) << "; cast the tensor to a wider type";
  } else {
    m << (v.is_float() ? has_fraction(v) ? " has a fraction" : " is floating point"
          : v.kind == literal_kind::boolean ? " is a bool"
                                            : "")
      << " where the other operand is " << name_of(d)
      << "; cast the other operand, as in ash::cast<" << (v.is_float() ? "float" : "int")
      << ">(x(i))";
  }
  r.fail(why, m);
}

/// A constant of element type d.
constexpr auto constant(recorder& r, literal const& v, dtype d) -> traced {
  if (!r.ok()) return nothing(r);
  auto const typed = adopt(v, d);
  if (typed.fault != diag::code::ok) {
    fail_literal(r, typed.fault, v, d);
    return nothing(r);
  }
  return traced(r, r.add(tir::expr{.op = tir::opcode::constant, .type = d, .bits = typed.bits}));
}

constexpr void fail_undefined(recorder& r, char const* name) {
  r.fail(diag::code::undefined_tensor,
         diag::message{} << "the local stage " << name << " is read before it is defined; write "
                         << name << "(...) = ... first, or declare "
                         << "it as ash::local " << name << "(\"" << name << "\", x) to carry it");
}

constexpr void fail_empty(recorder& r) {
  r.fail(diag::code::undefined_tensor,
         "a value is read that nothing was assigned to; write ash::traced v = 0.0f, or x(i)");
}

/// The number that a constant was made of.
constexpr auto number_of(tir::expr const& e) -> literal {
  if (e.type == dtype::boolean) return literal(e.bits != 0);
  if (!is_float(e.type)) return literal(e.bits);
  double const number = std::bit_cast<double>(e.bits);
  return e.type == dtype::f64 ? literal(number) : literal(static_cast<float>(number));
}

/// True where C++ converts a number of type `from` that is known at the call: to a type that holds
/// more, or between floating point types.
constexpr auto converts(dtype from, dtype to) -> bool {
  if (from == dtype::boolean || to == dtype::boolean) return false;
  if (is_float(to)) return true;
  if (is_float(from)) return false;
  bool const wider = bytes_of(to) > bytes_of(from);
  return wider && (is_signed(to) || !is_signed(from));
}

/// A number of the call, or a choice among numbers, with another element type.
constexpr auto retyped(recorder& r, handle node, dtype d) -> handle {
  if (!r.ok()) return -1;
  value_record changed = r.values[node];
  if (changed.e.op == tir::opcode::constant) return constant(r, number_of(changed.e), d).node;
  if (changed.e.op == tir::opcode::load) {
    // Where it does not convert, the caller finds two types.
    bool const possible = converts(changed.e.type, d);
    return possible ? r.add(tir::expr{.op = tir::opcode::cast, .type = d, .a = node}) : node;
  }
  changed.e.b = retyped(r, changed.e.b, d);
  changed.e.c = retyped(r, changed.e.c, d);
  changed.e.type = d;
  return r.add(changed);
}

/// The value as one of `r`: a number takes the type d, or its own where d is none.
constexpr auto bind(recorder& r, traced const& v, dtype d) -> traced {
  if (v.undefined != nullptr) fail_undefined(r, v.undefined);
  if (v.rec == nullptr && !v.is_number()) fail_empty(r);
  if (!r.ok()) return nothing(r);
  if (v.node >= 0 && r.values[v.node].is_weak && d != dtype::none && d != v.type()) {
    return traced(r, retyped(r, v.node, d));
  }
  if (!v.is_number()) return v;
  return constant(r, v.number, d == dtype::none ? v.number.natural_type() : d);
}

/// The recorder that an operand belongs to, or null where it belongs to none.
template <class T> constexpr auto recorder_in(T const& v) -> recorder* {
  if constexpr (requires { v.rec; }) {
    return v.rec;
  } else {
    return nullptr;
  }
}

/// The recorder of the first operand that has one, or null.
constexpr auto recorder_of(traced const& a) -> recorder* { return a.rec; }
constexpr auto recorder_of(traced const& a, traced const& b) -> recorder* {
  return a.rec != nullptr ? a.rec : b.rec;
}
constexpr auto recorder_of(traced const& a, traced const& b, traced const& c) -> recorder* {
  return a.rec != nullptr ? a.rec : recorder_of(b, c);
}

}  // namespace ashlar::expr

namespace ashlar {

constexpr traced::operator bool() const {
  if (rec != nullptr && rec->ok()) expr::fail_condition(*rec, *this);
  return rec == nullptr && is_number() && !number.is_fault() && expr::is_true(number);
}

}  // namespace ashlar

ASHLAR_COMPILER_END

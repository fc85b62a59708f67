// SPDX-License-Identifier: Apache-2.0
//
// kernel/functor_table: the user's functions of a program, for the interpreter.
//
//   tir::interpret(Program::value, operands, watch, functor_table<Program>{});
//
//   takes       a type whose static constexpr member `value` is a program
//   returns     a function (key, result type, a, b) that calls the function of that key
//   invariants  it knows the calls of this program, each with the types that it has there; anything
//               else gives a scalar of type `none`, which the interpreter reports
#pragma once

#include <ashlar/expr/functor.hpp>
#include <ashlar/tir/scalar.hpp>

#include <utility>

namespace ashlar {

namespace functor_table_impl {

template <class Program, int E>
constexpr auto call_one(tir::scalar a, tir::scalar b) -> tir::scalar {
  constexpr tir::expr e = Program::value.exprs[E];
  constexpr auto const& function =
      *functor_of(expr::functor_slot<static_cast<std::uint64_t>(e.bits)>{});
  using A = type_of<Program::value.exprs[e.a].type>;
  if constexpr (e.b < 0) {
    return tir::to_scalar(static_cast<type_of<e.type>>(function(tir::get<A>(a))));
  } else {
    using B = type_of<Program::value.exprs[e.b].type>;
    return tir::to_scalar(static_cast<type_of<e.type>>(function(tir::get<A>(a), tir::get<B>(b))));
  }
}

template <class Program, int E>
constexpr auto try_one(std::int64_t key, dtype type, tir::scalar a, tir::scalar b, tir::scalar& out)
    -> bool {
  constexpr tir::expr e = Program::value.exprs[E];
  if constexpr (e.op == tir::opcode::call) {
    bool const fits = key == e.bits && type == e.type && a.type == Program::value.exprs[e.a].type;
    if (fits) out = call_one<Program, E>(a, b);
    return fits;
  } else {
    return false;
  }
}

}  // namespace functor_table_impl

template <class Program> struct functor_table {
  constexpr auto operator()(std::int64_t key, dtype type, tir::scalar a, tir::scalar b) const
      -> tir::scalar {
    return [&]<int... E>(std::integer_sequence<int, E...>) {
      tir::scalar out{};
      static_cast<void>((functor_table_impl::try_one<Program, E>(key, type, a, b, out) || ...));
      return out;
    }(std::make_integer_sequence<int, Program::value.exprs.count>{});
  }
};

}  // namespace ashlar

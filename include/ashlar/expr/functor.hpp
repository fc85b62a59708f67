// SPDX-License-Identifier: Apache-2.0
//
// expr/functor: a C++ function inside a kernel, which the compiler of the kernel sees as opaque.
//
//   inline constexpr auto smooth = [](float x) { return x * x * (3 - 2 * x); };
//   y(i) = ash::call<smooth>(x(i));
//
//   takes       a constant at namespace scope with one operator(), or for a generic one its
//               signature: ash::call<f, float(float, float)>(a, b); one or two arguments
//   returns     a value of the function's own result type
//   key         a hash of the qualified name: it stands for the function in a program. The function
//               obeys the one-definition rule, like any inline function of that name
//   errors      E037 an argument of another type
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/core/hash.hpp>
#include <ashlar/expr/apply.hpp>

namespace ashlar::expr {

/// The qualified name of a function; the same for every compiler.
template <auto const& Function> consteval auto functor_name() -> std::string_view {
  // Such as "... [with const auto& Function = my::f; ...]", differently spaced and ended.
  std::string_view const text = __PRETTY_FUNCTION__;
  std::size_t const parameter = text.rfind("Function");
  std::size_t const start = text.find_first_not_of(" =", parameter + 8);
  std::size_t const end = text.find_first_of(";]", start);
  return text.substr(start, end - start);
}

template <auto const& Function> consteval auto functor_key() -> std::uint64_t {
  constexpr std::string_view name = functor_name<Function>();
  constexpr auto none = std::string_view::npos;
  static_assert(name.find("anonymous") == none && name.find("unnamed") == none,
                "ashlar: a function of an unnamed namespace has no name to call it by");
  hash128 h{};
  h.string(name);
  return h.a;
}

ASHLAR_FRIEND_BEGIN
/// Finds a function by its key: functor_of(functor_slot<Key>{}) is its address, once a kernel of
/// this translation unit has called it.
template <std::uint64_t Key> struct functor_slot {
  friend constexpr auto functor_of(functor_slot<Key>);
};
ASHLAR_FRIEND_END

/// Puts the function into its slot when it is instantiated.
template <auto const& Function, std::uint64_t Key> struct functor_entry {
  static constexpr bool is_made = true;
  friend constexpr auto functor_of(functor_slot<Key>) { return &Function; }
};

/// The element types of a call.
struct functor_types {
  dtype result = dtype::none;
  dtype arguments[2] = {};
  int count = 0;
};

namespace functor_impl {

template <class Signature> struct signature;
template <class R, class... A> struct signature<R(A...)> {
  static_assert(sizeof...(A) == 1 || sizeof...(A) == 2, "ashlar: a call has one or two arguments");
  static_assert(element<R> && (element<std::remove_cvref_t<A>> && ...),
                "ashlar: a called function takes and returns element types");
  static constexpr functor_types types{.result = dtype_of<R>,
                                       .arguments = {dtype_of<std::remove_cvref_t<A>>...},
                                       .count = sizeof...(A)};
};
template <class R, class... A> struct signature<R (*)(A...)> : signature<R(A...)> {};
template <class R, class... A> struct signature<R (*)(A...) noexcept> : signature<R(A...)> {};
template <class C, class R, class... A>
struct signature<R (C::*)(A...) const> : signature<R(A...)> {};
template <class C, class R, class... A>
struct signature<R (C::*)(A...) const noexcept> : signature<R(A...)> {};

template <auto const& Function, class Given> struct types_of : signature<Given> {};
template <auto const& Function> struct types_of<Function, void> {
  using type = std::remove_cvref_t<decltype(Function)>;
  static constexpr auto of() {
    if constexpr (requires { &type::operator(); }) {
      return signature<decltype(&type::operator())>::types;
    } else {
      static_assert(std::is_pointer_v<type>,
                    "ashlar: a generic function needs a signature: ash::call<f, float(float)>(x)");
      return signature<type>::types;
    }
  }
  static constexpr functor_types types = of();
};

}  // namespace functor_impl

/// A call as it is noted down.
constexpr auto record_call(functor_types const& types, std::uint64_t key, traced const* arguments)
    -> traced {
  recorder* const r = recorder_of(arguments[0], arguments[1]);
  if (r == nullptr) return arguments[0];
  handle nodes[2] = {-1, -1};
  for (int at = 0; at < types.count; ++at) {
    traced const v = bind(*r, arguments[at], types.arguments[at]);
    if (!r->ok()) return nothing(*r);
    nodes[at] = v.node;
    if (v.type() == types.arguments[at]) continue;
    r->fail(diag::code::mixed_types, diag::message{} << "argument " << at << " of a call is "
                                                     << describe(v) << ", the function takes "
                                                     << name_of(types.arguments[at])
                                                     << "; write ash::cast<T>(...)");
    return nothing(*r);
  }
  return traced(*r, r->add(tir::expr{.op = opcode::call,
                                     .type = types.result,
                                     .a = nodes[0],
                                     .b = nodes[1],
                                     .bits = static_cast<std::int64_t>(key)}));
}

/// A call in an expression on the spot.
template <auto const& Function, class Signature, class... Operand> struct call_node : node_base {
  op_node<opcode::call, Operand...> operands{};

  constexpr call_node() = default;
  constexpr explicit call_node(Operand... operand) : operands(operand...) {}
  static constexpr int leaves = op_node<opcode::call, Operand...>::leaves;
  template <int At> constexpr auto leaf() const -> auto const& {
    return operands.template leaf<At>();
  }
  constexpr auto replay(replay_context& c) const -> traced {
    traced arguments[2]{};
    arguments[0] = operands.a.replay(c);
    if constexpr (sizeof...(Operand) == 2) arguments[1] = operands.b.replay(c);
    return record_call(functor_impl::types_of<Function, Signature>::types, functor_key<Function>(),
                       arguments);
  }
};

}  // namespace ashlar::expr

namespace ashlar {

/// Function(a), or Function(a, b), of values.
template <auto const& Function, class Signature = void, class... A>
  requires expr::functional<A...>
constexpr auto call(A const&... a) {
  constexpr auto types = expr::functor_impl::types_of<Function, Signature>::types;
  constexpr std::uint64_t key = expr::functor_key<Function>();
  static_assert(types.count == sizeof...(A), "ashlar: a call with another number of arguments");
  constexpr bool is_made = expr::functor_entry<Function, key>::is_made;
  static_cast<void>(is_made);
  if constexpr ((expr::traced_operand<A> || ...)) {
    expr::recorder* const r = expr::apply_impl::first_recorder(a...);
    traced const arguments[2] = {expr::record_value(r, a)...};
    return expr::record_call(types, key, arguments);
  } else {
    return expr::call_node<Function, Signature, expr::leaf<A>...>(expr::make_leaf(a)...);
  }
}

}  // namespace ashlar

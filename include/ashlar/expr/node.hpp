// SPDX-License-Identifier: Apache-2.0
//
// expr/node: an expression on the spot: its structure is its type, and it holds views and scalars
// by value.
//
//   replay        notes the expression down in a recorder, as a kernel would have done
//   leaf          operand number At of those that the expression holds, in the order of replay
//   invariants    nothing dangles: a view is copied, an owner is not accepted when it is about to
//                 die; a node without tensors is empty
#pragma once

#include <ashlar/expr/definition.hpp>
#include <ashlar/expr/indexing.hpp>
#include <ashlar/expr/saturate.hpp>

#include <concepts>
#include <type_traits>

namespace ashlar::expr {

/// Where an expression is noted down. `next`: the operand that the next leaf stands for.
struct replay_context {
  recorder& rec;
  handle next = -1;  // below 0: inside a kernel, which has operands of its own

  constexpr auto is_kernel() const -> bool { return next < 0; }
};

/// Base of all nodes.
struct node_base {
  template <class Self = node_base> explicit constexpr operator bool() const {
    return diag::truth<Self>();
  }
};

template <class T> concept expression = std::derived_from<std::remove_cvref_t<T>, node_base>;

/// The element type that holds a C++ number: int64_t for a long long.
template <class Number> constexpr auto element_for() {
  if constexpr (element<Number>) {
    return Number{};
  } else {
    static_assert(std::integral<Number> && sizeof(Number) <= 8, "ashlar: not a number");
    constexpr bool sign = std::is_signed_v<Number>;
    if constexpr (sizeof(Number) == 1) {
      return std::conditional_t<sign, std::int8_t, std::uint8_t>{};
    } else if constexpr (sizeof(Number) == 2) {
      return std::conditional_t<sign, std::int16_t, std::uint16_t>{};
    } else if constexpr (sizeof(Number) == 4) {
      return std::conditional_t<sign, std::int32_t, std::uint32_t>{};
    } else {
      return std::conditional_t<sign, std::int64_t, std::uint64_t>{};
    }
  }
}

/// A number: an operand without dimensions, whose value is known at the call. It converts to the
/// element type of its neighbour as in C++.
template <class Number> struct scalar_leaf : node_base {
  using stored = decltype(element_for<Number>());
  stored number{};

  constexpr scalar_leaf() = default;
  constexpr explicit scalar_leaf(Number n) : number(static_cast<stored>(n)) {}
  static constexpr int leaves = 1;
  template <int At> constexpr auto leaf() const -> stored const& { return number; }
  constexpr auto replay(replay_context& c) const -> traced {
    if (c.is_kernel()) return traced(number);
    access_record const a{.buffer = c.next++};
    traced const v = load(c.rec, a);
    if (v.node >= 0) c.rec.values[v.node].is_weak = true;
    return v;
  }
};

/// A number that is none of a kernel's.
template <class Number> struct misfit_leaf : node_base {
  constexpr misfit_leaf() = default;
  constexpr explicit misfit_leaf(Number const&) {}
  static constexpr int leaves = 0;
  constexpr auto replay(replay_context& c) const -> traced {
    fail_misfit(c.rec, kind_of<Number>);
    return nothing(c.rec);
  }
};

/// An axis, or arithmetic on axes, as a value.
template <class Index> struct index_leaf : node_base {
  [[no_unique_address]] Index index{};

  constexpr index_leaf() = default;
  constexpr explicit index_leaf(Index n) : index(n) {}
  static constexpr int leaves = 0;
  constexpr auto replay(replay_context& c) const -> traced {
    if constexpr (axis_impl::is_constant<Index>) {
      return traced(Index::value);
    } else if (!static_index<Index> && !c.is_kernel()) {
      c.rec.fail(diag::code::index_not_constant,
                 "the number in an index of an expression on the spot is not part of its type; "
                 "write i + ash::c<1>, or a kernel");
      return nothing(c.rec);
    } else {
      return load_index(c.rec, index_argument(c.rec, index));
    }
  }
};

/// The constant 0 in the element type of its neighbour.
struct zero_leaf : node_base {
  static constexpr int leaves = 0;
  constexpr auto replay(replay_context&) const -> traced { return traced(0); }
};

namespace node_impl {

template <class T> struct leaf_of {
  using type = scalar_leaf<T>;
};
template <expression T> struct leaf_of<T> {
  using type = T;
};
template <misfit T> struct leaf_of<T> {
  using type = misfit_leaf<T>;
};
template <symbolic_index T> struct leaf_of<T> {
  using type = index_leaf<T>;
};

// Leaf number At of the two: those of a come first.
template <int At, class A, class B>
constexpr auto leaf_of_two(A const& a, B const& b) -> auto const& {
  if constexpr (At < A::leaves) {
    return a.template leaf<At>();
  } else {
    return b.template leaf<At - A::leaves>();
  }
}

}  // namespace node_impl

template <class T> using leaf = typename node_impl::leaf_of<T>::type;

template <class T> constexpr auto make_leaf(T const& operand) -> leaf<T> {
  return leaf<T>(operand);
}

template <opcode Op, class... Operand> struct op_node;

template <opcode Op, class A> struct op_node<Op, A> : node_base {
  [[no_unique_address]] A a{};

  constexpr op_node() = default;
  constexpr explicit op_node(A x) : a(x) {}
  static constexpr int leaves = A::leaves;
  template <int At> constexpr auto leaf() const -> auto const& { return a.template leaf<At>(); }
  constexpr auto replay(replay_context& c) const -> traced { return unary(Op, a.replay(c)); }
};

template <opcode Op, class A, class B> struct op_node<Op, A, B> : node_base {
  [[no_unique_address]] A a{};
  [[no_unique_address]] B b{};

  constexpr op_node() = default;
  constexpr op_node(A x, B y) : a(x), b(y) {}
  static constexpr int leaves = A::leaves + B::leaves;
  template <int At> constexpr auto leaf() const -> auto const& {
    return node_impl::leaf_of_two<At>(a, b);
  }
  constexpr auto replay(replay_context& c) const -> traced {
    // In two statements: the order of operands must not hang on the compiler.
    traced const x = a.replay(c);
    return binary(Op, x, b.replay(c));
  }
};

template <opcode Op, class A, class B, class C> struct op_node<Op, A, B, C> : node_base {
  [[no_unique_address]] A a{};
  [[no_unique_address]] B b{};
  [[no_unique_address]] C c{};

  constexpr op_node() = default;
  constexpr op_node(A x, B y, C z) : a(x), b(y), c(z) {}
  static constexpr int leaves = A::leaves + B::leaves + C::leaves;
  template <int At> constexpr auto leaf() const -> auto const& {
    if constexpr (At < A::leaves) {
      return a.template leaf<At>();
    } else {
      return node_impl::leaf_of_two<At - A::leaves>(b, c);
    }
  }
  constexpr auto replay(replay_context& context) const -> traced {
    traced const x = a.replay(context);
    traced const y = b.replay(context);
    traced const z = c.replay(context);
    return Op == opcode::select ? select(x, y, z) : fused(x, y, z);
  }
};

template <dtype To, class A, bool Saturates = false> struct cast_node : node_base {
  [[no_unique_address]] A a{};

  constexpr cast_node() = default;
  constexpr explicit cast_node(A x) : a(x) {}
  static constexpr int leaves = A::leaves;
  template <int At> constexpr auto leaf() const -> auto const& { return a.template leaf<At>(); }
  constexpr auto replay(replay_context& c) const -> traced {
    return Saturates ? saturated(a.replay(c), To) : cast(a.replay(c), To);
  }
};

/// An expression on the spot inside a kernel: it has axes and numbers only.
template <expression Node> constexpr auto record_value(recorder* r, Node const& node) -> traced {
  if (r == nullptr) {
    traced unknown{};
    unknown.undefined = "(an expression without a tensor)";
    return unknown;
  }
  replay_context c{.rec = *r};
  return node.replay(c);
}

}  // namespace ashlar::expr

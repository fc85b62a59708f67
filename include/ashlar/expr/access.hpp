// SPDX-License-Identifier: Apache-2.0
//
// expr/access: x(i, j + c<1>) on a tensor or view, in an expression on the spot.
//
//   takes       indices whose numbers are part of their types, or values (a data-dependent index)
//   returns     a node that holds a view: it is an operand of the program, once for each access
//   errors      E051 for a number in an index that is not part of its type
#pragma once

#include <ashlar/expr/apply.hpp>
#include <ashlar/tensor/tensor.hpp>

namespace ashlar::expr {

template <class Left, class Right> struct assignment;

/// The view of an operand, whatever class it was spelled with.
template <class T, layout Layout, index_t... Extent>
constexpr auto to_view(strided_view<T, Layout, Extent...> const& v)
    -> strided_view<T, Layout, Extent...> {
  return v;
}
template <class Owner>
  requires requires(Owner& owner) { owner.as_view(); }
constexpr auto to_view(Owner& owner) {
  return owner.as_view();
}

/// One index of an access: a type (Index), or a value that is loaded (Index is a node).
template <class Index> struct index_slot {
  static constexpr int leaves = 0;
  constexpr index_slot() = default;
  constexpr explicit index_slot(Index const&) {}

  constexpr auto replay(replay_context& c) const -> handle {
    if constexpr (static_index<Index>) {
      return index_argument(c.rec, Index{});
    } else {
      c.rec.fail(diag::code::index_not_constant,
                 "the number in an index of an expression on the spot is not part of its type; "
                 "write i + ash::c<1>, or a kernel");
      return -1;
    }
  }
  static constexpr auto axis() -> axis_info const* {
    if constexpr (axis_type<Index>) {
      return &Index::info;
    } else {
      return &no_axis;
    }
  }
};
template <expression Index> struct index_slot<Index> {
  [[no_unique_address]] Index index{};

  static constexpr int leaves = Index::leaves;
  constexpr index_slot() = default;
  constexpr explicit index_slot(Index const& n) : index(n) {}

  template <int At> constexpr auto leaf() const -> auto const& { return index.template leaf<At>(); }
  constexpr auto replay(replay_context& c) const -> handle {
    traced const v = index.replay(c);
    return c.rec.ok() ? index_of(c.rec, v) : handle{-1};
  }
  static constexpr auto axis() -> axis_info const* { return &no_axis; }
};

/// All indices of an access.
template <class... Index> struct index_slots {
  static constexpr int leaves = 0;
  constexpr void replay(replay_context&, handle*) const {}
};
template <class First, class... Rest> struct index_slots<First, Rest...> {
  [[no_unique_address]] index_slot<First> first{};
  [[no_unique_address]] index_slots<Rest...> rest{};

  static constexpr int leaves = index_slot<First>::leaves + index_slots<Rest...>::leaves;
  constexpr index_slots() = default;
  constexpr explicit index_slots(First const& f, Rest const&... r) : first(f), rest(r...) {}

  template <int At> constexpr auto leaf() const -> auto const& {
    return node_impl::leaf_of_two<At>(first, rest);
  }
  constexpr void replay(replay_context& c, handle* into) const {
    *into = c.rec.ok() ? first.replay(c) : handle{-1};
    rest.replay(c, into + 1);
  }
};

/// view(index...): a value, or the left side of an assignment.
template <class View, boundary Outside, class... Index> struct access_node : node_base {
  View view{};
  [[no_unique_address]] index_slots<Index...> indices{};

  constexpr access_node() = default;
  constexpr access_node(access_node const&) = default;
  constexpr explicit access_node(View v, Index const&... index) : view(v), indices(index...) {}

  static constexpr int leaves = 1 + index_slots<Index...>::leaves;
  template <int At> constexpr auto leaf() const -> auto const& {
    if constexpr (At == 0) {
      return view;
    } else {
      return indices.template leaf<At - 1>();
    }
  }
  constexpr auto replay_access(replay_context& c) const -> access_record {
    access_record a{.rank = static_cast<std::int8_t>(sizeof...(Index)), .outside = Outside};
    if (c.is_kernel()) {
      c.rec.fail(diag::code::undefined_tensor,
                 "a kernel reads a tensor that is not one of its operands; pass it to the kernel");
      return a;
    }
    a.buffer = c.next++;
    check_rank(c.rec, a.buffer, sizeof...(Index));
    if constexpr (sizeof...(Index) <= max_rank) indices.replay(c, a.index);
    return a;
  }
  constexpr auto replay(replay_context& c) const -> traced {
    access_record const a = replay_access(c);
    return load(c.rec, a);
  }
  /// Its axes as the left side of a definition.
  static constexpr auto left() -> left_side {
    left_side l{.rank = sizeof...(Index)};
    int at = 0;
    ((l.axes[at < max_rank ? at++ : 0] = index_slot<Index>::axis()), ...);
    return l;
  }

  /// y(i, j) = v: a value that ash::run takes; nothing happens before.
  template <class V>
    requires(value_like<V> && Outside == boundary::none)
  constexpr auto operator=(V const& v) const&& {  // NOLINT(misc-unconventional-assign-operator)
    return assignment<access_node, expr::leaf<V>>(*this, make_leaf(v));
  }
  constexpr auto operator=(access_node const& v) const&& {  // NOLINT
    return assignment<access_node, access_node>(*this, v);
  }
  template <value_like V> constexpr auto operator+=(V const& v) const&& {
    return access_node(*this) = apply<opcode::add>(*this, v);
  }
  template <value_like V> constexpr auto operator-=(V const& v) const&& {
    return access_node(*this) = apply<opcode::sub>(*this, v);
  }
  template <value_like V> constexpr auto operator*=(V const& v) const&& {
    return access_node(*this) = apply<opcode::mul>(*this, v);
  }
  template <value_like V> constexpr auto operator/=(V const& v) const&& {
    return access_node(*this) = apply<opcode::div>(*this, v);
  }
  template <value_like V> constexpr auto operator%=(V const& v) const&& {
    return access_node(*this) = apply<opcode::rem>(*this, v);
  }
  template <value_like V> constexpr auto operator&=(V const& v) const&& {
    return access_node(*this) = apply<opcode::bit_and>(*this, v);
  }
  template <value_like V> constexpr auto operator|=(V const& v) const&& {
    return access_node(*this) = apply<opcode::bit_or>(*this, v);
  }
  template <value_like V> constexpr auto operator^=(V const& v) const&& {
    return access_node(*this) = apply<opcode::bit_xor>(*this, v);
  }
  template <value_like V> constexpr auto operator<<=(V const& v) const&& {
    return access_node(*this) = apply<opcode::shift_left>(*this, v);
  }
  template <value_like V> constexpr auto operator>>=(V const& v) const&& {
    return access_node(*this) = apply<opcode::shift_right>(*this, v);
  }
};

/// An access that gives a value of the user's outside.
template <class Access, class Fallback> struct constant_access_node : node_base {
  Access access{};
  [[no_unique_address]] Fallback fallback{};

  constexpr constant_access_node() = default;
  constexpr constant_access_node(Access a, Fallback f) : access(a), fallback(f) {}
  static constexpr int leaves = Access::leaves + Fallback::leaves;
  template <int At> constexpr auto leaf() const -> auto const& {
    return node_impl::leaf_of_two<At>(access, fallback);
  }
  constexpr auto replay(replay_context& c) const -> traced {
    access_record a = access.replay_access(c);
    traced const outside = fallback.replay(c);
    return load_or(c.rec, a, outside);
  }
};

}  // namespace ashlar::expr

namespace ashlar {

/// What operator() of tensors and views calls, see tensor/indexable.
template <class Operand, class... Index>
constexpr auto expr_access(Operand& operand, Index const&... index) {
  static_assert((expr::value_like<Index> && ...),
                "ashlar: an index is an axis, a constant of a type, or a value");
  auto const view = expr::to_view(operand);
  return expr::access_node<std::remove_const_t<decltype(view)>, expr::boundary::none, Index...>(
      view, index...);
}

}  // namespace ashlar

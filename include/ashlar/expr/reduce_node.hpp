// SPDX-License-Identifier: Apache-2.0
//
// expr/reduce_node: a reduction in an expression on the spot.
#pragma once

#include <ashlar/expr/node.hpp>
#include <ashlar/expr/reduction.hpp>

namespace ashlar::expr {

template <class... Axis> struct axes_of_type {
  static constexpr auto list() -> axis_list {
    axis_list all{};
    (all.axes.push_back(&Axis::info), ...);
    return all;
  }
};

/// A built-in reduction of V over the axes of the list.
template <reduction_kind Kind, class Axes, class V> struct reduce_node : node_base {
  [[no_unique_address]] V value{};

  constexpr reduce_node() = default;
  constexpr explicit reduce_node(V v) : value(v) {}
  static constexpr int leaves = V::leaves;
  template <int At> constexpr auto leaf() const -> auto const& { return value.template leaf<At>(); }
  constexpr auto replay(replay_context& c) const -> traced {
    return add_reduction(c.rec, reduction_record{.kind = Kind}, Axes::list(), value.replay(c));
  }
};

/// A reduction with a user's monoid, a constant at namespace scope.
template <auto const& Monoid, class Axes, class V> struct reduce_with_node : node_base {
  [[no_unique_address]] V value{};

  constexpr reduce_with_node() = default;
  constexpr explicit reduce_with_node(V v) : value(v) {}
  static constexpr int leaves = V::leaves;
  template <int At> constexpr auto leaf() const -> auto const& { return value.template leaf<At>(); }
  constexpr auto replay(replay_context& c) const -> traced {
    return add_user_reduction(c.rec, Monoid, Axes::list(), value.replay(c));
  }
};

}  // namespace ashlar::expr

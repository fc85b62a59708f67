// SPDX-License-Identifier: Apache-2.0
//
// expr/assignment: an expression on the spot with its left side, and the program of its type.
//
//   ash::run(y(i, j) = ash::relu(x(i, j) + 1.0f));
//
//   operands    y, then what the right side reads, from left to right; a scalar counts as a tensor
//               without dimensions; what is written twice is two operands
//   invariants  the type alone says what is computed: equal types have equal programs; the value
//               holds views and scalars by value, so it may be kept in auto
#pragma once

#include <ashlar/expr/access.hpp>
#include <ashlar/expr/capture.hpp>

namespace ashlar::expr {

/// What the type of an operand says; a number is one without dimensions.
template <class Operand> constexpr auto type_of_operand() -> operand_type {
  if constexpr (number<Operand>) {
    return make_operand_type<Operand const>(row_major, extents<>::type, 0);
  } else {
    return Operand::type;
  }
}

/// Left = Right. It does nothing by itself.
template <class Left, class Right> struct [[nodiscard]] assignment {
  Left left{};
  [[no_unique_address]] Right right{};

  constexpr assignment() = default;
  constexpr assignment(Left l, Right r) : left(l), right(r) {}

  /// The number of operands.
  static constexpr int operands = 1 + Right::leaves;
  /// Operand number At: a view or a number.
  template <int At> constexpr auto operand() const -> auto const& {
    if constexpr (At == 0) {
      return left.view;
    } else {
      return right.template leaf<At - 1>();
    }
  }
};

namespace assignment_impl {

template <class Assignment, std::size_t... At>
constexpr void add_operands(recorder& r, std::index_sequence<At...>) {
  (add_operand(r,
               type_of_operand<std::remove_cvref_t<
                   decltype(std::declval<Assignment const&>().template operand<At>())>>(),
               nullptr),
   ...);
}

template <class Assignment, class F, std::size_t... At>
constexpr auto apply(Assignment const& a, F&& f, std::index_sequence<At...>) -> decltype(auto) {
  return f(a.template operand<At>()...);
}

}  // namespace assignment_impl

/// f(operands...) in the order of the program.
template <class Assignment, class F>
constexpr auto with_operands(Assignment const& a, F&& f) -> decltype(auto) {
  return assignment_impl::apply(a, static_cast<F&&>(f),
                                std::make_index_sequence<Assignment::operands>{});
}

/// The program of an assignment, which its type describes.
template <class Assignment> constexpr auto record() -> tir::program {
  static_assert(Assignment::operands < limits::buffers, "ashlar: too many operands");
  recorder r{};
  assignment_impl::add_operands<Assignment>(r, std::make_index_sequence<Assignment::operands>{});
  Assignment const a{};
  replay_context c{.rec = r, .next = 1};
  traced const right = a.right.replay(c);
  left_side const left = a.left.left();
  check_rank(r, 0, left.rank);
  if (r.ok()) define(r, 0, left, right);
  tir::program out{};
  finish(r, out);
  return out;
}

}  // namespace ashlar::expr

// SPDX-License-Identifier: Apache-2.0
//
// op/step: element-wise work as a list of values, which an operator appends to its own kernel.
//
//   conv -> add (bias) -> relu   -->   y(n, m, h, w) = relu(sum(...) + bias(m))
//
//   step         one operator; an operand is the value so far, or one of the side operands
//   chain        a type with two static constants: `steps`, and for each side operand the axes of
//                the output along which it varies; along the others it is broadcast
//   finish       the value after all steps
//   invariants   a side operand has a dimension for each axis along which it varies, and no other
//   source       vertical fusion as in TVM's FuseOps: T. Chen et al., "TVM", OSDI 2018, section 3
#pragma once

#include <ashlar/op/axes.hpp>
#include <ashlar/op/binary.hpp>
#include <ashlar/op/unary.hpp>

#include <tuple>
#include <utility>

namespace ashlar::op {

inline constexpr int so_far = -1;
inline constexpr int most_steps = 16;
inline constexpr int most_sides = 20;

struct step {
  op_kind op = op_kind::relu;
  std::int8_t left = so_far;   // so_far, or the number of a side operand
  std::int8_t right = so_far;  // of operators with two operands
  parameters with{};
  friend constexpr auto operator==(step const&, step const&) -> bool = default;
};

using step_list = static_vector<step, most_steps>;
using axis_numbers = static_vector<std::int8_t, max_rank>;
using side_list = static_vector<axis_numbers, most_sides>;

/// No step.
struct nothing {
  static constexpr step_list steps{};
  static constexpr side_list sides{};
};

/// The axes of an output, in order.
template <class... Axis> struct point {
  template <int D>
  using axis_at = std::tuple_element_t<static_cast<std::size_t>(D), std::tuple<Axis...>>;
};

namespace step_impl {

template <class Chain, int Side, class Point, int... I>
constexpr auto read(auto const& tensor, std::integer_sequence<int, I...>) -> traced {
  return tensor(typename Point::template axis_at<Chain::sides[Side][I]>{}...);
}

template <class Chain, class Point, int... Side>
constexpr auto run(traced v, std::integer_sequence<int, Side...>, auto const&... sides) -> traced {
  static_assert(Chain::sides.size() == sizeof...(Side), "ashlar: a chain has all its operands");
  traced const side[] = {
      read<Chain, Side, Point>(sides,
                               std::make_integer_sequence<int, Chain::sides[Side].size()>{})...,
      traced{}};
  for (step const& s : Chain::steps) {
    traced const left = s.left == so_far ? v : side[s.left];
    if (traits_of(s.op).of == op_class::binary) {
      v = binary(s.op, left, s.right == so_far ? v : side[s.right]);
    } else {
      v = unary(s.op, left, s.with);
    }
  }
  return v;
}

}  // namespace step_impl

/// The value v at a point after the steps of Chain.
template <class Chain, class... Axis, class... Sides>
constexpr auto finish(traced const& v, point<Axis...>, Sides const&... sides) -> traced {
  return step_impl::run<Chain, point<Axis...>>(
      v, std::make_integer_sequence<int, int{sizeof...(Sides)}>{}, sides...);
}

}  // namespace ashlar::op

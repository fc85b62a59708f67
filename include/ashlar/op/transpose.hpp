// SPDX-License-Identifier: Apache-2.0
//
// op/transpose: the dimensions in another order.
//
//   takes       From: for each dimension of x the dimension of y that it is
//   source      ONNX, Transpose-25
#pragma once

#include <ashlar/expr/operand.hpp>
#include <ashlar/op/axes.hpp>
#include <ashlar/op/step.hpp>

namespace ashlar::op {

template <axis_numbers From> struct transpose {
  constexpr void operator()(auto& y, auto& x) const {
    name_operands(y, x);
    define(std::make_integer_sequence<int, From.size()>{}, y, x);
  }

 private:
  template <int... D>
  static constexpr void define(std::integer_sequence<int, D...>, auto& y, auto& x) {
    y(dimension<D>{}...) = x(dimension<From[D]>{}...);
  }
};

}  // namespace ashlar::op

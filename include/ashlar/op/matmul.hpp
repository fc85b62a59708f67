// SPDX-License-Identifier: Apache-2.0
//
// op/matmul: matrix products, whose leading dimensions broadcast.
//
//   takes       Left and Right: the leading dimensions of y along which each factor varies, among
//               them the rows, along which the right one does not
//               y [lead..., n], a [left leads..., k], b [right leads..., k, n]; then the chain's
//               operands
//   source      ONNX, MatMul-13, Gemm-13
#pragma once

#include <ashlar/expr/reduce.hpp>
#include <ashlar/op/axes.hpp>
#include <ashlar/op/step.hpp>

namespace ashlar::op {

template <int Lead, axis_numbers Left, axis_numbers Right, class Chain = nothing> struct matmul {
  constexpr void operator()(auto& y, auto& a, auto& b, auto&... sides) const {
    name_operands(y, a, b, sides...);
    define(std::make_integer_sequence<int, Lead>{}, std::make_integer_sequence<int, Left.size()>{},
           std::make_integer_sequence<int, Right.size()>{}, y, a, b, sides...);
  }

 private:
  template <int... D, int... L, int... R>
  static constexpr void define(std::integer_sequence<int, D...>, std::integer_sequence<int, L...>,
                               std::integer_sequence<int, R...>, auto& y, auto& a, auto& b,
                               auto&... sides) {
    constexpr axis<"r"> r;
    constexpr dimension<Lead> column;
    traced const dot =
        sum(r, a(dimension<Left[L]>{}..., r) * b(dimension<Right[R]>{}..., r, column));
    y(dimension<D>{}..., column) =
        finish<Chain>(dot, point<dimension<D>..., dimension<Lead>>{}, sides...);
  }
};

}  // namespace ashlar::op

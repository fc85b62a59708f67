// SPDX-License-Identifier: Apache-2.0
//
// op/pad: a value around a tensor.
//
//   takes       Before: the elements before each dimension; Value: a number of the element type
//   source      ONNX, Pad-25, mode constant
#pragma once

#include <ashlar/expr/boundary.hpp>
#include <ashlar/op/slice.hpp>

namespace ashlar::op {

template <int Rank, per_dimension Before, auto Value> struct pad {
  constexpr void operator()(auto& y, auto& x) const {
    name_operands(y, x);
    define(std::make_integer_sequence<int, Rank>{}, y, x);
  }

 private:
  template <int... D>
  static constexpr void define(std::integer_sequence<int, D...>, auto& y, auto& x) {
    y(dimension<D>{}...) = constant(x, Value)(dimension<D>{} - Before.at[D]...);
  }
};

}  // namespace ashlar::op

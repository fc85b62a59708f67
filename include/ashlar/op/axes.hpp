// SPDX-License-Identifier: Apache-2.0
//
// op/axes: what operators call their axes and operands.
//
//   dimension<D>    the axis of dimension D of an index space: i, j, k, ...
//   name_operands   y, then a, b, c, ..., in messages and printed programs
#pragma once

#include <ashlar/expr/axis.hpp>

namespace ashlar::op {

namespace axes_impl {

consteval auto name_of(int dimension) -> axis_name {
  char const name[2] = {"ijklmnop"[dimension], '\0'};
  return axis_name(name);
}

}  // namespace axes_impl

template <int D> using dimension = axis<axes_impl::name_of(D)>;

constexpr void name_operands(auto& y, auto&... operands) {
  y.name("y");
  char name[2] = {'a', '\0'};
  ((operands.name(static_cast<char const*>(name)), ++name[0]), ...);
}

}  // namespace ashlar::op

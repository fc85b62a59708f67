// SPDX-License-Identifier: Apache-2.0
//
// op/axes: the axes of operators that work on any number of dimensions.
//
//   dimension<D>   the axis of dimension D of the index space: i, j, k, ...
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

}  // namespace ashlar::op

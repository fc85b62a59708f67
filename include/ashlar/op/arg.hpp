// SPDX-License-Identifier: Apache-2.0
//
// op/arg: the position of the greatest or least element along one dimension.
//
//   takes       Extent of the dimension; Last: of equal elements the last one, otherwise the first
//               y [before, behind] of i64, x [before, extent, behind]
//   invariants  a NaN counts as the greatest and as the least, as in numpy
//   source      ONNX, ArgMax-13, ArgMin-13
#pragma once

#include <ashlar/expr/reduce.hpp>
#include <ashlar/op/axes.hpp>
#include <ashlar/op/kind.hpp>

namespace ashlar::op {

template <op_kind Op, std::int64_t Extent, bool Last> struct arg {
  constexpr void operator()(auto& y, auto& x) const {
    name_operands(y, x);
    constexpr dimension<0> before;
    constexpr dimension<1> behind;
    constexpr axis<"r", Extent> r;
    if constexpr (Last) {
      y(before, behind) = Extent - 1 - position(r, x(before, Extent - 1 - r, behind));
    } else {
      y(before, behind) = position(r, x(before, r, behind));
    }
  }

 private:
  static constexpr auto position(auto r, traced const& x) -> traced {
    return Op == op_kind::arg_max ? argmax(r, x) : argmin(r, x);
  }
};

}  // namespace ashlar::op

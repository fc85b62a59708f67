// SPDX-License-Identifier: Apache-2.0
//
// op/gather: the slices of a tensor that another one names by their positions.
//
//   takes       Extent of the dimension that is indexed
//               y [before, picks, behind], x [before, extent, behind], at [picks] of i32 or i64
//   invariants  a position below 0 counts from the end; one that is still outside is clamped, so
//               that no data can make it read elsewhere
//   source      ONNX, Gather-13
#pragma once

#include <ashlar/expr/ops.hpp>
#include <ashlar/expr/reduce.hpp>
#include <ashlar/op/axes.hpp>

namespace ashlar::op {

template <std::int64_t Extent> struct gather {
  constexpr void operator()(auto& y, auto& x, auto& at) const {
    name_operands(y, x, at);
    constexpr dimension<0> before;
    constexpr dimension<1> pick;
    constexpr dimension<2> behind;
    traced const given = cast<std::int64_t>(at(pick));
    traced const inside = clamp(select(given < 0, given + Extent, given), 0, Extent - 1);
    y(before, pick, behind) = x(before, inside, behind);
  }
};

}  // namespace ashlar::op

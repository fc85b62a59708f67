// SPDX-License-Identifier: Apache-2.0
//
// op/slice: every step-th element of each dimension, from a start on.
//
//   takes       Start and Step for each dimension; a step may be negative
//   source      ONNX, Slice-13
#pragma once

#include <ashlar/expr/operand.hpp>
#include <ashlar/op/axes.hpp>

#include <cstdint>
#include <utility>

namespace ashlar::op {

struct per_dimension {
  std::int64_t at[max_rank]{};
  friend constexpr auto operator==(per_dimension const&, per_dimension const&) -> bool = default;
};

template <int Rank, per_dimension Start, per_dimension Step> struct slice {
  constexpr void operator()(auto& y, auto& x) const {
    name_operands(y, x);
    define(std::make_integer_sequence<int, Rank>{}, y, x);
  }

 private:
  template <int... D>
  static constexpr void define(std::integer_sequence<int, D...>, auto& y, auto& x) {
    y(dimension<D>{}...) = x(dimension<D>{} * Step.at[D] + Start.at[D]...);
  }
};

}  // namespace ashlar::op

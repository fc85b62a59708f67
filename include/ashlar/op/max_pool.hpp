// SPDX-License-Identifier: Apache-2.0
//
// op/max_pool: the greatest element of each window.
//
//   takes       W the window; Rank how many spatial dimensions; Lead how many stand before them; T
//               the type of the elements
//               y [lead, spatial], x [lead, spatial]; then the chain's operands
//   invariants  pads never win: they are the least value of the type; a NaN wins
//   source      ONNX, MaxPool-22
#pragma once

#include <ashlar/expr/boundary.hpp>
#include <ashlar/expr/reduce.hpp>
#include <ashlar/op/axes.hpp>
#include <ashlar/op/step.hpp>
#include <ashlar/op/window.hpp>

#include <limits>

namespace ashlar::op {

template <window W, int Rank, int Lead, class T, class Chain = nothing> struct max_pool {
  constexpr void operator()(auto& y, auto& x, auto&... sides) const {
    name_operands(y, x, sides...);
    define(std::make_integer_sequence<int, Rank>{}, std::make_integer_sequence<int, Lead>{}, y, x,
           sides...);
  }

 private:
  using limits = std::numeric_limits<T>;
  /// What pads are: -infinity, or the least integer.
  static constexpr T least = limits::has_infinity ? -limits::infinity() : limits::lowest();

  template <int... D, int... L>
  static constexpr void define(std::integer_sequence<int, D...>, std::integer_sequence<int, L...>,
                               auto& y, auto& x, auto&... sides) {
    traced const most =
        (max)(tap<W, Rank, D>{}..., constant(x, least)(dimension<L>{}..., at<W, Rank, D>()...));
    y(dimension<L>{}..., place<Rank, D>{}...) =
        finish<Chain>(most, point<dimension<L>..., place<Rank, D>...>{}, sides...);
  }
};

}  // namespace ashlar::op

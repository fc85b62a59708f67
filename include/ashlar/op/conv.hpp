// SPDX-License-Identifier: Apache-2.0
//
// op/conv: convolution over 1 to 3 spatial dimensions, with groups.
//
//   takes       W the window; Rank how many spatial dimensions; Batch 1 if x and y have a leading
//               dimension of images, 0 if not
//               y [n, filters, spatial], x [n, channels, spatial], f [filters, channels, window];
//               with groups y [n, groups, filters / groups, ...], x [n, groups, channels / groups,
//               ...], f [groups, filters / groups, channels / groups, ...]; then the chain's
//               operands
//   invariants  pads are zeros
//   source      ONNX, Conv-22
#pragma once

#include <ashlar/expr/boundary.hpp>
#include <ashlar/expr/reduce.hpp>
#include <ashlar/op/step.hpp>
#include <ashlar/op/window.hpp>

namespace ashlar::op {

template <window W, int Rank, int Batch, class Chain = nothing> struct conv {
  constexpr void operator()(auto& y, auto& x, auto& f, auto&... sides) const {
    name_operands(y, x, f, sides...);
    using spatial = std::make_integer_sequence<int, Rank>;
    if constexpr (Batch == 0) {
      define(spatial{}, point<>{}, y, x, f, sides...);
    } else {
      define(spatial{}, point<axis<"n">>{}, y, x, f, sides...);
    }
  }

 private:
  template <int... D, class... N>
  static constexpr void define(std::integer_sequence<int, D...>, point<N...>, auto& y, auto& x,
                               auto& f, auto&... sides) {
    constexpr axis<"g"> g;
    constexpr axis<"m"> m;
    constexpr axis<"c"> c;
    if constexpr (W.groups == 1) {
      auto const sum_of =
          sum(c, tap<W, Rank, D>{}...,
              zero(x)(N{}..., c, at<W, Rank, D>()...) * f(m, c, tap<W, Rank, D>{}...));
      y(N{}..., m, place<Rank, D>{}...) =
          finish<Chain>(sum_of, point<N..., axis<"m">, place<Rank, D>...>{}, sides...);
    } else {
      auto const sum_of =
          sum(c, tap<W, Rank, D>{}...,
              zero(x)(N{}..., g, c, at<W, Rank, D>()...) * f(g, m, c, tap<W, Rank, D>{}...));
      y(N{}..., g, m, place<Rank, D>{}...) =
          finish<Chain>(sum_of, point<N..., axis<"g">, axis<"m">, place<Rank, D>...>{}, sides...);
    }
  }
};

}  // namespace ashlar::op

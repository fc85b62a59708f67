// SPDX-License-Identifier: Apache-2.0
//
// op/average_pool: the mean of each window.
//
//   takes       W the window; Rank how many spatial dimensions; Lead how many stand before them;
//               In the extents of the input, aligned as in a window
//               y [lead, spatial], x [lead, spatial]; then the chain's operands
//   invariants  the mean is of the elements inside the input, or, if the window counts its pads, of
//               those inside the input or its pads
//   source      ONNX, AveragePool-22
#pragma once

#include <ashlar/expr/boundary.hpp>
#include <ashlar/expr/reduce.hpp>
#include <ashlar/op/axes.hpp>
#include <ashlar/op/step.hpp>
#include <ashlar/op/window.hpp>

namespace ashlar::op {

/// What the input has along one dimension, with pads if they count: the elements least .. most - 1,
/// where the first of the input is 0.
struct counted_range {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

constexpr auto counted(window const& w, spatial_extents const& in, int d) -> counted_range {
  if (!w.count_pads) return counted_range{.least = 0, .most = in.dims[d]};
  return counted_range{.least = -w.before[d], .most = in.dims[d] + w.after[d]};
}

/// Whether every one of `places` windows along d lies in the range that counts.
constexpr auto is_whole(window const& w, spatial_extents const& in, int d, std::int64_t places)
    -> bool {
  counted_range const r = counted(w, in, d);
  std::int64_t const last =
      (places - 1) * w.stride[d] - w.before[d] + (w.kernel[d] - 1) * w.dilation[d];
  return r.least <= -w.before[d] && last < r.most;
}

template <window W, int Rank, int Lead, spatial_extents In, spatial_extents Out,
          class Chain = nothing>
struct average_pool {
  constexpr void operator()(auto& y, auto& x, auto&... sides) const {
    name_operands(y, x, sides...);
    define(std::make_integer_sequence<int, Rank>{}, std::make_integer_sequence<int, Lead>{}, y, x,
           sides...);
  }

 private:
  template <int... D, int... L>
  static constexpr void define(std::integer_sequence<int, D...>, std::integer_sequence<int, L...>,
                               auto& y, auto& x, auto&... sides) {
    traced const total = sum(tap<W, Rank, D>{}..., zero(x)(dimension<L>{}..., at<W, Rank, D>()...));
    traced const elements = (count<D>(total) * ...);
    y(dimension<L>{}..., place<Rank, D>{}...) =
        finish<Chain>(total / elements, point<dimension<L>..., place<Rank, D>...>{}, sides...);
  }

  // How many taps along D count: those from the first to the last inside.
  template <int D> static constexpr auto count(traced const& like) -> traced {
    constexpr int d = max_spatial - Rank + D;
    if constexpr (is_whole(W, In, d, Out.dims[d])) {
      return traced(static_cast<double>(W.kernel[d]));
    } else {
      constexpr counted_range r = counted(W, In, d);
      auto const start = place<Rank, D>{} * W.stride[d] - W.before[d];
      index_expr const skipped = (r.least - start + (W.dilation[d] - 1)) / W.dilation[d];
      index_expr const reached = (r.most - 1 - start) / W.dilation[d] + 1;
      traced const first = (max)(expr::record_value(like.rec, skipped), traced(0));
      traced const end = (min)(expr::record_value(like.rec, reached), traced(W.kernel[d]));
      return expr::cast(end - first, like.type());
    }
  }
};

}  // namespace ashlar::op

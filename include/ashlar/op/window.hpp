// SPDX-License-Identifier: Apache-2.0
//
// op/window: the window of a convolution or a pooling, and the positions that it takes.
//
//   window        extents, steps and pads in three spatial dimensions; those that an operand lacks
//                 come first and have extent 1
//   place<R, D>   the axis of the output along spatial dimension D of R: d, h, w from the end
//   tap<W, R, D>  the axis of the window along it: kd, kh, kw
//   at<W, R, D>   where the tap lies in the input: place * stride + tap * dilation - before
//   source        ONNX, Conv-22, MaxPool-22, AveragePool-22
#pragma once

#include <ashlar/expr/index_expr.hpp>

#include <cstdint>

namespace ashlar::op {

inline constexpr int max_spatial = 3;

struct window {
  std::int64_t kernel[max_spatial]{1, 1, 1};
  std::int64_t stride[max_spatial]{1, 1, 1};
  std::int64_t dilation[max_spatial]{1, 1, 1};
  std::int64_t before[max_spatial]{};
  std::int64_t after[max_spatial]{};
  std::int64_t groups = 1;
  bool ceil = false;
  bool count_pads = false;
  friend constexpr auto operator==(window const&, window const&) -> bool = default;
};

/// The extents of an operand along the spatial dimensions.
struct spatial_extents {
  std::int64_t dims[max_spatial]{1, 1, 1};
  friend constexpr auto operator==(spatial_extents const&, spatial_extents const&)
      -> bool = default;
};

namespace window_impl {

constexpr auto name_of(char const* prefix, int dimension) -> axis_name {
  axis_name n("?");
  int length = 0;
  while (prefix[length] != '\0') {
    n.chars[length] = prefix[length];
    ++length;
  }
  n.chars[length] = "dhw"[dimension];
  return n;
}

}  // namespace window_impl

template <int Rank, int D> using place = axis<window_impl::name_of("", max_spatial - Rank + D)>;

template <window W, int Rank, int D>
using tap =
    axis<window_impl::name_of("k", max_spatial - Rank + D), W.kernel[max_spatial - Rank + D]>;

template <window W, int Rank, int D> constexpr auto at() -> index_expr {
  constexpr int in = max_spatial - Rank + D;
  return place<Rank, D>{} * W.stride[in] + tap<W, Rank, D>{} * W.dilation[in] - W.before[in];
}

}  // namespace ashlar::op

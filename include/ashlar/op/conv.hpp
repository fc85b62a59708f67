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
//   conv        the definition
//   conv_padded, conv_flat   the same by way of a copy of x, see each
//   invariants  pads are zeros
//   source      ONNX, Conv-22; lowering to a matrix product: K. Chellapilla et al., "High
//               performance convolutional neural networks for document processing", 2006
#pragma once

#include <ashlar/expr/boundary.hpp>
#include <ashlar/expr/reduce.hpp>
#include <ashlar/op/step.hpp>
#include <ashlar/op/window.hpp>

#include <type_traits>

namespace ashlar::op {

namespace conv_impl {

using channel = axis<"c">;
using filter = axis<"m">;

template <window W> using group_axes = std::conditional_t<W.groups == 1, point<>, point<axis<"g">>>;
template <int Batch> using image_axes = std::conditional_t<Batch == 0, point<>, point<axis<"n">>>;

/// Window dimension D of Rank spatial ones: its place in the arrays of a window.
template <int Rank, int D> inline constexpr int slot = max_spatial - Rank + D;

/// The extent of x along a dimension with what the windows reach beyond it; every stride-th element
/// is in a row of its own if `parts`.
constexpr auto reach(window const& w, spatial_extents const& out, int at, bool parts)
    -> std::int64_t {
  std::int64_t const taps = (w.kernel[at] - 1) * w.dilation[at];
  if (!parts) return (out.dims[at] - 1) * w.stride[at] + taps + 1;
  return out.dims[at] + taps / w.stride[at] + (w.stride[at] > 1 ? 1 : 0);
}

/// y = the chain of sum(c, taps, value * f).
template <window W, class Chain, class Point, class... N, class... G, class... Tap>
constexpr void define(point<N...>, point<G...>, point<Tap...>, Point at, traced const& value,
                      auto& y, auto& f, auto&... sides) {
  traced const dot = sum(channel{}, Tap{}..., value * f(G{}..., filter{}, channel{}, Tap{}...));
  [&]<class... Place>(point<Place...>) {
    y(N{}..., G{}..., filter{}, Place{}...) =
        finish<Chain>(dot, point<N..., G..., filter, Place...>{}, sides...);
  }(at);
}

}  // namespace conv_impl

template <window W, int Rank, int Batch, class Chain = nothing> struct conv {
  constexpr void operator()(auto& y, auto& x, auto& f, auto&... sides) const {
    name_operands(y, x, f, sides...);
    run(std::make_integer_sequence<int, Rank>{}, conv_impl::image_axes<Batch>{},
        conv_impl::group_axes<W>{}, y, x, f, sides...);
  }

 private:
  template <int... D, class... N, class... G>
  static constexpr void run(std::integer_sequence<int, D...>, point<N...> n, point<G...> g, auto& y,
                            auto& x, auto& f, auto&... sides) {
    traced const value = zero(x)(N{}..., G{}..., conv_impl::channel{}, at<W, Rank, D>()...);
    conv_impl::define<W, Chain>(n, g, point<tap<W, Rank, D>...>{}, point<place<Rank, D>...>{},
                                value, y, f, sides...);
  }
};

/// Reads x from a copy with its pads, so that nothing is checked inside of the sum. Where windows
/// move by several elements along the last dimension, the copy has a row for each remainder: then
/// neighbours in y read neighbours. Out are the spatial extents of y.
template <window W, int Rank, int Batch, spatial_extents Out, class Chain = nothing>
struct conv_padded {
  constexpr void operator()(auto& y, auto& x, auto& f, auto&... sides) const {
    name_operands(y, x, f, sides...);
    run(std::make_integer_sequence<int, Rank - 1>{}, conv_impl::image_axes<Batch>{},
        conv_impl::group_axes<W>{}, y, x, f, sides...);
  }

 private:
  static constexpr int last = max_spatial - 1;
  static constexpr std::int64_t stride = W.stride[last];

  template <int D>
  using row = axis<window_impl::name_of("p", conv_impl::slot<Rank, D>),
                   conv_impl::reach(W, Out, conv_impl::slot<Rank, D>, false)>;
  using lane = axis<"pw", conv_impl::reach(W, Out, last, stride > 1)>;

  // Where a tap reads in the copy along dimension D.
  template <int D> static constexpr auto reads() -> index_expr {
    return at<W, Rank, D>() + W.before[conv_impl::slot<Rank, D>];
  }

  template <int... D, class... N, class... G>
  static constexpr void run(std::integer_sequence<int, D...>, point<N...> n, point<G...> g, auto& y,
                            auto& x, auto& f, auto&... sides) {
    constexpr conv_impl::channel c;
    constexpr place<Rank, Rank - 1> w;
    constexpr tap<W, Rank, Rank - 1> kw;
    constexpr point<tap<W, Rank, D>..., tap<W, Rank, Rank - 1>> taps;
    constexpr point<place<Rank, D>..., place<Rank, Rank - 1>> places;
    local padded("padded");
    if constexpr (stride == 1) {
      padded(N{}..., G{}..., c, row<D>{}..., lane{}) =
          zero(x)(N{}..., G{}..., c, row<D>{} - W.before[conv_impl::slot<Rank, D>]...,
                  lane{} - W.before[last]);
      conv_impl::define<W, Chain>(n, g, taps, places,
                                  padded(N{}..., G{}..., c, reads<D>()..., reads<Rank - 1>()), y, f,
                                  sides...);
    } else {
      constexpr axis<"part", stride> part;
      padded(N{}..., G{}..., c, row<D>{}..., part, lane{}) =
          zero(x)(N{}..., G{}..., c, row<D>{} - W.before[conv_impl::slot<Rank, D>]...,
                  lane{} * stride + part - W.before[last]);
      index_expr const offset = kw * W.dilation[last];
      conv_impl::define<W, Chain>(
          n, g, taps, places,
          padded(N{}..., G{}..., c, reads<D>()..., offset % stride, w + offset / stride), y, f,
          sides...);
    }
  }
};

/// For images that are narrower than a vector: y [n, filters, places] has one spatial dimension;
/// the copy has, for each tap along a row, rows as wide as those of y, so that places of y are
/// places of the copy. Two spatial dimensions.
template <window W, int Batch, spatial_extents Out, class Chain = nothing> struct conv_flat {
  constexpr void operator()(auto& y, auto& x, auto& f, auto&... sides) const {
    name_operands(y, x, f, sides...);
    run(conv_impl::image_axes<Batch>{}, conv_impl::group_axes<W>{}, y, x, f, sides...);
  }

 private:
  static constexpr int high = max_spatial - 2;
  static constexpr int wide = max_spatial - 1;
  static constexpr std::int64_t width = Out.dims[wide];
  static constexpr std::int64_t stride = W.stride[high];

  template <class... N, class... G>
  static constexpr void run(point<N...> n, point<G...> g, auto& y, auto& x, auto& f,
                            auto&... sides) {
    constexpr conv_impl::channel c;
    constexpr tap<W, 2, 0> kh;
    constexpr tap<W, 2, 1> kw;
    constexpr axis<"q", conv_impl::reach(W, Out, high, true) * width> q;
    constexpr axis<"part", stride> part;
    constexpr axis<"p"> p;
    constexpr point<tap<W, 2, 0>, tap<W, 2, 1>> taps;
    constexpr point<axis<"p">> places;
    index_expr const column = q % width * W.stride[wide] + kw * W.dilation[wide] - W.before[wide];
    local shifted("shifted");
    if constexpr (stride == 1) {
      shifted(N{}..., G{}..., c, kw, q) =
          zero(x)(N{}..., G{}..., c, q / width - W.before[high], column);
      conv_impl::define<W, Chain>(
          n, g, taps, places, shifted(N{}..., G{}..., c, kw, p + kh * (W.dilation[high] * width)),
          y, f, sides...);
    } else {
      shifted(N{}..., G{}..., c, kw, part, q) =
          zero(x)(N{}..., G{}..., c, q / width * stride + part - W.before[high], column);
      index_expr const offset = kh * W.dilation[high];
      conv_impl::define<W, Chain>(
          n, g, taps, places,
          shifted(N{}..., G{}..., c, kw, offset % stride, p + offset / stride * width), y, f,
          sides...);
    }
  }
};

}  // namespace ashlar::op

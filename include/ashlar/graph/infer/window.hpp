// SPDX-License-Identifier: Apache-2.0
//
// graph/infer/window: shape rules of convolution and pooling over 1 to 3 spatial dimensions.
//
//   conv      [N, C, spatial], [M, C / groups, kernel] -> [N, M, spatial']
//   pooling   [N, C, spatial] -> [N, C, spatial']
//   spatial'  floor or ceil of (spatial + pads - dilation * (kernel - 1) - 1) / stride, plus 1;
//             with ceil no window starts in the pads after
//   source    ONNX, Conv-22, MaxPool-22, AveragePool-22
#pragma once

#include <ashlar/graph/infer/common.hpp>

namespace ashlar::graph::infer_impl {

inline constexpr std::int64_t most_window = std::int64_t{1} << 31;

constexpr auto window_is_sane(window const& w, bool pools) -> bool {
  for (int d = 0; d < max_spatial; ++d) {
    bool const ok = within(w.kernel[d], 1, most_window) && within(w.stride[d], 1, most_window) &&
                    within(w.dilation[d], 1, most_window) && within(w.before[d], 0, most_window) &&
                    within(w.after[d], 0, most_window);
    if (!ok) return false;
    // A pooling window that lies in the pads alone would have no element.
    std::int64_t const reach = w.dilation[d] * (w.kernel[d] - 1);
    if (pools && (w.before[d] > reach || w.after[d] > reach)) return false;
  }
  return true;
}

/// The extent of one spatial dimension after the window, -1 if not even one window fits.
constexpr auto window_extent(window const& w, int d, std::int64_t extent) -> std::int64_t {
  if (extent == 0) return -1;
  std::int64_t const reach = w.dilation[d] * (w.kernel[d] - 1) + 1;
  std::int64_t const room = extent + w.before[d] + w.after[d] - reach;
  if (room < 0) return -1;
  std::int64_t out = room / w.stride[d] + 1;
  bool const more = w.ceil && room % w.stride[d] != 0;
  if (more && out * w.stride[d] < extent + w.before[d]) ++out;
  return out;
}

constexpr auto slide(tensor out, window const& w, tensor const& in) -> inferred {
  for (int d = 2; d < in.rank; ++d) {
    int const at = max_spatial - in.rank + d;
    out.dims[d] = window_extent(w, at, in.dims[d]);
    if (out.dims[d] < 0) return refuse(rule::window, in.dims[d], w.kernel[at]);
  }
  return accept(out);
}

template <class Graph> constexpr auto window_op(Graph const& g, node const& n) -> inferred {
  tensor const& in = g[g.input(n, 0)];
  if (!within(in.rank, 3, 2 + max_spatial)) return refuse(rule::rank, in.rank, 4);
  if (in.type == dtype::boolean) return refuse(rule::element_type);
  if (n.integers.count != window_integers(in.rank) || n.reals.count != 0) {
    return refuse(rule::attributes, n.integers.count, window_integers(in.rank));
  }
  window const w = window_of(g, n, in.rank);
  if (!window_is_sane(w, n.op != op_kind::conv)) return refuse(rule::window);
  if (n.op != op_kind::conv) return slide(shape_of(in), w, in);

  tensor const& filter = g[g.input(n, 1)];
  if (filter.rank != in.rank) return refuse(rule::rank, filter.rank, in.rank);
  if (filter.type != in.type) return refuse(rule::type_differs);
  if (!within(w.groups, 1, most_window) || in.dims[1] % w.groups != 0) {
    return refuse(rule::channels, in.dims[1], w.groups);
  }
  if (filter.dims[1] != in.dims[1] / w.groups) {
    return refuse(rule::channels, filter.dims[1], in.dims[1] / w.groups);
  }
  if (filter.dims[0] % w.groups != 0) return refuse(rule::channels, filter.dims[0], w.groups);
  for (int d = 2; d < in.rank; ++d) {
    std::int64_t const expected = w.kernel[max_spatial - in.rank + d];
    if (filter.dims[d] != expected) return refuse(rule::window, filter.dims[d], expected);
  }
  tensor out = shape_of(in);
  out.dims[1] = filter.dims[0];
  return slide(out, w, in);
}

}  // namespace ashlar::graph::infer_impl

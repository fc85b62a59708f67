// SPDX-License-Identifier: Apache-2.0
//
// graph/attributes: what the numbers of a node mean.
//
//   conv, max_pool, average_pool   n = rank - 2 spatial dimensions: n kernel extents, n strides,
//                                  n dilations, n pads before, n pads after, groups,
//                                  ceil (0 or 1), count_pads (0 or 1)
//   softmax                        axis
//   reduce_*                       keep_dims (0 or 1), then the axes, ascending
//   arg_*                          axis, keep_dims, last (1: of equal elements the last)
//   transpose                      for each output dimension the input dimension
//   concat, gather                 axis
//   slice                          per dimension the start, then the steps, then the counts
//   reshape, expand                the extents of the output
//   cast                           the dtype of the output
//   pad                            per dimension the elements before, then those after;
//                                  reals: the value
//   leaky_relu, elu                reals: alpha
//   clip                           integers or reals, as the element type: least, most
//   others                         none
#pragma once

#include <ashlar/graph/graph.hpp>
#include <ashlar/op/window.hpp>

namespace ashlar::graph {

using op::max_spatial;
using op::spatial_extents;
using op::window;

constexpr auto window_integers(int rank) -> int { return 5 * (rank - 2) + 3; }

/// The window of node n, whose input has `rank` dimensions, 3 to 5.
template <class Graph> constexpr auto window_of(Graph const& g, node const& n, int rank) -> window {
  int const spatial = rank - 2;
  window w;
  for (int d = 0; d < spatial; ++d) {
    int const to = max_spatial - spatial + d;
    w.kernel[to] = g.integer(n, d);
    w.stride[to] = g.integer(n, spatial + d);
    w.dilation[to] = g.integer(n, 2 * spatial + d);
    w.before[to] = g.integer(n, 3 * spatial + d);
    w.after[to] = g.integer(n, 4 * spatial + d);
  }
  w.groups = g.integer(n, 5 * spatial);
  w.ceil = g.integer(n, 5 * spatial + 1) != 0;
  w.count_pads = g.integer(n, 5 * spatial + 2) != 0;
  return w;
}

/// The spatial extents of a tensor, with ones before so that there are three.
constexpr auto spatial_of(tensor const& t) -> spatial_extents {
  spatial_extents s;
  for (int d = 2; d < t.rank; ++d) s.dims[max_spatial - t.rank + d] = t.dims[d];
  return s;
}

}  // namespace ashlar::graph

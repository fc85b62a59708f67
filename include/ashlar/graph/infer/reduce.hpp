// SPDX-License-Identifier: Apache-2.0
//
// graph/infer/reduce: shape rules of matrix products and of what runs along axes.
//
//   matmul     [B.., M, K], [B.., K, N] -> [B.., M, N], the batches broadcast; at least rank 2
//   softmax    out = in
//   reduce     the axes have extent 1, or are gone; no mean over no element
//   arg        the same with one axis; the result is i64
//   source     ONNX, MatMul-13, Softmax-13, ReduceSum-13, ArgMax-13
#pragma once

#include <ashlar/graph/infer/elementwise.hpp>

namespace ashlar::graph::infer_impl {

template <class Graph> constexpr auto matrix(Graph const& g, node const& n) -> inferred {
  tensor a = shape_of(g[g.input(n, 0)]);
  tensor b = shape_of(g[g.input(n, 1)]);
  if (a.rank < 2 || b.rank < 2) return refuse(rule::rank, a.rank < b.rank ? a.rank : b.rank, 2);
  if (a.type != b.type) return refuse(rule::type_differs);
  if (a.type == dtype::boolean) return refuse(rule::element_type);
  if (n.integers.count + n.reals.count != 0) return refuse(rule::attributes);
  if (a.dims[a.rank - 1] != b.dims[b.rank - 2]) {
    return refuse(rule::inner_extents, a.dims[a.rank - 1], b.dims[b.rank - 2]);
  }
  // The batches broadcast once the two last dimensions of each side agree.
  std::int64_t const columns = b.dims[b.rank - 1];
  b.dims[b.rank - 2] = a.dims[a.rank - 2];
  b.dims[b.rank - 1] = columns;
  a.dims[a.rank - 1] = columns;
  return broadcast(a, b);
}

template <class Graph> constexpr auto normalise(Graph const& g, node const& n) -> inferred {
  tensor const& in = g[g.input(n, 0)];
  if (n.integers.count != 1 || n.reals.count != 0) return refuse(rule::attributes);
  if (!within(g.integer(n, 0), 0, in.rank - 1)) return refuse(rule::axis, g.integer(n, 0), in.rank);
  return accept(shape_of(in));
}

constexpr auto drop(tensor const& in, bool const (&gone)[max_rank], bool keep) -> tensor {
  tensor out = shaped(in.type, 0);
  for (int d = 0; d < in.rank; ++d) {
    if (gone[d] && !keep) continue;
    out.dims[out.rank++] = gone[d] ? 1 : in.dims[d];
  }
  return out;
}

template <class Graph> constexpr auto reduce(Graph const& g, node const& n) -> inferred {
  tensor const& in = g[g.input(n, 0)];
  bool const orders = n.op == op_kind::reduce_max || n.op == op_kind::reduce_min;
  if (in.type == dtype::boolean && !orders) return refuse(rule::element_type);
  if (n.integers.count < 1 || n.reals.count != 0) return refuse(rule::attributes);
  bool const has_identity = n.op != op_kind::reduce_mean;
  bool gone[max_rank]{};
  std::int64_t previous = -1;
  for (int i = 1; i < n.integers.count; ++i) {
    std::int64_t const axis = g.integer(n, i);
    if (!within(axis, previous + 1, in.rank - 1)) return refuse(rule::axis, axis, in.rank);
    if (!has_identity && in.dims[axis] == 0) return refuse(rule::empty_reduction, axis);
    gone[axis] = true;
    previous = axis;
  }
  return accept(drop(in, gone, g.integer(n, 0) != 0));
}

template <class Graph> constexpr auto arg(Graph const& g, node const& n) -> inferred {
  tensor const& in = g[g.input(n, 0)];
  if (in.type == dtype::boolean) return refuse(rule::element_type);
  if (n.integers.count != 3 || n.reals.count != 0) return refuse(rule::attributes);
  std::int64_t const axis = g.integer(n, 0);
  if (!within(axis, 0, in.rank - 1)) return refuse(rule::axis, axis, in.rank);
  if (in.dims[axis] == 0) return refuse(rule::empty_reduction, axis);
  bool gone[max_rank]{};
  gone[axis] = true;
  tensor out = drop(in, gone, g.integer(n, 1) != 0);
  out.type = dtype::i64;
  return accept(out);
}

}  // namespace ashlar::graph::infer_impl

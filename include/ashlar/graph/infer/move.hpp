// SPDX-License-Identifier: Apache-2.0
//
// graph/infer/move: shape rules of the operators that move elements and change none.
//
//   reshape, expand   the extents of the attribute; as many elements, or by broadcasting
//   transpose         out.dims[d] = in.dims[order[d]]
//   concat            the sum along the axis, the rest equal
//   slice             count elements from start by step, in every dimension
//   pad               before + extent + after
//   gather            in.dims before the axis, the indices' dims, in.dims behind the axis
//   source            ONNX, Reshape-25, Transpose-25, Concat-13, Slice-13, Pad-25, Gather-13
#pragma once

#include <ashlar/graph/infer/common.hpp>

namespace ashlar::graph::infer_impl {

inline constexpr std::int64_t most_elements = max_tensor_bytes;

template <class Graph> constexpr auto reshape(Graph const& g, node const& n) -> inferred {
  tensor const& in = g[g.input(n, 0)];
  if (!within(n.integers.count, 0, max_rank)) return refuse(rule::rank, n.integers.count, max_rank);
  tensor out = shaped(in.type, n.integers.count);
  for (int d = 0; d < out.rank; ++d) out.dims[d] = g.integer(n, d);
  if (fault const f = check_extents(out); !f.ok()) return inferred{.out = out, .wrong = f};
  if (n.op == op_kind::reshape) {
    if (element_count(in) == element_count(out)) return accept(out);
    return refuse(rule::element_counts, element_count(out), element_count(in));
  }
  if (out.rank < in.rank) return refuse(rule::rank, out.rank, in.rank);
  for (int d = 0; d < in.rank; ++d) {
    std::int64_t const to = out.dims[out.rank - in.rank + d];
    if (in.dims[d] != to && in.dims[d] != 1) return refuse(rule::broadcast, in.dims[d], to);
  }
  return accept(out);
}

template <class Graph> constexpr auto transpose(Graph const& g, node const& n) -> inferred {
  tensor const& in = g[g.input(n, 0)];
  if (n.integers.count != in.rank) return refuse(rule::permutation, n.integers.count, in.rank);
  tensor out = shape_of(in);
  bool seen[max_rank]{};
  for (int d = 0; d < in.rank; ++d) {
    std::int64_t const from = g.integer(n, d);
    if (!within(from, 0, in.rank - 1) || seen[from])
      return refuse(rule::permutation, from, in.rank);
    seen[from] = true;
    out.dims[d] = in.dims[from];
  }
  return accept(out);
}

template <class Graph> constexpr auto concat(Graph const& g, node const& n) -> inferred {
  tensor out = shape_of(g[g.input(n, 0)]);
  if (n.integers.count != 1) return refuse(rule::attributes, n.integers.count, 1);
  std::int64_t const axis = g.integer(n, 0);
  if (!within(axis, 0, out.rank - 1)) return refuse(rule::axis, axis, out.rank);
  for (int i = 1; i < n.inputs.count; ++i) {
    tensor const& in = g[g.input(n, i)];
    if (in.type != out.type) return refuse(rule::type_differs);
    if (in.rank != out.rank) return refuse(rule::rank, in.rank, out.rank);
    for (int d = 0; d < in.rank; ++d) {
      if (d != axis && in.dims[d] != out.dims[d])
        return refuse(rule::extents, in.dims[d], out.dims[d]);
    }
    out.dims[axis] += in.dims[axis];
    if (out.dims[axis] > most_elements) return refuse(rule::too_large, out.dims[axis]);
  }
  return accept(out);
}

template <class Graph> constexpr auto slice(Graph const& g, node const& n) -> inferred {
  tensor const& in = g[g.input(n, 0)];
  tensor out = shape_of(in);
  if (n.integers.count != 3 * in.rank)
    return refuse(rule::attributes, n.integers.count, 3 * in.rank);
  for (int d = 0; d < in.rank; ++d) {
    std::int64_t const start = g.integer(n, d);
    std::int64_t const step = g.integer(n, in.rank + d);
    std::int64_t const count = g.integer(n, 2 * in.rank + d);
    out.dims[d] = count;
    if (count == 0) continue;
    bool const sane = within(start, 0, in.dims[d] - 1) && within(count, 1, in.dims[d]) &&
                      within(step, -most_elements, most_elements) && step != 0;
    if (!sane) return refuse(rule::bounds, start, in.dims[d]);
    std::int64_t const steps = step > 0 ? (in.dims[d] - 1 - start) / step : start / -step;
    if (count - 1 > steps) return refuse(rule::bounds, count, steps + 1);
  }
  return accept(out);
}

template <class Graph> constexpr auto pad(Graph const& g, node const& n) -> inferred {
  tensor out = shape_of(g[g.input(n, 0)]);
  if (n.integers.count != 2 * out.rank || n.reals.count != 1) return refuse(rule::attributes);
  for (int i = 0; i < 2 * out.rank; ++i) {
    if (!within(g.integer(n, i), 0, most_elements)) return refuse(rule::bounds, g.integer(n, i));
    out.dims[i % out.rank] += g.integer(n, i);
  }
  return accept(out);
}

template <class Graph> constexpr auto gather(Graph const& g, node const& n) -> inferred {
  tensor const& in = g[g.input(n, 0)];
  tensor const& at = g[g.input(n, 1)];
  if (n.integers.count != 1) return refuse(rule::attributes, n.integers.count, 1);
  std::int64_t const axis = g.integer(n, 0);
  if (!within(axis, 0, in.rank - 1)) return refuse(rule::axis, axis, in.rank);
  if (at.type != dtype::i64 && at.type != dtype::i32) return refuse(rule::element_type);
  if (in.rank + at.rank - 1 > max_rank) return refuse(rule::rank, in.rank + at.rank - 1, max_rank);
  if (in.dims[axis] == 0 && element_count(at) > 0) return refuse(rule::bounds);
  tensor out = shaped(in.type, 0);
  for (int d = 0; d < axis; ++d) out.dims[out.rank++] = in.dims[d];
  for (int d = 0; d < at.rank; ++d) out.dims[out.rank++] = at.dims[d];
  for (int d = static_cast<int>(axis) + 1; d < in.rank; ++d) out.dims[out.rank++] = in.dims[d];
  return accept(out);
}

template <class Graph> constexpr auto move(Graph const& g, node const& n) -> inferred {
  switch (n.op) {
    case op_kind::transpose: return transpose(g, n);
    case op_kind::concat: return concat(g, n);
    case op_kind::slice: return slice(g, n);
    case op_kind::pad: return pad(g, n);
    case op_kind::gather: return gather(g, n);
    default: return reshape(g, n);
  }
}

}  // namespace ashlar::graph::infer_impl

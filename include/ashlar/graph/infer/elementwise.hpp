// SPDX-License-Identifier: Apache-2.0
//
// graph/infer/elementwise: shape rules of the operators that work element by element.
//
//   unary    out = in; cast has the type that its attribute names
//   binary   out = broadcast(left, right), both of one type
//   source   ONNX, "Multidirectional Broadcasting"
#pragma once

#include <ashlar/graph/infer/common.hpp>

namespace ashlar::graph::infer_impl {

/// 4 bits are read and never written: a graph has them in inputs and weights.
constexpr auto is_written_type(std::int64_t type) -> bool {
  return within(type, 1, dtype_count - 1) && !is_nibble(static_cast<dtype>(type));
}

template <class Graph> constexpr auto unary(Graph const& g, node const& n) -> inferred {
  tensor out = shape_of(g[g.input(n, 0)]);
  bool const takes_alpha = n.op == op_kind::leaky_relu || n.op == op_kind::elu;
  int const reals = takes_alpha || (n.op == op_kind::clip && is_float(out.type)) ? 1 : 0;
  int const integers = n.op == op_kind::cast || (n.op == op_kind::clip && reals == 0) ? 1 : 0;
  int const bounds = n.op == op_kind::clip ? 2 : 1;
  if (n.integers.count != integers * bounds || n.reals.count != reals * bounds) {
    return refuse(rule::attributes, n.integers.count + n.reals.count, bounds * (integers + reals));
  }
  if (n.op == op_kind::cast) {
    if (!is_written_type(g.integer(n, 0))) return refuse(rule::element_type, g.integer(n, 0));
    out.type = static_cast<dtype>(g.integer(n, 0));
  } else if (out.type == dtype::boolean) {
    return refuse(rule::element_type);
  }
  return accept(out);
}

constexpr auto broadcast(tensor const& a, tensor const& b) -> inferred {
  tensor out = shaped(a.type, a.rank > b.rank ? a.rank : b.rank);
  for (int d = 0; d < out.rank; ++d) {
    int const in_a = d - (out.rank - a.rank);
    int const in_b = d - (out.rank - b.rank);
    std::int64_t const x = in_a < 0 ? 1 : a.dims[in_a];
    std::int64_t const y = in_b < 0 ? 1 : b.dims[in_b];
    if (x != y && x != 1 && y != 1) return refuse(rule::broadcast, x, y);
    out.dims[d] = x == 1 ? y : x;
  }
  return accept(out);
}

template <class Graph> constexpr auto binary(Graph const& g, node const& n) -> inferred {
  tensor const& a = g[g.input(n, 0)];
  tensor const& b = g[g.input(n, 1)];
  if (a.type != b.type) {
    return refuse(rule::type_differs, static_cast<int>(a.type), static_cast<int>(b.type));
  }
  if (a.type == dtype::boolean) return refuse(rule::element_type);
  if (n.integers.count + n.reals.count != 0) return refuse(rule::attributes);
  return broadcast(a, b);
}

}  // namespace ashlar::graph::infer_impl

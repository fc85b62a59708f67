// SPDX-License-Identifier: Apache-2.0
//
// graph/infer: the type and extents that a node's operands and attributes give its output.
//
//   takes       a graph and a node of it whose handles are valid
//   returns     the output without a place, or the first rule that operands or attributes break
//   invariants  an accepted output has at most max_tensor_bytes, so its products do not overflow
#pragma once

#include <ashlar/graph/infer/elementwise.hpp>
#include <ashlar/graph/infer/move.hpp>
#include <ashlar/graph/infer/reduce.hpp>
#include <ashlar/graph/infer/window.hpp>

namespace ashlar::graph {

namespace infer_impl {

template <class Graph> constexpr auto by_class(Graph const& g, node const& n) -> inferred {
  switch (traits_of(n.op).of) {
    case op_class::unary: return unary(g, n);
    case op_class::binary: return binary(g, n);
    case op_class::window: return window_op(g, n);
    case op_class::matrix: return matrix(g, n);
    case op_class::normalise: return normalise(g, n);
    case op_class::reduce: return reduce(g, n);
    case op_class::arg: return arg(g, n);
    case op_class::move: return move(g, n);
  }
  return refuse(rule::arity);
}

}  // namespace infer_impl

template <class Graph> constexpr auto infer(Graph const& g, node const& n) -> inferred {
  op_traits const& traits = traits_of(n.op);
  bool const enough = n.inputs.count >= traits.least_inputs;
  if (!enough || (traits.most_inputs >= 0 && n.inputs.count > traits.most_inputs)) {
    return infer_impl::refuse(rule::arity, n.inputs.count, traits.least_inputs);
  }
  if (traits.floating && !is_float(g[g.input(n, 0)].type)) {
    return infer_impl::refuse(rule::element_type);
  }
  for (int i = 0; i < n.inputs.count && n.op != op_kind::cast; ++i) {
    if (is_nibble(g[g.input(n, i)].type)) return infer_impl::refuse(rule::element_type);
  }
  inferred result = infer_impl::by_class(g, n);
  if (result.wrong.ok()) result.wrong = check_extents(result.out);
  return result;
}

}  // namespace ashlar::graph

// SPDX-License-Identifier: Apache-2.0
//
// graph/interpret: runs a graph on the host, one node after another: the reference for everything
// that is faster.
//
//   execute     one node; the caller says where each tensor's bytes are
//   interpret   a planned graph in the memory its plan says
//   takes       a verified graph; row-major memory of byte_count bytes for each input and output,
//               weights_bytes of weights and arena_bytes of arena, each aligned to 64
//   invariants  nothing is allocated; inputs and weights are only read
//   source      ONNX operator schemas, in their plainest form
#pragma once

#include <ashlar/graph/interpret/elementwise.hpp>
#include <ashlar/graph/interpret/move.hpp>
#include <ashlar/graph/interpret/reduce.hpp>
#include <ashlar/graph/interpret/window.hpp>

namespace ashlar::graph {

namespace interpret_impl {

template <class Graph>
void window_op(Graph const& g, node const& n, operand const& in, operand const& out,
               auto const& bytes_at) {
  window const w = window_of(g, n, in.type.rank);
  if (n.op == op_kind::conv) {
    tensor_id const filter = g.input(n, 1);
    conv(w, in, operand{g[filter], bytes_at(filter)}, out);
  } else if (n.op == op_kind::average_pool) {
    average_pool(w, in, out);
  } else if (is_float(in.type.type)) {
    max_pool<double>(w, in, out);
  } else {
    max_pool<std::int64_t>(w, in, out);
  }
}

template <class Graph>
void move_op(Graph const& g, node const& n, operand const& in, operand const& out,
             auto const& bytes_at) {
  switch (n.op) {
    case op_kind::expand: return expand(in, out);
    case op_kind::transpose: return transpose(g, n, in, out);
    case op_kind::slice: return slice(g, n, in, out);
    case op_kind::pad: return pad(g, n, in, out);
    case op_kind::gather: {
      tensor_id const at = g.input(n, 1);
      return gather(g, n, in, operand{g[at], bytes_at(at)}, out);
    }
    case op_kind::concat: {
      strides const to = strides_of(out.type);
      std::int64_t first = 0;
      for (int i = 0; i < n.inputs.count; ++i) {
        tensor_id const part = g.input(n, i);
        operand const from{g[part], bytes_at(part)};
        if (element_count(from.type) > 0) place_inside(from, out, first);
        first += to.step[g.integer(n, 0)] * from.type.dims[g.integer(n, 0)];
      }
      return;
    }
    default: return reshape(in, out);
  }
}

/// Runs the class of operators that are computed in double or in int64, by the element type.
template <class Wide, class Graph>
void along_axes(Graph const& g, node const& n, operand const& in, operand const& out) {
  if (traits_of(n.op).of == op_class::arg) return arg<Wide>(g, n, in, out);
  reduce<Wide>(g, n, in, out);
}

}  // namespace interpret_impl

/// `bytes_at(tensor_id) -> std::byte*` says where a tensor lies.
template <class Graph> void execute(Graph const& g, node const& n, auto const& bytes_at) {
  using interpret_impl::operand;
  operand const in{g[g.input(n, 0)], bytes_at(g.input(n, 0))};
  operand const out{g[n.output], bytes_at(n.output)};
  bool const real = is_float(in.type.type);
  switch (traits_of(n.op).of) {
    case op_class::unary: return interpret_impl::unary(g, n, in, out);
    case op_class::window: return interpret_impl::window_op(g, n, in, out, bytes_at);
    case op_class::normalise: return interpret_impl::softmax(in, out, g.integer(n, 0));
    case op_class::move: return interpret_impl::move_op(g, n, in, out, bytes_at);
    case op_class::reduce:
    case op_class::arg:
      return real ? interpret_impl::along_axes<double>(g, n, in, out)
                  : interpret_impl::along_axes<std::int64_t>(g, n, in, out);
    case op_class::binary:
    case op_class::matrix: break;
  }
  operand const right{g[g.input(n, 1)], bytes_at(g.input(n, 1))};
  if (traits_of(n.op).of == op_class::binary) return interpret_impl::binary(n, in, right, out);
  if (real) return interpret_impl::matmul<double>(in, right, out);
  interpret_impl::matmul<std::uint64_t>(in, right, out);
}

template <class Graph>
void interpret(Graph const& g, std::byte* weights, std::byte* arena, std::byte* const* inputs,
               std::byte* const* outputs) {
  auto const bytes_at = [&](tensor_id id) -> std::byte* {
    tensor const& t = g[id];
    switch (t.where) {
      case place::arena: return arena + t.offset;
      case place::weights: return weights + t.offset;
      case place::input: return inputs[t.slot];
      default: return outputs[t.slot];
    }
  };
  for (node const& n : g.nodes) execute(g, n, bytes_at);
}

}  // namespace ashlar::graph

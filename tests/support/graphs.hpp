// SPDX-License-Identifier: Apache-2.0
//
// support/graphs: builds small graphs by hand, in constant evaluation too.
//
//   graph_maker m;
//   auto x = m.input(dtype::f32, {2, 3});
//   m.output(m.node(op_kind::relu, {x}));
//   m.g         the graph; every node's output has the type that graph/infer gives
#pragma once

#include <ashlar/graph/infer.hpp>

#include <initializer_list>

namespace support {

using ashlar::dtype;
using ashlar::graph::op_kind;
using ashlar::graph::tensor_id;

using small_graph = ashlar::graph::graph<64, 128, 256, 256, 32>;

struct graph_maker {
  /// Extents: {2, 3}, or one after the other.
  struct dims {
    ashlar::static_vector<int, 8> list{};
    constexpr dims() = default;
    constexpr dims(std::initializer_list<int> all) {
      for (int const d : all) list.push_back(d);
    }
    constexpr void push_back(int d) { list.push_back(d); }
  };

  small_graph g{};
  ashlar::static_vector<tensor_id, 16> inputs{};
  ashlar::static_vector<tensor_id, 16> outputs{};

  static constexpr auto append(auto& pool, auto const& list) -> ashlar::graph::range {
    ashlar::graph::range const r{pool.size(), static_cast<std::int32_t>(list.end() - list.begin())};
    for (auto const& item : list) pool.push_back(item);
    return r;
  }
  constexpr auto tensor(dtype type, dims const& extents, ashlar::graph::place where) -> tensor_id {
    ashlar::graph::tensor t{};
    t.type = type;
    t.where = where;
    for (int const d : extents.list) t.dims[t.rank++] = d;
    return tensor_id{g.tensors.push_back(t)};
  }
  constexpr auto input(dtype type, dims const& extents) -> tensor_id {
    auto const id = tensor(type, extents, ashlar::graph::place::input);
    g[id].slot = inputs.push_back(id);
    return id;
  }
  constexpr auto weight(dtype type, dims const& extents) -> tensor_id {
    auto const id = tensor(type, extents, ashlar::graph::place::weights);
    g[id].offset = g.weights_bytes;
    g.weights_bytes += (ashlar::graph::byte_count(g[id]) + 63) / 64 * 64;
    return id;
  }
  constexpr auto node(op_kind op, std::initializer_list<tensor_id> in,
                      std::initializer_list<std::int64_t> integers = {},
                      std::initializer_list<double> reals = {}) -> tensor_id {
    ashlar::graph::node n{};
    n.op = op;
    n.inputs = append(g.edges, in);
    n.integers = append(g.integers, integers);
    n.reals = append(g.reals, reals);
    auto const result = ashlar::graph::infer(g, n);
    wrong = result.wrong;
    n.output = tensor_id{g.tensors.push_back(result.out)};
    g.nodes.push_back(n);
    return n.output;
  }
  constexpr void output(tensor_id id) {
    g[id].where = ashlar::graph::place::output;
    g[id].slot = outputs.push_back(id);
  }
  /// The graph with its interface; call it last.
  constexpr auto done() -> small_graph {
    g.inputs = append(g.edges, inputs);
    g.outputs = append(g.edges, outputs);
    return g;
  }

  ashlar::graph::fault wrong{};  // of the last node
};

}  // namespace support

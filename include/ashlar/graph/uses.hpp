// SPDX-License-Identifier: Apache-2.0
//
// graph/uses: who writes and who reads each tensor.
//
//   writer      the node that writes it, -1 if none does
//   readers     how many operands of nodes it is, plus how many outputs of the graph
//   reader      the last node that reads it, -1 if none does
#pragma once

#include <ashlar/graph/graph.hpp>

namespace ashlar::graph {

template <class Graph> struct uses {
  typename Graph::per_tensor writer{};
  typename Graph::per_tensor readers{};
  typename Graph::per_tensor reader{};
};

/// Takes a graph whose handles are valid.
template <class Graph> constexpr auto uses_of(Graph const& g) -> uses<Graph> {
  uses<Graph> u;
  for (int t = 0; t < g.tensors.size(); ++t) {
    u.writer.push_back(-1);
    u.readers.push_back(0);
    u.reader.push_back(-1);
  }
  for (int n = 0; n < g.nodes.size(); ++n) {
    u.writer[g.nodes[n].output.index] = n;
    for (int i = 0; i < g.nodes[n].inputs.count; ++i) {
      int const t = g.input(g.nodes[n], i).index;
      ++u.readers[t];
      u.reader[t] = n;
    }
  }
  for (int i = 0; i < g.outputs.count; ++i) ++u.readers[g.output_of_graph(i).index];
  return u;
}

}  // namespace ashlar::graph

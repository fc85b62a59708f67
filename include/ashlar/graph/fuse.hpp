// SPDX-License-Identifier: Apache-2.0
//
// graph/fuse: says which nodes run as one kernel: a producer and the chain of element-wise nodes
// behind it.
//
//   conv -> add (bias) -> relu, max_pool   -->   group 0: conv, add, relu;  group 1: max_pool
//
//   takes       a verified graph, grouped or not
//   returns     the same nodes; groups are consecutive, numbered from 0 in the order they run
//   invariants  inside a group each output has one reader, the next node, and the type and extents
//               of the group's output; the result of the graph is unchanged
//   cost        O(nodes log nodes)
//   source      vertical fusion as in TVM's FuseOps: T. Chen et al., "TVM", OSDI 2018, section 3
#pragma once

#include <ashlar/graph/uses.hpp>

#include <algorithm>

namespace ashlar::graph {

namespace fuse_impl {

constexpr auto may_lead(op_kind k) -> bool {
  auto const of = traits_of(k).of;
  if (k == op_kind::cast) return false;
  return is_element_wise(k) || of == op_class::window || of == op_class::matrix;
}

/// The node that continues the chain behind `last`, -1 if none can.
template <class Graph>
constexpr auto next_of(Graph const& g, uses<Graph> const& u, int last) -> int {
  tensor_id const t = g.nodes[last].output;
  int const next = u.reader[t.index];
  if (u.readers[t.index] != 1 || next < 0) return -1;
  node const& n = g.nodes[next];
  if (!is_element_wise(n.op) || n.op == op_kind::cast) return -1;
  bool const same = same_shape(g[n.output], g[t]) && g[n.output].type == g[t].type;
  return same ? next : -1;
}

struct position {
  std::int32_t group_end = 0;  // the old index of the group's last node: where the group runs
  std::int32_t index = 0;      // the node's own old index
  friend constexpr auto operator<(position a, position b) -> bool {
    return a.group_end != b.group_end ? a.group_end < b.group_end : a.index < b.index;
  }
};

}  // namespace fuse_impl

template <class Graph>
constexpr void fuse(Graph& g) {
  auto const u = uses_of(g);
  typename Graph::template vector<fuse_impl::position, Graph::node_capacity> order{};
  for (int n = 0; n < g.nodes.size(); ++n) order.push_back(fuse_impl::position{-1, n});

  typename Graph::per_node members{};
  for (int n = 0; n < g.nodes.size(); ++n) {
    if (order[n].group_end >= 0) continue;
    members.clear();
    members.push_back(n);
    int last = n;
    while (fuse_impl::may_lead(g.nodes[n].op)) {
      int const next = fuse_impl::next_of(g, u, last);
      if (next < 0 || order[next].group_end >= 0) break;
      members.push_back(next);
      last = next;
    }
    for (int const m : members) order[m].group_end = last;
  }

  std::sort(order.begin(), order.end());
  auto const old = g.nodes;
  int group = -1;
  for (int n = 0; n < old.size(); ++n) {
    if (n == 0 || order[n].group_end != order[n - 1].group_end) ++group;
    g.nodes[n] = old[order[n].index];
    g.nodes[n].group = group;
  }
}

/// The number of groups of a fused graph.
template <class Graph>
constexpr auto group_count(Graph const& g) -> int {
  return g.nodes.empty() ? 0 : g.nodes.back().group + 1;
}

}  // namespace ashlar::graph

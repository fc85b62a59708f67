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
//               of the group's output; a group has at most most_in_group nodes; the result of the
//               graph is unchanged
//   cost        O(nodes log nodes)
//   source      vertical fusion as in TVM's FuseOps: T. Chen et al., "TVM", OSDI 2018, section 3
#pragma once

#include <ashlar/graph/uses.hpp>

#include <algorithm>

namespace ashlar::graph {

/// A longer chain goes on in the next kernel.
inline constexpr int most_in_group = 12;

namespace fuse_impl {

constexpr auto is_heavy(op_kind k) -> bool {
  auto const of = traits_of(k).of;
  return of == op_class::window || of == op_class::matrix;
}

constexpr auto joins(op_kind k) -> bool { return is_element_wise(k) && k != op_kind::cast; }

/// May node n run in the kernel of the node that writes its operand t?
template <class Graph>
constexpr auto continues(Graph const& g, uses<Graph> const& u, node const& n, tensor_id t) -> bool {
  int const from = u.writer[t.index];
  if (from < 0 || u.readers[t.index] != 1 || !joins(n.op)) return false;
  if (!joins(g.nodes[from].op) && !is_heavy(g.nodes[from].op)) return false;
  return same_shape(g[n.output], g[t]) && g[n.output].type == g[t].type;
}

/// A node of the graph while groups form: the node that leads its group, and the last one so far.
struct member {
  std::int32_t lead = -1;
  std::int32_t end = -1;   // kept at the lead
  std::int32_t count = 0;  // kept at the lead
};

/// The operand's writer that n continues, -1 if it leads a group of its own. A product is preferred
/// to element-wise work, and then the later one, so that fusing again changes nothing.
template <class Graph>
constexpr auto feed_of(Graph const& g, uses<Graph> const& u, auto const& members, node const& n)
    -> int {
  int best = -1;
  bool best_is_heavy = false;
  for (int i = 0; i < n.inputs.count; ++i) {
    tensor_id const t = g.input(n, i);
    if (!continues(g, u, n, t)) continue;
    int const from = u.writer[t.index];
    if (members[members[from].lead].count >= most_in_group) continue;
    bool const heavy = is_heavy(g.nodes[members[from].lead].op);
    if (best >= 0 && (heavy != best_is_heavy ? best_is_heavy : best > from)) continue;
    best = from;
    best_is_heavy = heavy;
  }
  return best;
}

struct position {
  std::int32_t group_end = 0;  // the old index of the group's last node: where the group runs
  std::int32_t index = 0;      // the node's own old index
  friend constexpr auto operator<(position a, position b) -> bool {
    return a.group_end != b.group_end ? a.group_end < b.group_end : a.index < b.index;
  }
};

}  // namespace fuse_impl

template <class Graph> constexpr void fuse(Graph& g) {
  auto const u = uses_of(g);
  typename Graph::template vector<fuse_impl::member, Graph::node_capacity> members{};
  for (int n = 0; n < g.nodes.size(); ++n) {
    int const feed = fuse_impl::feed_of(g, u, members, g.nodes[n]);
    members.push_back(fuse_impl::member{feed < 0 ? n : members[feed].lead, n});
    fuse_impl::member& lead = members[members[n].lead];
    lead.end = n;
    ++lead.count;
  }

  typename Graph::template vector<fuse_impl::position, Graph::node_capacity> order{};
  for (int n = 0; n < g.nodes.size(); ++n) {
    order.push_back(fuse_impl::position{members[members[n].lead].end, n});
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
template <class Graph> constexpr auto group_count(Graph const& g) -> int {
  return g.nodes.empty() ? 0 : g.nodes.back().group + 1;
}

}  // namespace ashlar::graph

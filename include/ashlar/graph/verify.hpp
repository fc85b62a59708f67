// SPDX-License-Identifier: Apache-2.0
//
// graph/verify: checks every invariant of a graph.
//
//   verify        handles, order, types and extents against graph/infer, interface, groups: linear
//                 in the graph, so that a generated header can assert it for a thousand nodes
//   verify_plan   places: inside their memory, aligned, and disjoint where needed at once;
//                 quadratic in the intermediates
//   returns       the first fault, or none
#pragma once

#include <ashlar/graph/fuse.hpp>
#include <ashlar/graph/infer.hpp>
#include <ashlar/graph/plan.hpp>

namespace ashlar::graph {

namespace verify_impl {

constexpr auto is_inside(range r, int size) -> bool {
  return r.first >= 0 && r.count >= 0 && r.first <= size && r.count <= size - r.first;
}

template <class Graph> constexpr auto handles(Graph const& g) -> fault {
  for (tensor_id const t : g.edges) {
    if (t.index < 0 || t.index >= g.tensors.size()) {
      return fault{.id = rule::bad_handle, .found = t.index, .expected = g.tensors.size()};
    }
  }
  bool good = is_inside(g.inputs, g.edges.size()) && is_inside(g.outputs, g.edges.size());
  for (int n = 0; n < g.nodes.size() && good; ++n) {
    node const& at = g.nodes[n];
    good = is_inside(at.inputs, g.edges.size()) && is_inside(at.integers, g.integers.size()) &&
           is_inside(at.reals, g.reals.size()) && at.output.index >= 0 &&
           at.output.index < g.tensors.size() && static_cast<int>(at.op) < op_count;
    if (!good) return fault{.id = rule::bad_handle, .node = n};
  }
  return good ? fault{} : fault{.id = rule::bad_handle};
}

template <class Graph> constexpr auto tensors(Graph const& g) -> fault {
  for (int t = 0; t < g.tensors.size(); ++t) {
    tensor const& at = g.tensors[t];
    fault f{};
    if (at.rank < 0 || at.rank > max_rank) {
      f = fault{.id = rule::rank, .found = at.rank, .expected = max_rank};
    } else {
      f = check_extents(at);
    }
    f.tensor = t;
    if (!f.ok()) return f;
  }
  return fault{};
}

/// Inputs have no writer, each node writes a tensor nobody wrote, and reads what is there already.
template <class Graph> constexpr auto order(Graph const& g) -> fault {
  auto const u = uses_of(g);
  typename Graph::per_tensor is_there{};
  // What a reshape makes of weights may lie among them, but it is there only once it ran.
  for (int t = 0; t < g.tensors.size(); ++t) {
    is_there.push_back(g.tensors[t].where == place::weights && u.writer[t] < 0 ? 1 : 0);
  }
  for (int i = 0; i < g.inputs.count; ++i) {
    auto& there = is_there[g.input_of_graph(i).index];
    if (there != 0) return fault{.id = rule::interface, .tensor = g.input_of_graph(i).index};
    there = 1;
  }
  for (int n = 0; n < g.nodes.size(); ++n) {
    for (int i = 0; i < g.nodes[n].inputs.count; ++i) {
      int const t = g.input(g.nodes[n], i).index;
      if (is_there[t] == 0) return fault{.id = rule::order, .node = n, .tensor = t};
    }
    int const out = g.nodes[n].output.index;
    if (is_there[out] != 0) return fault{.id = rule::one_writer, .node = n, .tensor = out};
    is_there[out] = 1;
  }
  for (int i = 0; i < g.outputs.count; ++i) {
    int const t = g.output_of_graph(i).index;
    // 2 marks an output, so that the same tensor twice is found.
    if (is_there[t] != 1) return fault{.id = rule::interface, .tensor = t};
    is_there[t] = 2;
  }
  return fault{};
}

template <class Graph> constexpr auto shapes(Graph const& g) -> fault {
  for (int n = 0; n < g.nodes.size(); ++n) {
    inferred const expected = infer(g, g.nodes[n]);
    fault f = expected.wrong;
    tensor const& out = g[g.nodes[n].output];
    if (f.ok() && !same_shape(out, expected.out)) f.id = rule::shape_differs;
    if (f.ok() && out.type != expected.out.type) f.id = rule::type_differs;
    if (f.ok()) continue;
    f.node = n;
    return f;
  }
  return fault{};
}

/// A graph that is not fused yet has no group anywhere.
template <class Graph> constexpr auto groups(Graph const& g) -> fault {
  auto const u = uses_of(g);
  int size = 0;
  for (int n = 0; n < g.nodes.size(); ++n) {
    int const group = g.nodes[n].group;
    int const before = n == 0 ? -1 : g.nodes[n - 1].group;
    if (group == -1 && before == -1) continue;
    size = group == before ? size + 1 : 1;
    if (group == before + 1) continue;
    bool const goes_on = group == before && n > 0 && size <= most_in_group &&
                         u.reader[g.nodes[n - 1].output.index] == n &&
                         fuse_impl::continues(g, u, g.nodes[n], g.nodes[n - 1].output);
    if (!goes_on) return fault{.id = rule::grouping, .node = n, .found = group};
  }
  return fault{};
}

/// A block is inside its memory and aligned.
template <class Graph> constexpr auto is_placed(Graph const& g, tensor const& t) -> bool {
  switch (t.where) {
    case place::input: return t.slot >= 0 && t.slot < g.inputs.count && t.offset == 0;
    case place::output: return t.slot >= 0 && t.slot < g.outputs.count && t.offset == 0;
    case place::arena:
    case place::weights: break;
    case place::none: return false;
  }
  std::int64_t const bytes = t.where == place::arena ? g.arena_bytes : g.weights_bytes;
  return t.offset >= 0 && t.offset % arena_alignment == 0 && t.offset <= bytes &&
         byte_count(t) <= bytes - t.offset;
}

/// The writes of node n, step by step, must not touch what is read later and is not its alias.
template <class Graph> constexpr auto disjoint(Graph const& g) -> fault {
  auto parent = plan_impl::shared_memory(g);
  auto blocks = plan_impl::blocks_of(g, parent);
  for (auto& b : blocks) b.offset = g.tensors[b.root].offset;
  for (int i = 0; i < blocks.size(); ++i) {
    for (int j = i + 1; j < blocks.size(); ++j) {
      bool const apart = blocks[i].end() <= blocks[j].offset || blocks[j].end() <= blocks[i].offset;
      if (apart || !blocks[i].needed_with(blocks[j])) continue;
      return fault{.id = rule::overlap,
                   .tensor = blocks[i].root,
                   .found = blocks[j].root,
                   .expected = blocks[i].offset};
    }
  }
  return fault{};
}

}  // namespace verify_impl

template <class Graph> constexpr auto verify(Graph const& g) -> fault {
  if (fault const f = verify_impl::handles(g); !f.ok()) return f;
  if (fault const f = verify_impl::tensors(g); !f.ok()) return f;
  if (fault const f = verify_impl::order(g); !f.ok()) return f;
  if (fault const f = verify_impl::shapes(g); !f.ok()) return f;
  return verify_impl::groups(g);
}

template <class Graph> constexpr auto verify_plan(Graph g) -> fault {
  for (int t = 0; t < g.tensors.size(); ++t) {
    if (!verify_impl::is_placed(g, g.tensors[t])) return fault{.id = rule::placement, .tensor = t};
  }
  auto const placed = g;
  unplan(g);
  auto parent = plan_impl::shared_memory(g);
  for (int t = 0; t < g.tensors.size(); ++t) {
    int const root_id = plan_impl::root_of(parent, t);
    tensor const& root = placed.tensors[root_id];
    tensor const& at = placed.tensors[t];
    // What is computed lies in the arena, unless it is an output or the reshape of what is given.
    if (g.tensors[root_id].where == place::none && root.where != place::arena) {
      return fault{.id = rule::placement, .tensor = t};
    }
    if (at.where != root.where || at.slot != root.slot || at.offset != root.offset) {
      return fault{.id = rule::placement, .tensor = t};
    }
    g.tensors[t].offset = at.offset;
  }
  return verify_impl::disjoint(g);
}

}  // namespace ashlar::graph

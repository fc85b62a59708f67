// SPDX-License-Identifier: Apache-2.0
//
// graph/plan: gives every tensor its memory, all intermediates in one arena.
//
//   takes       a fused graph whose weights, inputs and outputs have their places
//   returns     the same with `where`, `slot` and `offset` of each intermediate, and arena_bytes
//   invariants  offsets are multiples of arena_alignment; tensors that are needed at the same time
//               share no byte, except that a reshape may share the memory of what it reads, and
//               that tensors inside a group have the place of the group's output
//   cost        O(n^2) for n intermediates
//   source      greedy by size with the best-fitting gap: Y. Pisarchyk, J. Lee, "Efficient memory
//               management for deep neural net inference", 2020
#pragma once

#include <ashlar/graph/uses.hpp>

#include <algorithm>

namespace ashlar::graph {

namespace plan_impl {

/// Tensors that share one piece of memory, and the steps (groups) at which it is needed.
struct block {
  std::int32_t root = -1;
  std::int32_t first = -1;
  std::int32_t last = -1;
  std::int64_t bytes = 0;
  std::int64_t offset = -1;

  constexpr auto needed_with(block const& b) const -> bool {
    return first <= b.last && b.first <= last;
  }
  constexpr auto end() const -> std::int64_t { return offset + bytes; }
};

constexpr auto round_up(std::int64_t bytes) -> std::int64_t {
  return (bytes + arena_alignment - 1) / arena_alignment * arena_alignment;
}

constexpr auto root_of(auto& parent, int t) -> int {
  while (parent[t] != t) {
    parent[t] = parent[parent[t]];
    t = parent[t];
  }
  return t;
}

/// Joins what a reshape reads and writes, unless both are memory of the caller.
template <class Graph> constexpr void join_reshape(Graph const& g, node const& n, auto& parent) {
  int const in = root_of(parent, g.input(n, 0).index);
  int const out = root_of(parent, n.output.index);
  bool const in_is_fixed = g.tensors[in].where != place::none;
  bool const out_is_fixed = g.tensors[out].where != place::none;
  if (in == out || (in_is_fixed && out_is_fixed)) return;
  if (in_is_fixed) {
    parent[out] = in;
  } else {
    parent[in] = out;
  }
}

template <class Graph> constexpr auto shared_memory(Graph const& g) -> typename Graph::per_tensor {
  typename Graph::per_tensor parent{};
  for (int t = 0; t < g.tensors.size(); ++t) parent.push_back(t);
  for (int n = g.nodes.size() - 2; n >= 0; --n) {
    if (g.nodes[n].group != g.nodes[n + 1].group) continue;
    parent[g.nodes[n].output.index] = root_of(parent, g.nodes[n + 1].output.index);
  }
  for (node const& n : g.nodes) {
    if (n.op == op_kind::reshape) join_reshape(g, n, parent);
  }
  return parent;
}

template <class Graph> constexpr auto blocks_of(Graph const& g, auto& parent) {
  typename Graph::template vector<block, Graph::tensor_capacity> by_root{};
  for (int t = 0; t < g.tensors.size(); ++t) by_root.push_back(block{});
  auto const need = [&](tensor_id t, int step) {
    int const root = root_of(parent, t.index);
    block& b = by_root[root];
    b.root = root;
    if (b.first < 0 || step < b.first) b.first = step;
    if (step > b.last) b.last = step;
    std::int64_t const bytes = round_up(byte_count(g[t]));
    if (bytes > b.bytes) b.bytes = bytes;
  };
  for (node const& n : g.nodes) {
    need(n.output, n.group);
    for (int i = 0; i < n.inputs.count; ++i) need(g.input(n, i), n.group);
  }
  typename Graph::template vector<block, Graph::tensor_capacity> blocks{};
  for (block const& b : by_root) {
    if (b.root >= 0 && g.tensors[b.root].where == place::none) blocks.push_back(b);
  }
  return blocks;
}

/// The start of the smallest gap between placed blocks that b fits into, or behind them all.
constexpr auto best_gap(block const& b, auto const& placed) -> std::int64_t {
  std::int64_t best = -1;
  std::int64_t best_room = 0;
  std::int64_t free_from = 0;
  for (block const& p : placed) {
    if (!p.needed_with(b)) continue;
    std::int64_t const room = p.offset - free_from;
    if (room >= b.bytes && (best < 0 || room < best_room)) {
      best = free_from;
      best_room = room;
    }
    if (p.end() > free_from) free_from = p.end();
  }
  return best < 0 ? free_from : best;
}

constexpr void insert_by_offset(block const& b, auto& placed) {
  placed.push_back(b);
  for (int i = placed.size() - 1; i > 0 && b.offset < placed[i - 1].offset; --i) {
    placed[i] = placed[i - 1];
    placed[i - 1] = b;
  }
}

constexpr auto is_larger(block const& a, block const& b) -> bool {
  if (a.bytes != b.bytes) return a.bytes > b.bytes;
  return a.first != b.first ? a.first < b.first : a.root < b.root;
}

}  // namespace plan_impl

template <class Graph> constexpr void plan(Graph& g) {
  auto parent = plan_impl::shared_memory(g);
  auto blocks = plan_impl::blocks_of(g, parent);
  std::sort(blocks.begin(), blocks.end(), plan_impl::is_larger);

  decltype(blocks) placed{};
  g.arena_bytes = 0;
  for (auto& b : blocks) {
    b.offset = plan_impl::best_gap(b, placed);
    plan_impl::insert_by_offset(b, placed);
    if (b.end() > g.arena_bytes) g.arena_bytes = b.end();
    g.tensors[b.root].where = place::arena;
    g.tensors[b.root].offset = b.offset;
  }
  for (int t = 0; t < g.tensors.size(); ++t) {
    tensor const& root = g.tensors[plan_impl::root_of(parent, t)];
    g.tensors[t].where = root.where;
    g.tensors[t].slot = root.slot;
    g.tensors[t].offset = root.offset;
  }
}

/// Takes back what `plan` did, so that a changed graph can be planned again.
template <class Graph> constexpr void unplan(Graph& g) {
  auto const u = uses_of(g);
  typename Graph::per_tensor is_output{};
  for (int t = 0; t < g.tensors.size(); ++t) is_output.push_back(0);
  for (int i = 0; i < g.outputs.count; ++i) is_output[g.output_of_graph(i).index] = 1;
  for (int t = 0; t < g.tensors.size(); ++t) {
    if (u.writer[t] < 0 || is_output[t] != 0) continue;
    g.tensors[t].where = place::none;
    g.tensors[t].slot = -1;
    g.tensors[t].offset = 0;
  }
  g.arena_bytes = 0;
}

}  // namespace ashlar::graph

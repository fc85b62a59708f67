// SPDX-License-Identifier: Apache-2.0
//
// graph/print: a graph as text, and as a Mermaid drawing.
//
//   t5: f32[1,16,8,8] arena+0
//   n0 g0: t5 = conv(t0, t1) {3, 3, ...}
//
//   takes       a graph with valid handles, and anything with << for text, characters and int64
//   returns     nothing; the text goes to the stream
#pragma once

#include <ashlar/graph/graph.hpp>

#include <bit>

namespace ashlar::graph {

namespace print_impl {

constexpr auto name_of(place p) -> std::string_view {
  constexpr std::string_view names[] = {"unplaced", "arena", "weights", "input", "output"};
  return names[static_cast<int>(p)];
}

constexpr void print_type(tensor const& t, auto& out) {
  out << ashlar::name_of(t.type) << '[';
  for (int d = 0; d < t.rank; ++d) {
    if (d > 0) out << ',';
    out << t.dims[d];
  }
  out << ']';
}

/// A whole number, or the 64 bits: exact, and the same everywhere.
constexpr void print_real(double v, auto& out) {
  auto const whole = v >= -1e15 && v <= 1e15 ? static_cast<std::int64_t>(v) : 0;
  auto const bits = std::bit_cast<std::uint64_t>(v);
  if (std::bit_cast<std::uint64_t>(static_cast<double>(whole)) == bits) {
    out << whole << ".0";
  } else {
    constexpr std::string_view digits = "0123456789abcdef";
    out << "bits:";
    for (int i = 60; i >= 0; i -= 4) out << digits[(bits >> static_cast<unsigned>(i)) & 15U];
  }
}

template <class Graph> constexpr void print_node(Graph const& g, int index, auto& out) {
  node const& n = g.nodes[index];
  out << 'n' << std::int64_t{index};
  if (n.group >= 0) out << " g" << std::int64_t{n.group};
  out << ": t" << std::int64_t{n.output.index} << " = " << traits_of(n.op).name << '(';
  for (int i = 0; i < n.inputs.count; ++i) {
    if (i > 0) out << ", ";
    out << 't' << std::int64_t{g.input(n, i).index};
  }
  out << ')';
  if (n.integers.count + n.reals.count > 0) out << " {";
  for (int i = 0; i < n.integers.count; ++i) {
    if (i > 0) out << ", ";
    out << g.integer(n, i);
  }
  for (int i = 0; i < n.reals.count; ++i) {
    if (i > 0 || n.integers.count > 0) out << ", ";
    print_real(g.real(n, i), out);
  }
  if (n.integers.count + n.reals.count > 0) out << '}';
  out << '\n';
}

constexpr void print_list(auto const& g, range r, auto& out) {
  for (int i = 0; i < r.count; ++i) {
    out << " t" << std::int64_t{g.edges[r.first + i].index};
  }
  out << '\n';
}

}  // namespace print_impl

template <class Graph> constexpr void print(Graph const& g, auto& out) {
  for (int t = 0; t < g.tensors.size(); ++t) {
    tensor const& at = g.tensors[t];
    out << 't' << std::int64_t{t} << ": ";
    print_impl::print_type(at, out);
    out << ' ' << print_impl::name_of(at.where);
    if (at.slot >= 0) out << ' ' << std::int64_t{at.slot};
    if (at.where == place::arena || at.where == place::weights) out << '+' << at.offset;
    out << '\n';
  }
  out << "inputs:";
  print_impl::print_list(g, g.inputs, out);
  for (int n = 0; n < g.nodes.size(); ++n) print_impl::print_node(g, n, out);
  out << "outputs:";
  print_impl::print_list(g, g.outputs, out);
  out << "arena: " << g.arena_bytes << " bytes, weights: " << g.weights_bytes << " bytes\n";
}

/// The same as a Mermaid flowchart: one box for each group, tensors on the arrows.
template <class Graph> constexpr void draw(Graph const& g, auto& out) {
  out << "flowchart TD\n";
  for (int i = 0; i < g.inputs.count; ++i) {
    out << "  t" << std::int64_t{g.input_of_graph(i).index} << "([input " << std::int64_t{i}
        << "])\n";
  }
  for (int n = 0; n < g.nodes.size(); ++n) {
    node const& at = g.nodes[n];
    bool const opens = n == 0 || at.group < 0 || at.group != g.nodes[n - 1].group;
    bool const closes = n + 1 == g.nodes.size() || at.group < 0 || at.group != g.nodes[n + 1].group;
    if (opens) out << "  subgraph s" << std::int64_t{n} << "[\" \"]\n";
    out << "  t" << std::int64_t{at.output.index} << "[" << traits_of(at.op).name << "]\n";
    if (closes) out << "  end\n";
  }
  for (node const& n : g.nodes) {
    for (int i = 0; i < n.inputs.count; ++i) {
      tensor_id const from = g.input(n, i);
      if (g[from].where == place::weights) continue;
      out << "  t" << std::int64_t{from.index} << " -- \"";
      print_impl::print_type(g[from], out);
      out << "\" --> t" << std::int64_t{n.output.index} << '\n';
    }
  }
  for (int i = 0; i < g.outputs.count; ++i) {
    out << "  t" << std::int64_t{g.output_of_graph(i).index} << " --> o" << std::int64_t{i}
        << "([output " << std::int64_t{i} << "])\n";
  }
}

}  // namespace ashlar::graph

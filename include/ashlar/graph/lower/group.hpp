// SPDX-License-Identifier: Apache-2.0
//
// graph/lower/group: the nodes of a group as one kernel: an operator in the lead, if it is more
// than element-wise, and the steps behind it.
//
//   group_nodes   where a group begins and ends
//   chain         the steps as op/step has them, and which tensors their side operands are
//   operand       a tensor with the extents that the kernel sees
//   invariants    a tensor that several steps read is one side operand
#pragma once

#include <ashlar/graph/fuse.hpp>
#include <ashlar/graph/lower/space.hpp>
#include <ashlar/op/step.hpp>

namespace ashlar::graph {

/// A range of nodes: those of one group.
template <class Graph> constexpr auto group_nodes(Graph const& g, int group) -> range {
  range r{};
  for (int n = 0; n < g.nodes.size(); ++n) {
    if (g.nodes[n].group != group) continue;
    if (r.count == 0) r.first = n;
    ++r.count;
  }
  return r;
}

// Each step reads one tensor besides the value so far, the first one two.
static_assert(most_in_group <= op::most_steps && most_in_group + 1 <= op::most_sides);

struct chain {
  op::step_list steps{};
  static_vector<tensor_id, op::most_sides> sides{};
};

namespace group_impl {

constexpr auto side_of(chain& c, tensor_id t) -> std::int8_t {
  for (int s = 0; s < c.sides.size(); ++s) {
    if (c.sides[s] == t) return static_cast<std::int8_t>(s);
  }
  return static_cast<std::int8_t>(c.sides.push_back(t));
}

template <class Graph>
constexpr auto parameters_of(Graph const& g, node const& n) -> op::parameters {
  op::parameters p{};
  for (int i = 0; i < n.reals.count && i < 2; ++i) p.real[i] = g.real(n, i);
  for (int i = 0; i < n.integers.count && i < 2; ++i) p.integer[i] = g.integer(n, i);
  if (n.op == op_kind::cast) p.to = static_cast<dtype>(g.integer(n, 0));
  return p;
}

}  // namespace group_impl

/// The steps of the nodes in r, of which the first continues `before`, the output of the lead.
template <class Graph> constexpr auto chain_of(Graph const& g, range r, tensor_id before) -> chain {
  chain c{};
  for (int at = r.first; at < r.first + r.count; ++at) {
    node const& n = g.nodes[at];
    op::step s{.op = n.op, .with = group_impl::parameters_of(g, n)};
    for (int i = 0; i < n.inputs.count; ++i) {
      tensor_id const t = g.input(n, i);
      std::int8_t const from = t == before ? std::int8_t{op::so_far} : group_impl::side_of(c, t);
      (i == 0 ? s.left : s.right) = from;
    }
    c.steps.push_back(s);
    before = n.output;
  }
  return c;
}

/// The dimensions of a merged space that have a mark.
constexpr auto axes_with(space const& s, std::uint32_t mark) -> op::axis_numbers {
  op::axis_numbers axes{};
  for (int d = 0; d < s.size(); ++d) {
    if (has(s[d], mark)) axes.push_back(static_cast<std::int8_t>(d));
  }
  return axes;
}

/// Along which dimensions of the merged space each side operand varies.
constexpr auto sides_of(chain const& c, space const& s) -> op::side_list {
  op::side_list list{};
  for (int side = 0; side < c.sides.size(); ++side) list.push_back(axes_with(s, side_mark(side)));
  return list;
}

/// The marks of the side operands that vary along dimension d of the output.
template <class Graph>
constexpr auto side_marks(Graph const& g, chain const& c, tensor const& out, int d)
    -> std::uint32_t {
  std::uint32_t marks = 0;
  for (int s = 0; s < c.sides.size(); ++s) {
    if (extent_in(g[c.sides[s]], out.rank, d) != 1) marks |= side_mark(s);
  }
  return marks;
}

/// A tensor of the graph as the kernel sees it: packed, in these dimensions.
struct operand {
  tensor_id id{};
  std::int8_t rank = 0;
  std::int64_t dims[max_rank]{};

  constexpr void add(std::int64_t extent) { dims[rank++] = extent; }
  friend constexpr auto operator==(operand const&, operand const&) -> bool = default;
};

using operand_list = static_vector<operand, op::most_sides + 3>;

/// The dimensions of a merged space that have one of the marks.
constexpr auto operand_along(tensor_id id, space const& s, std::uint32_t marks) -> operand {
  operand o{.id = id};
  for (dimension const& d : s) {
    if (has(d, marks)) o.add(d.extent);
  }
  return o;
}

constexpr auto operand_of_all(tensor_id id, space const& s) -> operand {
  operand o{.id = id};
  for (dimension const& d : s) o.add(d.extent);
  return o;
}

constexpr void add_sides(operand_list& list, chain const& c, space const& s) {
  for (int side = 0; side < c.sides.size(); ++side) {
    list.push_back(operand_along(c.sides[side], s, side_mark(side)));
  }
}

/// What a group needs besides its operator.
struct group_plan {
  chain steps{};
  space dims{};
  operand_list operands{};  // the output first
};

/// The chain in the form of op/step, from a type with a static group_plan `plan`.
template <class Lowering> struct chain_type {
  static constexpr op::step_list steps = Lowering::plan.steps.steps;
  static constexpr op::side_list sides = sides_of(Lowering::plan.steps, Lowering::plan.dims);
};

}  // namespace ashlar::graph

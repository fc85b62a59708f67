// SPDX-License-Identifier: Apache-2.0
//
// graph/lower/matmul: a matrix product and its chain.
//
//   [8, 4, 16] x [16, 3]   -->   [32, 16] x [16, 3]
#pragma once

#include <ashlar/graph/lower/group.hpp>
#include <ashlar/op/matmul.hpp>

namespace ashlar::graph {

template <class Definition, int Group> struct matmul_plan {
  static constexpr auto const& g = Definition::graph;
  static constexpr range nodes = group_nodes(g, Group);
  static constexpr node lead = g.nodes.items[nodes.first];
  static constexpr tensor a = g[g.input(lead, 0)];
  static constexpr tensor b = g[g.input(lead, 1)];
  static constexpr std::uint32_t left = lead_mark(0), right = lead_mark(1), column = lead_mark(2);

  static constexpr auto marks_of(int d, int rank) -> std::uint32_t {
    if (d == rank - 1) return column;
    if (d == rank - 2) return left;
    return (extent_in(a, rank, d) != 1 ? left : 0) | (extent_in(b, rank, d) != 1 ? right : 0);
  }

  static constexpr auto make() -> group_plan {
    group_plan p{};
    tensor_id const result = g.nodes.items[nodes.first + nodes.count - 1].output;
    tensor const& out = g[result];
    p.steps = chain_of(g, range{nodes.first + 1, nodes.count - 1}, lead.output);
    space all{};
    for (int d = 0; d < out.rank; ++d) {
      all.push_back(dimension{.extent = out.dims[d],
                              .marks = marks_of(d, out.rank) | side_marks(g, p.steps, out, d),
                              .keep = d == out.rank - 1});
    }
    p.dims = merged(all);
    p.operands.push_back(operand_of_all(result, p.dims));
    operand x = operand_along(g.input(lead, 0), p.dims, left);
    operand w = operand_along(g.input(lead, 1), p.dims, right);
    x.add(a.dims[a.rank - 1]);
    w.add(b.dims[b.rank - 2]);
    w.add(b.dims[b.rank - 1]);
    p.operands.push_back(x);
    p.operands.push_back(w);
    add_sides(p.operands, p.steps, p.dims);
    return p;
  }
  static constexpr group_plan plan = make();
};

template <class Definition, int Group> struct matmul_group : matmul_plan<Definition, Group> {
  using base = matmul_plan<Definition, Group>;
  using functor = op::matmul<base::plan.dims.size() - 1, axes_with(base::plan.dims, base::left),
                             axes_with(base::plan.dims, base::right), chain_type<base>>;
};

}  // namespace ashlar::graph

// SPDX-License-Identifier: Apache-2.0
//
// graph/lower/map: a group of element-wise nodes, an expand, or a reshape that must copy.
#pragma once

#include <ashlar/graph/lower/group.hpp>
#include <ashlar/op/map.hpp>

namespace ashlar::graph {

template <class Definition, int Group> struct map_plan {
  static constexpr auto const& g = Definition::graph;
  static constexpr range nodes = group_nodes(g, Group);

  static constexpr auto make() -> group_plan {
    group_plan p{};
    node const& first = g.nodes.items[nodes.first];
    tensor_id const result = g.nodes.items[nodes.first + nodes.count - 1].output;
    tensor const& out = g[result];
    bool const copies = !is_element_wise(first.op);
    if (copies) {
      p.steps.sides.push_back(g.input(first, 0));
    } else {
      p.steps = chain_of(g, nodes, tensor_id{});
    }
    bool const flat = first.op == op_kind::reshape;
    space all{};
    for (int d = 0; d < out.rank; ++d) {
      all.push_back(dimension{.extent = out.dims[d],
                              .marks = flat ? side_mark(0) : side_marks(g, p.steps, out, d)});
    }
    p.dims = merged(all);
    if (p.dims.empty()) p.dims.push_back(dimension{});
    p.operands.push_back(operand_of_all(result, p.dims));
    add_sides(p.operands, p.steps, p.dims);
    return p;
  }
  static constexpr group_plan plan = make();
};

template <class Definition, int Group> struct map_group : map_plan<Definition, Group> {
  using base = map_plan<Definition, Group>;
  using functor = op::map<base::plan.dims.size(), chain_type<base>>;
};

}  // namespace ashlar::graph

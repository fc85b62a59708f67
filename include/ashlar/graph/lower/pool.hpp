// SPDX-License-Identifier: Apache-2.0
//
// graph/lower/pool: a pooling and its chain.
#pragma once

#include <ashlar/graph/attributes.hpp>
#include <ashlar/graph/lower/group.hpp>
#include <ashlar/op/average_pool.hpp>
#include <ashlar/op/max_pool.hpp>

namespace ashlar::graph {

template <class Definition, int Group> struct pool_plan {
  static constexpr auto const& g = Definition::graph;
  static constexpr range nodes = group_nodes(g, Group);
  static constexpr node lead = g.nodes.items[nodes.first];
  static constexpr tensor in = g[g.input(lead, 0)];
  static constexpr op::window shape = window_of(g, lead, in.rank);
  static constexpr int spatial = in.rank - 2;
  static constexpr std::uint32_t plane = lead_mark(0);

  static constexpr auto make() -> group_plan {
    group_plan p{};
    tensor_id const result = g.nodes.items[nodes.first + nodes.count - 1].output;
    tensor const& out = g[result];
    p.steps = chain_of(g, range{nodes.first + 1, nodes.count - 1}, lead.output);
    space all{};
    for (int d = 0; d < out.rank; ++d) {
      all.push_back(
          dimension{.extent = out.dims[d],
                    .marks = (d < 2 ? plane : lead_mark(d)) | side_marks(g, p.steps, out, d),
                    .keep = d >= 2});
    }
    p.dims = merged(all);
    p.operands.push_back(operand_of_all(result, p.dims));
    operand x = operand_along(g.input(lead, 0), p.dims, plane);
    for (int d = 2; d < in.rank; ++d) x.add(in.dims[d]);
    p.operands.push_back(x);
    add_sides(p.operands, p.steps, p.dims);
    return p;
  }
  static constexpr group_plan plan = make();
};

namespace pool_impl {

template <class Plan> constexpr auto make_functor() {
  constexpr int planes = count(Plan::plan.dims, Plan::plane);
  if constexpr (Plan::lead.op == op_kind::average_pool) {
    constexpr spatial_extents from = spatial_of(Plan::in);
    constexpr spatial_extents to = spatial_of(Plan::g[Plan::lead.output]);
    return op::average_pool<Plan::shape, Plan::spatial, planes, from, to, chain_type<Plan>>{};
  } else {
    using element = type_of<computed_type(Plan::in.type)>;
    return op::max_pool<Plan::shape, Plan::spatial, planes, element, chain_type<Plan>>{};
  }
}

}  // namespace pool_impl

template <class Definition, int Group> struct pool_group : pool_plan<Definition, Group> {
  using functor = decltype(pool_impl::make_functor<pool_plan<Definition, Group>>());
};

}  // namespace ashlar::graph

// SPDX-License-Identifier: Apache-2.0
//
// graph/lower/conv: a convolution and its chain.
//
//   invariants  the groups are a dimension of their own; a window of one element that steps by one
//               walks through all spatial dimensions as one
#pragma once

#include <ashlar/graph/attributes.hpp>
#include <ashlar/graph/lower/group.hpp>
#include <ashlar/op/conv.hpp>

namespace ashlar::graph {

template <class Definition, int Group> struct conv_plan {
  static constexpr auto const& g = Definition::graph;
  static constexpr range nodes = group_nodes(g, Group);
  static constexpr node lead = g.nodes.items[nodes.first];
  static constexpr tensor in = g[g.input(lead, 0)];
  static constexpr op::window shape = window_of(g, lead, in.rank);
  static constexpr std::uint32_t image = lead_mark(0), group = lead_mark(1), filter = lead_mark(2);
  static constexpr std::uint32_t places = lead_mark(3) | lead_mark(4) | lead_mark(5);

  static constexpr auto is_pointwise() -> bool {
    op::window plain{};
    plain.groups = shape.groups;
    plain.ceil = shape.ceil;
    plain.count_pads = shape.count_pads;
    return shape == plain;
  }

  static constexpr auto dims_of(chain const& c, tensor const& out) -> space {
    space all{};
    std::uint32_t const along_filters = side_marks(g, c, out, 1);
    all.push_back(dimension{.extent = out.dims[0], .marks = image | side_marks(g, c, out, 0)});
    if (shape.groups > 1) {
      all.push_back(
          dimension{.extent = shape.groups, .marks = group | along_filters, .keep = true});
    }
    all.push_back(dimension{
        .extent = out.dims[1] / shape.groups, .marks = filter | along_filters, .keep = true});
    for (int d = 2; d < out.rank; ++d) {
      std::uint32_t const mark = lead_mark(is_pointwise() ? 3 : 1 + d);
      all.push_back(dimension{.extent = out.dims[d],
                              .marks = mark | side_marks(g, c, out, d),
                              .keep = !is_pointwise() || d == out.rank - 1});
    }
    return merged(all);
  }

  static constexpr auto make() -> group_plan {
    group_plan p{};
    tensor_id const result = g.nodes.items[nodes.first + nodes.count - 1].output;
    p.steps = chain_of(g, range{nodes.first + 1, nodes.count - 1}, lead.output);
    p.dims = dims_of(p.steps, g[result]);
    p.operands.push_back(operand_of_all(result, p.dims));
    operand x = operand_along(g.input(lead, 0), p.dims, image | group);
    operand f = operand_along(g.input(lead, 1), p.dims, group | filter);
    std::int64_t const channels = g[g.input(lead, 1)].dims[1];
    x.add(channels);
    f.add(channels);
    int const spatial = count(p.dims, places);
    for (int d = 0; d < spatial; ++d) {
      int const at = in.rank - spatial + d;
      x.add(is_pointwise() ? p.dims[p.dims.size() - spatial + d].extent : in.dims[at]);
      f.add(shape.kernel[max_spatial - spatial + d]);
    }
    p.operands.push_back(x);
    p.operands.push_back(f);
    add_sides(p.operands, p.steps, p.dims);
    return p;
  }
  static constexpr group_plan plan = make();
};

template <class Definition, int Group> struct conv_group : conv_plan<Definition, Group> {
  using base = conv_plan<Definition, Group>;
  using functor = op::conv<base::shape, count(base::plan.dims, base::places),
                           count(base::plan.dims, base::image), chain_type<base>>;
};

}  // namespace ashlar::graph

// SPDX-License-Identifier: Apache-2.0
//
// graph/lower/reduce: reductions, positions of extremes, and softmax: what runs along axes.
#pragma once

#include <ashlar/graph/lower/group.hpp>
#include <ashlar/op/arg.hpp>
#include <ashlar/op/reduce.hpp>
#include <ashlar/op/softmax.hpp>

namespace ashlar::graph {

template <class Definition, int Group> struct reduce_plan {
  static constexpr auto const& g = Definition::graph;
  static constexpr node lead = g.nodes.items[group_nodes(g, Group).first];
  static constexpr tensor in = g[g.input(lead, 0)];
  static constexpr std::uint32_t kept = lead_mark(0), gone = lead_mark(1);

  static constexpr auto dims() -> space {
    space all{};
    for (int d = 0; d < in.rank; ++d) all.push_back(dimension{.extent = in.dims[d], .marks = kept});
    for (int i = 1; i < lead.integers.count; ++i) {
      all[static_cast<int>(g.integer(lead, i))].marks = gone;
    }
    space s = merged(all);
    // An output has a dimension, and a reduction an axis, if only of extent 1.
    if (count(s, kept) == 0) s.insert(0, dimension{.marks = kept});
    if (count(s, gone) == 0) s.push_back(dimension{.marks = gone});
    return s;
  }

  static constexpr auto make() -> group_plan {
    group_plan p{};
    p.dims = dims();
    p.operands.push_back(operand_along(lead.output, p.dims, kept));
    p.operands.push_back(operand_of_all(g.input(lead, 0), p.dims));
    return p;
  }
  static constexpr group_plan plan = make();
};

namespace reduce_impl {

template <class Plan> constexpr auto elements() -> std::int64_t {
  std::int64_t n = 1;
  for (dimension const& d : Plan::plan.dims) n *= has(d, Plan::gone) ? d.extent : 1;
  return n;
}

/// The extents before, along and behind an axis.
constexpr auto around(tensor const& t, std::int64_t axis) -> space {
  space s{};
  for (int i = 0; i < 3; ++i) s.push_back(dimension{});
  for (int d = 0; d < t.rank; ++d) s[d < axis ? 0 : d == axis ? 1 : 2].extent *= t.dims[d];
  return s;
}

}  // namespace reduce_impl

template <class Definition, int Group> struct reduce_group : reduce_plan<Definition, Group> {
  using base = reduce_plan<Definition, Group>;
  using functor =
      op::reduce<base::lead.op, base::plan.dims.size(), axes_with(base::plan.dims, base::kept),
                 axes_with(base::plan.dims, base::gone), reduce_impl::elements<base>()>;
};

template <class Definition, int Group> struct arg_group {
  static constexpr auto const& g = Definition::graph;
  static constexpr node lead = g.nodes.items[group_nodes(g, Group).first];
  static constexpr space dims = reduce_impl::around(g[g.input(lead, 0)], g.integer(lead, 0));

  static constexpr auto make() -> group_plan {
    group_plan p{};
    operand y{.id = lead.output};
    y.add(dims[0].extent);
    y.add(dims[2].extent);
    p.operands.push_back(y);
    p.operands.push_back(operand_of_all(g.input(lead, 0), dims));
    return p;
  }
  static constexpr group_plan plan = make();
  using functor = op::arg<lead.op, dims.items[1].extent, g.integer(lead, 2) != 0>;
};

template <class Definition, int Group> struct softmax_group {
  static constexpr auto const& g = Definition::graph;
  static constexpr node lead = g.nodes.items[group_nodes(g, Group).first];
  static constexpr space dims = reduce_impl::around(g[lead.output], g.integer(lead, 0));
  static constexpr bool has_behind = dims.items[2].extent != 1;

  static constexpr auto make() -> group_plan {
    group_plan p{};
    space s = dims;
    if (!has_behind) s.pop_back();
    p.operands.push_back(operand_of_all(lead.output, s));
    p.operands.push_back(operand_of_all(g.input(lead, 0), s));
    return p;
  }
  static constexpr group_plan plan = make();
  using functor = op::softmax<has_behind>;
};

}  // namespace ashlar::graph

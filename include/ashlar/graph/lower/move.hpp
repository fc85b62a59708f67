// SPDX-License-Identifier: Apache-2.0
//
// graph/lower/move: transpose, slice, pad, gather and concat: elements that change their place.
//
//   invariants  dimensions that move together are one; a concat is one copy for each of its
//               operands
#pragma once

#include <ashlar/graph/lower/reduce.hpp>
#include <ashlar/op/gather.hpp>
#include <ashlar/op/map.hpp>
#include <ashlar/op/pad.hpp>
#include <ashlar/op/transpose.hpp>
#include <ashlar/tir/scalar.hpp>

namespace ashlar::graph {

namespace move_impl {

/// A dimension of the output of a transpose, and where it comes from.
struct moved {
  std::int64_t extent = 1;
  std::int64_t from = 0;
};
using moved_list = static_vector<moved, max_rank>;

/// Without dimensions of extent 1, and neighbours that stay neighbours as one.
template <class Graph> constexpr auto moves_of(Graph const& g, node const& n) -> moved_list {
  moved_list all{};
  tensor const& out = g[n.output];
  tensor const& in = g[g.input(n, 0)];
  for (int d = 0; d < out.rank; ++d) {
    std::int64_t const from = g.integer(n, d);
    if (out.dims[d] == 1) continue;
    bool next = !all.empty();
    for (std::int64_t between = next ? all.back().from + 1 : 0; between < from; ++between) {
      next = next && in.dims[between] == 1;
    }
    if (next && all.back().from < from) {
      all.back().extent *= out.dims[d];
      all.back().from = from;
    } else {
      all.push_back(moved{.extent = out.dims[d], .from = from});
    }
  }
  if (all.empty()) all.push_back(moved{});
  return all;
}

/// Which dimension of the output the d-th of the input is.
constexpr auto order_of(moved_list const& m) -> op::axis_numbers {
  op::axis_numbers order{};
  for (int d = 0; d < m.size(); ++d) {
    int rank = 0;
    for (int other = 0; other < m.size(); ++other) rank += m[other].from < m[d].from ? 1 : 0;
    while (order.size() <= rank) order.push_back(0);
    order[rank] = static_cast<std::int8_t>(d);
  }
  return order;
}

/// A dimension that is cut or widened: element i of the output is start + i * step of the input.
struct shifted {
  std::int64_t in = 1;
  std::int64_t out = 1;
  std::int64_t start = 0;
  std::int64_t step = 1;

  constexpr auto is_whole() const -> bool { return in == out && start == 0 && step == 1; }
};
using shifted_list = static_vector<shifted, max_rank>;

/// Whole dimensions join the one before them, if that steps by one.
constexpr auto joined(shifted_list const& from) -> shifted_list {
  shifted_list to{};
  for (shifted s : from) {
    if (s.out == 1) s.step = 1;
    if (s.in == 1 && s.out == 1) continue;
    if (s.is_whole() && !to.empty() && to.back().step == 1) {
      to.back().in *= s.in;
      to.back().out *= s.in;
      to.back().start *= s.in;
    } else {
      to.push_back(s);
    }
  }
  if (to.empty()) to.push_back(shifted{});
  return to;
}

template <class Graph> constexpr auto shifts_of(Graph const& g, node const& n) -> shifted_list {
  tensor const& in = g[g.input(n, 0)];
  tensor const& out = g[n.output];
  shifted_list all{};
  for (int d = 0; d < in.rank; ++d) {
    shifted s{.in = in.dims[d], .out = out.dims[d]};
    s.start = n.op == op_kind::pad ? -g.integer(n, d) : g.integer(n, d);
    if (n.op == op_kind::slice) s.step = g.integer(n, in.rank + d);
    all.push_back(s);
  }
  return joined(all);
}

constexpr auto starts_of(shifted_list const& all, int sign) -> op::per_dimension {
  op::per_dimension r{};
  for (int d = 0; d < all.size(); ++d) r.at[d] = sign * all[d].start;
  return r;
}

constexpr auto steps_of(shifted_list const& all) -> op::per_dimension {
  op::per_dimension r{};
  for (int d = 0; d < all.size(); ++d) r.at[d] = all[d].step;
  return r;
}

/// A real attribute as a number of an element type.
template <class T> constexpr auto number(double v) -> T {
  return tir::value_of<T>(tir::to_scalar(v));
}

// As variables: written as template arguments, each took nvcc's front end 200 MB and more.
template <class Group> inline constexpr int rank_of = Group::shifts.size();
template <class Group, int Sign>
inline constexpr op::per_dimension starts = starts_of(Group::shifts, Sign);
template <class Group> inline constexpr op::per_dimension steps = steps_of(Group::shifts);

}  // namespace move_impl

template <class Definition, int Group> struct transpose_group {
  static constexpr auto const& g = Definition::graph;
  static constexpr node lead = g.nodes.items[group_nodes(g, Group).first];
  static constexpr move_impl::moved_list moves = move_impl::moves_of(g, lead);
  static constexpr op::axis_numbers order = move_impl::order_of(moves);

  static constexpr auto make() -> group_plan {
    group_plan p{};
    operand y{.id = lead.output};
    operand x{.id = g.input(lead, 0)};
    for (int d = 0; d < moves.size(); ++d) y.add(moves[d].extent);
    for (int d = 0; d < moves.size(); ++d) x.add(moves[order[d]].extent);
    p.operands.push_back(y);
    p.operands.push_back(x);
    return p;
  }
  static constexpr group_plan plan = make();
  using functor = op::transpose<order>;
};

template <class Definition, int Group> struct shift_group {
  static constexpr auto const& g = Definition::graph;
  static constexpr node lead = g.nodes.items[group_nodes(g, Group).first];
  static constexpr move_impl::shifted_list shifts = move_impl::shifts_of(g, lead);

  static constexpr auto make() -> group_plan {
    group_plan p{};
    operand y{.id = lead.output};
    operand x{.id = g.input(lead, 0)};
    for (auto const& s : shifts) y.add(s.out);
    for (auto const& s : shifts) x.add(s.in);
    p.operands.push_back(y);
    p.operands.push_back(x);
    return p;
  }
  static constexpr group_plan plan = make();
};

template <class Definition, int Group> struct slice_group : shift_group<Definition, Group> {
  using base = shift_group<Definition, Group>;
  using functor =
      op::slice<move_impl::rank_of<base>, move_impl::starts<base, 1>, move_impl::steps<base>>;
};

template <class Definition, int Group> struct pad_group : shift_group<Definition, Group> {
  using base = shift_group<Definition, Group>;
  using value_type = type_of<computed_type(base::g[base::lead.output].type)>;
  static constexpr value_type value = move_impl::number<value_type>(base::g.real(base::lead, 0));
  using functor = op::pad<move_impl::rank_of<base>, move_impl::starts<base, -1>, value>;
};

template <class Definition, int Group> struct gather_group {
  static constexpr auto const& g = Definition::graph;
  static constexpr node lead = g.nodes.items[group_nodes(g, Group).first];
  static constexpr space dims = reduce_impl::around(g[g.input(lead, 0)], g.integer(lead, 0));

  static constexpr auto make() -> group_plan {
    group_plan p{};
    operand at{.id = g.input(lead, 1)};
    at.add(element_count(g[at.id]));
    operand y{.id = lead.output};
    y.add(dims[0].extent);
    y.add(at.dims[0]);
    y.add(dims[2].extent);
    p.operands.push_back(y);
    p.operands.push_back(operand_of_all(g.input(lead, 0), dims));
    p.operands.push_back(at);
    return p;
  }
  static constexpr group_plan plan = make();
  using functor = op::gather<dims.items[1].extent>;
};

/// The copy of one operand of a concat into its part of the output.
template <class Definition, int Group, int Part> struct concat_part {
  static constexpr auto const& g = Definition::graph;
  static constexpr node lead = g.nodes.items[group_nodes(g, Group).first];
  static constexpr tensor_id from = g.input(lead, Part);
  static constexpr space all = reduce_impl::around(g[lead.output], g.integer(lead, 0));
  static constexpr space own = reduce_impl::around(g[from], g.integer(lead, 0));

  static constexpr std::int64_t rows = all.items[0].extent;
  static constexpr std::int64_t row = own.items[1].extent * own.items[2].extent;
  static constexpr std::int64_t pitch = all.items[1].extent * all.items[2].extent;
  /// Where in a row of the output this part begins.
  static constexpr auto first() -> std::int64_t {
    std::int64_t before = 0;
    for (int i = 0; i < Part; ++i) before += g[g.input(lead, i)].dims[g.integer(lead, 0)];
    return before * own.items[2].extent;
  }

  struct whole_copy {
    static constexpr op::step_list steps{};
    static constexpr op::side_list sides{{{{0, 1}, 2}}, 1};
  };
  using functor = op::map<2, whole_copy>;
};

}  // namespace ashlar::graph

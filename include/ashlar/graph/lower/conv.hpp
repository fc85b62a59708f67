// SPDX-License-Identifier: Apache-2.0
//
// graph/lower/conv: a convolution and its chain.
//
//   invariants  the groups are a dimension of their own; a window of one element that steps by one
//               walks through all spatial dimensions as one
//   forms       direct where no window leaves the input; flat where a row of the output is narrower
//               than a vector; otherwise by way of a copy with pads; direct always on a GPU, whose
//               threads each have places of their own
#pragma once

#include <ashlar/graph/attributes.hpp>
#include <ashlar/graph/lower/group.hpp>
#include <ashlar/op/conv.hpp>
#include <ashlar/op/conv_schedule.hpp>

namespace ashlar::graph {

enum class conv_form : std::uint8_t { direct, padded, flat };

namespace conv_impl {

inline constexpr std::uint32_t image = lead_mark(0);
inline constexpr std::uint32_t group = lead_mark(1);
inline constexpr std::uint32_t filter = lead_mark(2);
inline constexpr std::uint32_t places = lead_mark(3) | lead_mark(4) | lead_mark(5);

/// One element that steps by one, so that places are independent of each other.
constexpr auto is_pointwise(op::window const& w) -> bool {
  for (int d = 0; d < max_spatial; ++d) {
    if (w.kernel[d] != 1 || w.stride[d] != 1 || w.before[d] != 0 || w.after[d] != 0) return false;
  }
  return true;
}

/// The dimensions of the output; `joined`: the spatial ones as one where side operands permit it.
template <class Graph>
constexpr auto dims_of(Graph const& g, chain const& c, tensor const& out, op::window const& w,
                       bool joined) -> space {
  space all{};
  std::uint32_t const along_filters = side_marks(g, c, out, 1);
  all.push_back(dimension{.extent = out.dims[0], .marks = image | side_marks(g, c, out, 0)});
  if (w.groups > 1) {
    all.push_back(dimension{.extent = w.groups, .marks = group | along_filters, .keep = true});
  }
  all.push_back(
      dimension{.extent = out.dims[1] / w.groups, .marks = filter | along_filters, .keep = true});
  for (int d = 2; d < out.rank; ++d) {
    all.push_back(dimension{.extent = out.dims[d],
                            .marks = lead_mark(joined ? 3 : 1 + d) | side_marks(g, c, out, d),
                            .keep = !joined || d == out.rank - 1});
  }
  return merged(all);
}

/// Whether a window reaches beyond the input, or neighbours in the output are none in the input.
constexpr auto needs_copy(op::window const& w, spatial_extents const& in,
                          spatial_extents const& out) -> bool {
  bool copy = w.stride[max_spatial - 1] != 1;
  for (int d = 0; d < max_spatial; ++d) {
    std::int64_t const end =
        (out.dims[d] - 1) * w.stride[d] + (w.kernel[d] - 1) * w.dilation[d] - w.before[d];
    copy = copy || w.before[d] > 0 || end >= in.dims[d];
  }
  return copy;
}

template <class Graph>
constexpr auto form_of(Graph const& g, chain const& c, tensor const& in, tensor const& out,
                       op::window const& w) -> conv_form {
  std::int64_t const row = out.dims[out.rank - 1];
  bool const narrow =
      out.rank == 4 && row < target::widest.lanes(computed_type(out.type)) && out.dims[2] > 1;
  if (is_pointwise(w)) return conv_form::direct;
  if (narrow && count(dims_of(g, c, out, w, true), places) == 1) return conv_form::flat;
  // With a single place in a row there are no lanes to feed.
  if (row == 1 || !needs_copy(w, spatial_of(in), spatial_of(out))) return conv_form::direct;
  return conv_form::padded;
}

}  // namespace conv_impl

template <class Definition, int Group, bool Direct = false> struct conv_plan {
  static constexpr auto const& g = Definition::graph;
  static constexpr range nodes = group_nodes(g, Group);
  static constexpr node lead = g.nodes.items[nodes.first];
  static constexpr tensor in = g[g.input(lead, 0)];
  static constexpr tensor out = g[lead.output];
  static constexpr op::window shape = window_of(g, lead, in.rank);
  static constexpr chain steps = chain_of(g, range{nodes.first + 1, nodes.count - 1}, lead.output);
  static constexpr conv_form form =
      Direct ? conv_form::direct : conv_impl::form_of(g, steps, in, out, shape);
  static constexpr bool pointwise = conv_impl::is_pointwise(shape);

  static constexpr auto make() -> group_plan {
    using namespace conv_impl;
    group_plan p{};
    p.steps = steps;
    p.dims = dims_of(g, steps, out, shape, pointwise || form == conv_form::flat);
    p.operands.push_back(
        operand_of_all(g.nodes.items[nodes.first + nodes.count - 1].output, p.dims));
    operand x = operand_along(g.input(lead, 0), p.dims, image | group);
    operand f = operand_along(g.input(lead, 1), p.dims, group | filter);
    std::int64_t const channels = g[g.input(lead, 1)].dims[1];
    x.add(channels);
    f.add(channels);
    int const joined = count(p.dims, places);
    int const spatial = pointwise ? joined : in.rank - 2;
    for (int d = 0; d < spatial; ++d) {
      x.add(pointwise ? p.dims[p.dims.size() - joined + d].extent : in.dims[2 + d]);
      f.add(pointwise ? 1 : g[g.input(lead, 1)].dims[2 + d]);
    }
    p.operands.push_back(x);
    p.operands.push_back(f);
    add_sides(p.operands, p.steps, p.dims);
    return p;
  }
  static constexpr group_plan plan = make();
};

namespace conv_impl {

template <class Plan> constexpr auto make_functor() {
  constexpr int rank = Plan::pointwise ? count(Plan::plan.dims, places) : Plan::in.rank - 2;
  constexpr int batch = count(Plan::plan.dims, image);
  constexpr spatial_extents out = spatial_of(Plan::out);
  if constexpr (Plan::form == conv_form::flat) {
    return op::conv_flat<Plan::shape, batch, out, chain_type<Plan>>{};
  } else if constexpr (Plan::form == conv_form::padded) {
    return op::conv_padded<Plan::shape, rank, batch, out, chain_type<Plan>>{};
  } else {
    return op::conv<Plan::shape, rank, batch, chain_type<Plan>>{};
  }
}

template <class Plan> constexpr auto make_schedule() {
  if constexpr (Plan::plan.dims.items[Plan::plan.dims.size() - 1].extent == 1) {
    return automatic;
  } else {
    return op::conv_schedule{
        .copy_width = Plan::form == conv_form::flat ? Plan::out.dims[Plan::out.rank - 1] : 0};
  }
}

}  // namespace conv_impl

template <class Definition, int Group> struct conv_group : conv_plan<Definition, Group> {
  using base = conv_plan<Definition, Group>;
  using functor = decltype(conv_impl::make_functor<base>());
  static constexpr auto schedule = conv_impl::make_schedule<base>();
};

template <class Definition, int Group>
struct direct_conv_group : conv_plan<Definition, Group, true> {
  using base = conv_plan<Definition, Group, true>;
  using functor = decltype(conv_impl::make_functor<base>());
};

}  // namespace ashlar::graph

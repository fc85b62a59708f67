// SPDX-License-Identifier: Apache-2.0
//
// graph/fault: what is wrong with a graph, as a value.
//
//   invariants  the number of a rule never changes its meaning; 0 is no fault
#pragma once

#include <cstdint>
#include <string_view>

namespace ashlar::graph {

enum class rule : std::uint16_t {
  ok = 0,
  bad_handle = 101,
  order = 102,
  one_writer = 103,
  arity = 104,
  attributes = 105,
  element_type = 106,
  rank = 107,
  extents = 108,
  too_large = 109,
  broadcast = 110,
  axis = 111,
  window = 112,
  channels = 113,
  inner_extents = 114,
  element_counts = 115,
  permutation = 116,
  bounds = 117,
  empty_reduction = 118,
  shape_differs = 119,
  type_differs = 120,
  grouping = 121,
  placement = 122,
  overlap = 123,
  interface = 124,
};

constexpr auto text_of(rule r) -> std::string_view {
  switch (r) {
    case rule::ok: return "ok";
    case rule::bad_handle: return "a handle points outside its pool";
    case rule::order: return "a tensor is read before the node that writes it";
    case rule::one_writer: return "a tensor has one writer, and inputs and weights have none";
    case rule::arity: return "the operator takes another number of operands";
    case rule::attributes: return "the operator takes other attributes";
    case rule::element_type: return "the operator does not take this element type";
    case rule::rank: return "the number of dimensions is not one the operator takes";
    case rule::extents: return "an extent must not be negative";
    case rule::too_large: return "a tensor has more bytes than the limit";
    case rule::broadcast: return "extents that meet must be equal, or one of them 1";
    case rule::axis: return "an axis must name a dimension, once";
    case rule::window: return "the window does not fit: strides, dilations, kernel and pads";
    case rule::channels: return "channels, filters and groups must divide each other";
    case rule::inner_extents: return "columns on the left must equal rows on the right";
    case rule::element_counts: return "a reshape keeps the number of elements";
    case rule::permutation: return "a transpose names each dimension once";
    case rule::bounds: return "a slice or an index lies outside the tensor";
    case rule::empty_reduction: return "a reduction without an identity is over no element";
    case rule::shape_differs: return "the output has other extents than the operator gives";
    case rule::type_differs: return "operands or output have another element type";
    case rule::grouping: return "a group is a run of nodes, each the only reader of the one before";
    case rule::placement: return "a tensor lies outside its memory, or is not aligned";
    case rule::overlap: return "two tensors that are needed at once share bytes";
    case rule::interface: return "inputs and outputs of the graph must be distinct tensors";
  }
  return "unknown rule";
}

/// The first thing wrong: the rule, where, and the two numbers that disagree.
struct fault {
  rule id = rule::ok;
  std::int32_t node = -1;
  std::int32_t tensor = -1;
  std::int64_t found = 0;
  std::int64_t expected = 0;

  constexpr auto ok() const -> bool { return id == rule::ok; }
  friend constexpr auto operator==(fault const&, fault const&) -> bool = default;
};

}  // namespace ashlar::graph

// SPDX-License-Identifier: Apache-2.0
//
// graph/run_group: runs one group of a graph in the memory of its plan.
//
//   memory       where a run finds weights, arena, inputs and outputs
//   run_group    one kernel; operators without one run on the reference interpreter
//   invariants   nothing is allocated
#pragma once

#include <ashlar/core/result.hpp>
#include <ashlar/graph/bind.hpp>
#include <ashlar/graph/interpret.hpp>

namespace ashlar::graph {

template <class Definition> struct memory {
  std::byte const* weights;
  std::byte* arena;
  std::byte* scratch;
  bound const* inputs;
  bound const* outputs;

  /// Inputs and weights are only read, although the pointer does not say so.
  auto operator()(tensor_id id) const -> std::byte* {
    tensor const& t = Definition::graph.tensors.items[id.index];
    switch (t.where) {
      case place::arena: return arena + t.offset;
      case place::weights: return const_cast<std::byte*>(weights) + t.offset;
      case place::input: return inputs[t.slot].data;
      default: return outputs[t.slot].data;
    }
  }
};

/// The most bytes beside the arena that a kernel of the model needs.
template <class Definition> constexpr auto largest_scratch() -> std::size_t { return 0; }

template <class Definition, int Group>
auto run_group(memory<Definition> const& at) noexcept -> status {
  for (node const& n : Definition::graph.nodes) {
    if (n.group == Group) execute(Definition::graph, n, at);
  }
  return status{};
}

}  // namespace ashlar::graph

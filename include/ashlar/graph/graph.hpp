// SPDX-License-Identifier: Apache-2.0
//
// graph/graph: a computational graph as a value.
//
//   tensors     element type, extents, and where the elements lie: in the arena, in the weights,
//               or in memory of the caller
//   nodes       an operator with the tensors it reads and the one it writes, in an order in which
//               they can run
//   pools       lists of tensors and attributes lie in common arrays; a node holds ranges of these
//   groups      consecutive nodes of equal `group` are one kernel; only the last one's output
//               leaves it, the others have the place of that output
//   invariants  those of graph/verify; extents are known, in elements; offsets are in bytes
//   source      the structure follows ONNX's GraphProto (IR version 10) without its strings
#pragma once

#include <ashlar/core/static_vector.hpp>
#include <ashlar/op/kind.hpp>
#include <ashlar/tensor/dtype.hpp>

#include <cstdint>
#include <type_traits>

namespace ashlar::graph {

using op::is_element_wise;
using op::op_class;
using op::op_count;
using op::op_kind;
using op::op_traits;
using op::traits_of;

inline constexpr int max_rank = 8;
inline constexpr std::int64_t arena_alignment = 64;

struct tensor_id {
  std::int32_t index = -1;
  friend constexpr auto operator==(tensor_id, tensor_id) -> bool = default;
};

/// A part of one of the pools.
struct range {
  std::int32_t first = 0;
  std::int32_t count = 0;
  friend constexpr auto operator==(range, range) -> bool = default;
};

/// Whose memory holds the elements.
enum class place : std::uint8_t { none, arena, weights, input, output };

struct tensor {
  dtype type = dtype::none;
  place where = place::none;
  std::int8_t rank = 0;
  std::int32_t slot = -1;   // which input or output of the graph, if `where` says so
  std::int64_t offset = 0;  // bytes from the start of the arena or of the weights
  std::int64_t dims[max_rank]{};
  friend constexpr auto operator==(tensor const&, tensor const&) -> bool = default;
};

struct node {
  op_kind op = op_kind::relu;
  std::int32_t group = -1;
  range inputs{};  // in `edges`
  tensor_id output{};
  range integers{};  // attributes, in `integers`
  range reals{};     // attributes, in `reals`
  friend constexpr auto operator==(node const&, node const&) -> bool = default;
};

static_assert(std::is_trivially_copyable_v<tensor> && std::is_trivially_copyable_v<node>);

/// A graph over vectors of the kind that Storage names. The passes are written against this alone,
/// so that the importer runs them on vectors that grow, and a test on constants.
template <class Storage> struct basic_graph {
  template <class T, int N> using vector = typename Storage::template vector<T, N>;
  /// Scratch of a pass: one number for each tensor or node.
  static constexpr int node_capacity = Storage::nodes;
  static constexpr int tensor_capacity = Storage::tensors;
  using per_tensor = vector<std::int32_t, Storage::tensors>;
  using per_node = vector<std::int32_t, Storage::nodes>;

  vector<tensor, Storage::tensors> tensors{};
  vector<node, Storage::nodes> nodes{};
  vector<tensor_id, Storage::edges> edges{};
  vector<std::int64_t, Storage::integers> integers{};
  vector<double, Storage::reals> reals{};
  range inputs{};   // of the graph, in `edges`
  range outputs{};  // of the graph, in `edges`
  std::int64_t arena_bytes = 0;
  std::int64_t weights_bytes = 0;

  constexpr auto input(node const& n, int i) const -> tensor_id {
    return edges[n.inputs.first + i];
  }
  constexpr auto operator[](tensor_id t) const -> tensor const& { return tensors[t.index]; }
  constexpr auto operator[](tensor_id t) -> tensor& { return tensors[t.index]; }
  constexpr auto integer(node const& n, int i) const -> std::int64_t {
    return integers[n.integers.first + i];
  }
  constexpr auto real(node const& n, int i) const -> double { return reals[n.reals.first + i]; }
  constexpr auto input_of_graph(int i) const -> tensor_id { return edges[inputs.first + i]; }
  constexpr auto output_of_graph(int i) const -> tensor_id { return edges[outputs.first + i]; }

  friend constexpr auto operator==(basic_graph const&, basic_graph const&) -> bool = default;
};

/// Storage of fixed capacity: the graph is then a structural value.
template <int Nodes, int Tensors, int Edges, int Integers, int Reals> struct fixed_storage {
  static constexpr int nodes = Nodes;
  static constexpr int tensors = Tensors;
  static constexpr int edges = Edges;
  static constexpr int integers = Integers;
  static constexpr int reals = Reals;
  template <class T, int N>
  using vector = static_vector<T, static_cast<std::size_t>(N > 0 ? N : 1)>;
};

/// A graph of fixed capacity, which is how a generated header writes it.
template <int Nodes, int Tensors, int Edges, int Integers, int Reals>
using graph = basic_graph<fixed_storage<Nodes, Tensors, Edges, Integers, Reals>>;

/// The number of elements. Verified graphs have no overflow here.
constexpr auto element_count(tensor const& t) -> std::int64_t {
  std::int64_t n = 1;
  for (int d = 0; d < t.rank; ++d) n *= t.dims[d];
  return n;
}

constexpr auto byte_count(tensor const& t) -> std::int64_t {
  return shared_bytes(t.type, element_count(t) * bytes_of(t.type));
}

constexpr auto same_shape(tensor const& a, tensor const& b) -> bool {
  if (a.rank != b.rank) return false;
  for (int d = 0; d < a.rank; ++d) {
    if (a.dims[d] != b.dims[d]) return false;
  }
  return true;
}

}  // namespace ashlar::graph

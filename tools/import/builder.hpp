// SPDX-License-Identifier: Apache-2.0
//
// import/builder: makes a graph node by node; what is constant is computed at once.
//
//   emit        checks operands and attributes by graph/infer and returns the output; if all
//               operands are constants the reference interpreter runs and the output is a constant
//   invariants  the data of a constant has exactly the bytes of its tensor; folding stops at a
//               budget of work and the constants stay below a limit of bytes, so that a small file
//               cannot ask for hours or terabytes
#pragma once

#include "failure.hpp"
#include "heap_graph.hpp"

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace ashlar::import {

using graph::op_kind;
using graph::tensor;
using graph::tensor_id;

using bytes = std::shared_ptr<std::string const>;
using integers = std::vector<std::int64_t>;
using reals = std::vector<double>;

inline constexpr int most_nodes = 32768;
inline constexpr std::int64_t most_fold_work = 300'000'000;

class builder {
 public:
  explicit builder(std::int64_t most_constant_bytes) : bytes_left_(most_constant_bytes) {}

  heap_graph graph;
  std::string where = "model";  // what is being converted, for messages

  auto input(tensor t) -> tensor_id;
  auto constant(tensor const& t, std::string data) -> tensor_id;
  auto emit(op_kind op, std::vector<tensor_id> const& inputs, integers const& ints = {},
            reals const& numbers = {}) -> tensor_id;
  /// The same without folding: an output of the graph that needs a node of its own.
  auto copy(tensor_id of) -> tensor_id;

  auto operator[](tensor_id id) const -> tensor const& { return graph[id]; }
  auto is_constant(tensor_id id) const -> bool { return data_of(id) != nullptr; }
  auto data_of(tensor_id id) const -> bytes const& {
    return data_[static_cast<std::size_t>(id.index)];
  }

  // Small constants and often used combinations.
  auto vector(integers const& values) -> tensor_id;
  auto scalar(dtype type, double value) -> tensor_id;
  auto reshaped(tensor_id id, integers const& dims) -> tensor_id;
  auto cast(tensor_id id, dtype type) -> tensor_id;
  auto dims_of(tensor_id id) const -> integers;
  /// The elements of a constant of an integer type; throws if it is none.
  auto integers_of(tensor_id id, std::string_view what) const -> integers;
  auto real_of(tensor_id id, std::string_view what) const -> double;

  [[noreturn]] void fail(code c, std::string_view why) const { throw failure(c, where, why); }

 private:
  auto add_tensor(tensor const& t, bytes data) -> tensor_id;
  auto fold(graph::node const& n, tensor const& out) -> tensor_id;
  void charge(std::int64_t byte_count);

  std::vector<bytes> data_;
  std::int64_t bytes_left_;
  std::int64_t work_left_ = most_fold_work;
};

/// Appends a list to a pool and returns where it lies.
template <class Pool, class List> auto append(Pool& pool, List const& list) -> graph::range {
  graph::range const r{pool.size(), static_cast<std::int32_t>(list.size())};
  for (auto const& item : list) pool.push_back(item);
  return r;
}

}  // namespace ashlar::import

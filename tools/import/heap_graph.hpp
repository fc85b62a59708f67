// SPDX-License-Identifier: Apache-2.0
//
// import/heap_graph: a graph over vectors that grow, for the passes to run on at run time.
#pragma once

#include <ashlar/graph/graph.hpp>

#include <vector>

namespace ashlar::import {

/// std::vector with the interface of static_vector.
template <class T> class heap_vector {
 public:
  auto operator[](int i) -> T& { return items_[static_cast<std::size_t>(i)]; }
  auto operator[](int i) const -> T const& { return items_[static_cast<std::size_t>(i)]; }
  auto begin() -> T* { return items_.data(); }
  auto end() -> T* { return items_.data() + items_.size(); }
  auto begin() const -> T const* { return items_.data(); }
  auto end() const -> T const* { return items_.data() + items_.size(); }
  auto back() -> T& { return items_.back(); }
  auto back() const -> T const& { return items_.back(); }
  auto size() const -> int { return static_cast<int>(items_.size()); }
  auto empty() const -> bool { return items_.empty(); }
  auto push_back(T const& item) -> int {
    items_.push_back(item);
    return size() - 1;
  }
  void clear() { items_.clear(); }
  void shrink_to(int size) { items_.resize(static_cast<std::size_t>(size)); }
  friend auto operator==(heap_vector const&, heap_vector const&) -> bool = default;

 private:
  std::vector<T> items_;
};

struct heap_storage {
  static constexpr int nodes = 0;
  static constexpr int tensors = 0;
  static constexpr int edges = 0;
  static constexpr int integers = 0;
  static constexpr int reals = 0;
  template <class T, int> using vector = heap_vector<T>;
};

using heap_graph = graph::basic_graph<heap_storage>;

}  // namespace ashlar::import

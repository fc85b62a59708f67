// SPDX-License-Identifier: Apache-2.0
//
// graph/tensor_view: the type of a packed view of one tensor of a graph.
//
//   takes       a type with a static constexpr member `graph`, and the index of a tensor
//   returns     view<T, extents...> with the element type and the extents of that tensor
#pragma once

#include <ashlar/graph/graph.hpp>
#include <ashlar/tensor/view.hpp>

#include <utility>

namespace ashlar::graph {

namespace tensor_view_impl {

template <class Definition, int Tensor, int... D> auto make(std::integer_sequence<int, D...>) {
  constexpr tensor t = Definition::graph.tensors.items[Tensor];
  return view<type_of<t.type>, t.dims[D]...>();
}

}  // namespace tensor_view_impl

template <class Definition, int Tensor>
using tensor_view = decltype(tensor_view_impl::make<Definition, Tensor>(
    std::make_integer_sequence<int, Definition::graph.tensors.items[Tensor].rank>{}));

}  // namespace ashlar::graph

// SPDX-License-Identifier: Apache-2.0
//
// graph/lower: the kernel of a group: an operator of op/ as a constant, and what it is called with.
//
//   lowering<D, G>   has `functor`, the kernel, `plan`, whose operands are those of the call, and
//                    `schedule`, if it is not the default one
//   invariants       every operator has one; equal kernels share their code
#pragma once

#include <ashlar/graph/lower/conv.hpp>
#include <ashlar/graph/lower/map.hpp>
#include <ashlar/graph/lower/matmul.hpp>
#include <ashlar/graph/lower/move.hpp>
#include <ashlar/graph/lower/pool.hpp>
#include <ashlar/graph/lower/reduce.hpp>

#include <type_traits>

namespace ashlar::graph {

namespace lower_impl {

template <class Definition, int Group> constexpr auto choose() {
  constexpr op_kind lead =
      Definition::graph.nodes.items[group_nodes(Definition::graph, Group).first].op;
  constexpr op_class of = traits_of(lead).of;
  if constexpr (lead == op_kind::conv) {
    return std::type_identity<conv_group<Definition, Group>>{};
  } else if constexpr (of == op_class::window) {
    return std::type_identity<pool_group<Definition, Group>>{};
  } else if constexpr (of == op_class::matrix) {
    return std::type_identity<matmul_group<Definition, Group>>{};
  } else if constexpr (of == op_class::normalise) {
    return std::type_identity<softmax_group<Definition, Group>>{};
  } else if constexpr (of == op_class::reduce) {
    return std::type_identity<reduce_group<Definition, Group>>{};
  } else if constexpr (of == op_class::arg) {
    return std::type_identity<arg_group<Definition, Group>>{};
  } else if constexpr (lead == op_kind::transpose) {
    return std::type_identity<transpose_group<Definition, Group>>{};
  } else if constexpr (lead == op_kind::slice) {
    return std::type_identity<slice_group<Definition, Group>>{};
  } else if constexpr (lead == op_kind::pad) {
    return std::type_identity<pad_group<Definition, Group>>{};
  } else if constexpr (lead == op_kind::gather) {
    return std::type_identity<gather_group<Definition, Group>>{};
  } else {
    return std::type_identity<map_group<Definition, Group>>{};
  }
}

}  // namespace lower_impl

template <class Definition, int Group>
using lowering = typename decltype(lower_impl::choose<Definition, Group>())::type;

}  // namespace ashlar::graph

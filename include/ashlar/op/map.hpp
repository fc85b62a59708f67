// SPDX-License-Identifier: Apache-2.0
//
// op/map: element-wise operators, broadcasting and copying: y(i, j, ...) = the steps of a chain.
//
//   takes       the output, then the operands of the chain
//   invariants  without a step the value is the first operand: expand, reshape, and a part of
//               concat
//   source      ONNX, "Multidirectional Broadcasting"
#pragma once

#include <ashlar/op/axes.hpp>
#include <ashlar/op/step.hpp>

namespace ashlar::op {

template <int Rank, class Chain> struct map {
  constexpr void operator()(auto& y, auto&... operands) const {
    name_operands(y, operands...);
    define(std::make_integer_sequence<int, Rank>{}, y, operands...);
  }

 private:
  template <int... D>
  static constexpr void define(std::integer_sequence<int, D...>, auto& y, auto& first,
                               auto&... more) {
    using at = point<dimension<D>...>;
    traced const x = step_impl::read<Chain, 0, at>(
        first, std::make_integer_sequence<int, Chain::sides[0].size()>{});
    y(dimension<D>{}...) = finish<Chain>(x, at{}, first, more...);
  }
};

}  // namespace ashlar::op

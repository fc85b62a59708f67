// SPDX-License-Identifier: Apache-2.0
//
// op/reduce: sums, products, means and extremes along some dimensions.
//
//   takes       Kept and Gone: which dimensions of x the output has, and which are reduced; Count
//               how many elements go into one of the output
//               y [kept...], x [all]
//   invariants  the mean of integers is truncated, and its sum has 64 bits; of bool there are only
//               max and min, which are any and all
//   source      ONNX, ReduceSum-13, ReduceMean-18, ReduceMax-20, ReduceMin-20, ReduceProd-18
#pragma once

#include <ashlar/expr/reduce.hpp>
#include <ashlar/op/axes.hpp>
#include <ashlar/op/step.hpp>

namespace ashlar::op {

namespace reduce_impl {

template <class... Axis>
constexpr auto mean(traced const& x, std::int64_t count, Axis... axes) -> traced {
  dtype const type = x.type();
  if (is_float(type)) return sum(axes..., x) / static_cast<double>(count);
  dtype const wide = type == dtype::u64 ? dtype::u64 : dtype::i64;
  return expr::cast(sum(axes..., expr::cast(x, wide)) / count, type);
}

template <class... Axis>
constexpr auto value(op_kind op, traced const& x, std::int64_t count, Axis... axes) -> traced {
  bool const logical = x.type() == dtype::boolean;
  switch (op) {
    case op_kind::reduce_sum: return sum(axes..., x);
    case op_kind::reduce_prod: return prod(axes..., x);
    case op_kind::reduce_max: return logical ? any(axes..., x) : (max)(axes..., x);
    case op_kind::reduce_min: return logical ? all(axes..., x) : (min)(axes..., x);
    default: return mean(x, count, axes...);
  }
}

}  // namespace reduce_impl

template <op_kind Op, int Rank, axis_numbers Kept, axis_numbers Gone, std::int64_t Count>
struct reduce {
  constexpr void operator()(auto& y, auto& x) const {
    name_operands(y, x);
    define(std::make_integer_sequence<int, Rank>{}, std::make_integer_sequence<int, Kept.size()>{},
           std::make_integer_sequence<int, Gone.size()>{}, y, x);
  }

 private:
  template <int... D, int... K, int... G>
  static constexpr void define(std::integer_sequence<int, D...>, std::integer_sequence<int, K...>,
                               std::integer_sequence<int, G...>, auto& y, auto& x) {
    y(dimension<Kept[K]>{}...) =
        reduce_impl::value(Op, x(dimension<D>{}...), Count, dimension<Gone[G]>{}...);
  }
};

}  // namespace ashlar::op

// SPDX-License-Identifier: Apache-2.0
//
// graph/interpret/reduce: matrix products, softmax and reductions as plain loops.
//
//   floating    sums in double, in the order of the elements; a NaN decides max, min and arg
//   integers    modulo 2^64; a mean is truncated
//   source      ONNX, MatMul-13, Softmax-13, ReduceSum-13, ArgMax-13
#pragma once

#include <ashlar/graph/interpret/elementwise.hpp>

namespace ashlar::graph::interpret_impl {

template <class Wide> void matmul(operand const& a, operand const& b, operand const& out) {
  int const rank = out.type.rank;
  std::int64_t const columns = out.type.dims[rank - 1];
  std::int64_t const inner = a.type.dims[a.type.rank - 1];
  tensor rows = out.type;
  rows.dims[rank - 1] = 1;
  // The offsets of a row of `a` and of a matrix of `b`; both broadcast in the batch dimensions.
  strides sa = broadcast_strides(a.type, rank);
  strides sb = broadcast_strides(b.type, rank);
  sa.step[rank - 1] = 0;
  sb.step[rank - 1] = sb.step[rank - 2] = 0;
  for_each_index(rows, sa, sb, [&](std::int64_t row, std::int64_t at_a, std::int64_t at_b) {
    for (std::int64_t c = 0; c < columns; ++c) {
      Wide sum{};
      for (std::int64_t k = 0; k < inner; ++k) {
        Wide const x = load<Wide>(a, at_a + k);
        sum += x * load<Wide>(b, at_b + k * columns + c);
      }
      store<Wide>(out, row * columns + c, sum);
    }
  });
}

/// A dimension seen as [before, extent, behind].
struct lane {
  std::int64_t before = 1;
  std::int64_t extent = 1;
  std::int64_t behind = 1;
};

inline auto lane_of(tensor const& t, std::int64_t axis) -> lane {
  lane l;
  for (int d = 0; d < t.rank; ++d) {
    (d < axis ? l.before : d == axis ? l.extent : l.behind) *= t.dims[d];
  }
  return l;
}

inline void softmax(operand const& in, operand const& out, std::int64_t axis) {
  lane const l = lane_of(in.type, axis);
  for (std::int64_t p = 0; p < l.before * l.behind; ++p) {
    std::int64_t const first = p / l.behind * l.extent * l.behind + p % l.behind;
    double most = -std::numeric_limits<double>::infinity();
    for (std::int64_t i = 0; i < l.extent; ++i) {
      auto const x = load<double>(in, first + i * l.behind);
      if (x > most) most = x;
    }
    double sum = 0;
    for (std::int64_t i = 0; i < l.extent; ++i) {
      sum += std::exp(load<double>(in, first + i * l.behind) - most);
    }
    for (std::int64_t i = 0; i < l.extent; ++i) {
      auto const x = load<double>(in, first + i * l.behind);
      store<double>(out, first + i * l.behind, std::exp(x - most) / sum);
    }
  }
}

template <class Wide> auto combine(op_kind op, Wide x, Wide y) -> Wide {
  if constexpr (std::is_same_v<Wide, double>) {
    switch (op) {
      case op_kind::reduce_max: return binary_real(op_kind::maximum, x, y);
      case op_kind::reduce_min: return binary_real(op_kind::minimum, x, y);
      case op_kind::reduce_prod: return x * y;
      default: return x + y;
    }
  } else {
    switch (op) {
      case op_kind::reduce_max: return binary_integer(op_kind::maximum, x, y);
      case op_kind::reduce_min: return binary_integer(op_kind::minimum, x, y);
      case op_kind::reduce_prod: return binary_integer(op_kind::mul, x, y);
      default: return binary_integer(op_kind::add, x, y);
    }
  }
}

/// What a reduction over no element gives: that of max is the least number of the type.
template <class Wide> auto identity(op_kind op, dtype type) -> Wide {
  if (op == op_kind::reduce_prod) return Wide{1};
  if (op != op_kind::reduce_max && op != op_kind::reduce_min) return Wide{0};
  bool const least = op == op_kind::reduce_max;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if constexpr (std::is_same_v<Wide, double>) return least ? -infinity : infinity;
  if (type == dtype::boolean) return least ? Wide{0} : Wide{1};
  return static_cast<Wide>(saturated(least ? -infinity : infinity, type));
}

template <class Wide, class Graph>
void reduce(Graph const& g, node const& n, operand const& in, operand const& out) {
  strides const from = strides_of(in.type);
  tensor kept = in.type;  // the index space of the output, with extent 1 along the axes
  tensor gone = in.type;  // the index space of the axes
  for (int d = 0; d < in.type.rank; ++d) gone.dims[d] = 1;
  for (int i = 1; i < n.integers.count; ++i) {
    int const axis = static_cast<int>(g.integer(n, i));
    gone.dims[axis] = in.type.dims[axis];
    kept.dims[axis] = 1;
  }
  std::int64_t const count = element_count(gone);
  for_each_index(kept, from, from, [&](std::int64_t i, std::int64_t first, std::int64_t) {
    Wide total = identity<Wide>(n.op, in.type.type);
    for_each_index(gone, from, from, [&](std::int64_t k, std::int64_t at, std::int64_t) {
      Wide const x = load<Wide>(in, first + at);
      total = k == 0 ? x : combine<Wide>(n.op, total, x);
    });
    if (n.op == op_kind::reduce_mean) total = total / static_cast<Wide>(count);
    store<Wide>(out, i, total);
  });
}

template <class Wide, class Graph>
void arg(Graph const& g, node const& n, operand const& in, operand const& out) {
  lane const l = lane_of(in.type, g.integer(n, 0));
  bool const last = g.integer(n, 2) != 0;
  for (std::int64_t p = 0; p < l.before * l.behind; ++p) {
    std::int64_t const first = p / l.behind * l.extent * l.behind + p % l.behind;
    std::int64_t best = 0;
    for (std::int64_t i = 1; i < l.extent; ++i) {
      Wide const x = load<Wide>(in, first + i * l.behind);
      Wide const y = load<Wide>(in, first + best * l.behind);
      bool const is_nan = x != x;
      bool const best_is_nan = y != y;
      bool const better = n.op == op_kind::arg_max ? x > y : x < y;
      bool const equal = x == y || (is_nan && best_is_nan);
      if (better || (is_nan && !best_is_nan) || (last && equal)) best = i;
    }
    store<std::int64_t>(out, p, best);
  }
}

}  // namespace ashlar::graph::interpret_impl

// SPDX-License-Identifier: Apache-2.0
//
// import/convert/matrix: matrix products, softmax and reductions.
#include "converters.hpp"

#include <algorithm>
#include <set>

namespace ashlar::import::convert {

namespace {

auto swapped(call& c, tensor_id t) -> tensor_id {
  return c.to.emit(op_kind::transpose, {t}, {1, 0});
}

auto scaled(call& c, tensor_id t, double factor) -> tensor_id {
  if (factor == 1.0) return t;
  if (!is_float(c.to[t].type) && factor != static_cast<double>(static_cast<std::int64_t>(factor))) {
    c.fail(code::attribute, "alpha and beta must be whole numbers for integers");
  }
  return c.to.emit(op_kind::mul, {t, c.to.scalar(c.to[t].type, factor)});
}

auto is_small(double v) -> bool { return v >= -1e15 && v <= 1e15; }

/// The axes of a reduction: an attribute, or an operand since opset `since`; all if there are none.
auto axes_of(call& c, std::int64_t since) -> integers {
  integers axes;
  if (c.version >= since) {
    if (c.has(1)) axes = c.to.integers_of(c.operand(1), "axes");
    if (c.flag("noop_with_empty_axes", false) && axes.empty()) return {-1};
  } else {
    if (c.has(1)) c.fail(code::operand, "axes are an attribute in this opset");
    axes = c.list("axes").value_or(integers{});
  }
  std::set<std::int64_t> sorted;
  for (auto const a : axes) {
    if (!sorted.insert(c.axis(a, c.rank(0))).second) c.fail(code::attribute, "an axis twice");
  }
  for (int d = 0; d < c.rank(0) && axes.empty(); ++d) sorted.insert(d);
  return {sorted.begin(), sorted.end()};
}

auto reduced(call& c, op_kind op, tensor_id x, integers const& axes, bool keep) -> tensor_id {
  integers attributes{keep ? 1 : 0};
  attributes.insert(attributes.end(), axes.begin(), axes.end());
  return c.to.emit(op, {x}, attributes);
}

/// log(sum(exp(x))) without overflow: the largest element is taken out first.
auto log_sum_exp(call& c, tensor_id x, integers const& axes) -> tensor_id {
  auto const most = reduced(c, op_kind::reduce_max, x, axes, true);
  auto const shifted = c.to.emit(op_kind::exp, {c.to.emit(op_kind::sub, {x, most})});
  auto const sum = reduced(c, op_kind::reduce_sum, shifted, axes, true);
  return c.to.emit(op_kind::add, {c.to.emit(op_kind::log, {sum}), most});
}

}  // namespace

void matmul(call& c) {
  auto a = c.operand(0);
  auto b = c.operand(1);
  bool const row = c.rank(0) == 1;
  bool const column = c.rank(1) == 1;
  if (row) a = c.to.reshaped(a, {1, c.type(0).dims[0]});
  if (column) b = c.to.reshaped(b, {c.type(1).dims[0], 1});
  auto const product = c.to.emit(op_kind::matmul, {a, b});
  auto dims = c.to.dims_of(product);
  if (column) dims.pop_back();
  if (row) dims.erase(dims.end() - (column ? 1 : 2));
  c.give(c.to.reshaped(product, dims));
}

void gemm(call& c) {
  if (c.rank(0) != 2 || c.rank(1) != 2) {
    throw failure(graph::rule::rank, c.to.where, "a and b must be matrices");
  }
  double const alpha = c.real("alpha", 1);
  double const beta = c.real("beta", 1);
  if (!is_small(alpha) || !is_small(beta)) c.fail(code::attribute, "alpha or beta is too large");
  auto const a = c.flag("transA", false) ? swapped(c, c.operand(0)) : c.operand(0);
  auto b = c.flag("transB", false) ? swapped(c, c.operand(1)) : c.operand(1);
  bool const fixed = c.to.is_constant(b);
  if (fixed) b = scaled(c, b, alpha);
  auto result = c.to.emit(op_kind::matmul, {a, b});
  if (!fixed) result = scaled(c, result, alpha);
  if (c.has(2)) {
    auto const sum = c.to.emit(op_kind::add, {result, scaled(c, c.operand(2), beta)});
    if (!graph::same_shape(c.to[sum], c.to[result])) {
      throw failure(graph::rule::broadcast, c.to.where, "c must fit a * b");
    }
    result = sum;
  }
  c.give(result);
}

/// Before opset 13 all dimensions from the axis on are one.
void softmax(call& c) {
  auto const x = c.operand(0);
  bool const flattens = c.version < 13;
  int const axis = c.axis(c.integer("axis", flattens ? 1 : -1), c.rank(0));
  auto const dims = c.to.dims_of(x);
  auto view = x;
  std::int64_t along = axis;
  if (flattens && axis != c.rank(0) - 1) {
    integers flat{1, 1};
    for (int d = 0; d < c.rank(0); ++d) flat[d < axis ? 0 : 1] *= c.type(0).dims[d];
    view = c.to.reshaped(x, flat);
    along = 1;
  }
  if (c.name() == "Softmax") {
    c.give(c.to.reshaped(c.to.emit(op_kind::softmax, {view}, {along}), dims));
  } else {
    auto const result = c.to.emit(op_kind::sub, {view, log_sum_exp(c, view, {along})});
    c.give(c.to.reshaped(result, dims));
  }
}

void reduce(call& c) {
  std::string const& name = c.name();
  auto const axes = axes_of(c, name == "ReduceSum" ? 13 : 18);
  bool const keep = c.flag("keepdims", true);
  auto x = c.operand(0);
  if (axes == integers{-1}) return c.give(x);
  auto op = op_kind::reduce_sum;
  if (name == "ReduceMean") op = op_kind::reduce_mean;
  if (name == "ReduceMax") op = op_kind::reduce_max;
  if (name == "ReduceMin") op = op_kind::reduce_min;
  if (name == "ReduceProd") op = op_kind::reduce_prod;
  if (name == "ReduceL1") x = c.to.emit(op_kind::abs, {x});
  if (name == "ReduceL2" || name == "ReduceSumSquare") x = c.to.emit(op_kind::mul, {x, x});
  if (name == "ReduceLogSumExp") {
    auto const result = log_sum_exp(c, x, axes);
    c.give(c.to.reshaped(result, c.to.dims_of(reduced(c, op_kind::reduce_sum, x, axes, keep))));
    return;
  }
  auto result = reduced(c, op, x, axes, keep);
  if (name == "ReduceL2") result = c.to.emit(op_kind::sqrt, {result});
  if (name == "ReduceLogSum") result = c.to.emit(op_kind::log, {result});
  c.give(result);
}

void arg(call& c) {
  int const axis = c.axis(c.integer("axis", 0), c.rank(0));
  bool const keep = c.flag("keepdims", true);
  bool const last = c.version >= 12 && c.flag("select_last_index", false);
  auto const op = c.name() == "ArgMax" ? op_kind::arg_max : op_kind::arg_min;
  c.give(c.to.emit(op, {c.operand(0)}, {axis, keep ? 1 : 0, last ? 1 : 0}));
}

}  // namespace ashlar::import::convert

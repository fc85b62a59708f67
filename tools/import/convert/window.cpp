// SPDX-License-Identifier: Apache-2.0
//
// import/convert/window: convolution, pooling and batch normalisation.
#include "converters.hpp"

#include <algorithm>

namespace ashlar::import::convert {

namespace {

constexpr std::int64_t most = std::int64_t{1} << 31;

/// The attribute, or `otherwise` for each spatial dimension; its length and range are checked.
auto per_dimension(call& c, char const* name, std::size_t count, std::int64_t otherwise)
    -> integers {
  auto const values = c.list(name).value_or(integers(count, otherwise));
  if (values.size() != count) {
    c.fail(code::attribute, quoted(name) + " needs " + std::to_string(count) + " numbers");
  }
  for (auto const v : values) {
    if (v < 0 || v > most) c.fail(code::attribute, quoted(name) + " is out of range");
  }
  return values;
}

/// Pads that make the output as large as the input divided by the stride, rounded up.
auto pads_for_same(call& c, integers const& kernel, integers const& stride,
                   integers const& dilation, bool upper) -> integers {
  std::size_t const n = kernel.size();
  integers pads(2 * n, 0);
  for (std::size_t d = 0; d < n; ++d) {
    if (stride[d] == 0) c.fail(code::attribute, "'strides' must be positive");
    std::int64_t const extent = c.type(0).dims[d + 2];
    std::int64_t const out = (extent + stride[d] - 1) / stride[d];
    std::int64_t const reach = dilation[d] * (kernel[d] - 1) + 1;
    std::int64_t const total = std::max<std::int64_t>(0, (out - 1) * stride[d] + reach - extent);
    pads[upper ? d : n + d] = total / 2;
    pads[upper ? n + d : d] = total - total / 2;
  }
  return pads;
}

/// The attributes of a window in the layout of graph/attributes.
auto window_of(call& c, integers const& kernel, std::int64_t groups, bool ceil, bool count_pads)
    -> integers {
  std::size_t const n = kernel.size();
  auto const stride = per_dimension(c, "strides", n, 1);
  auto const dilation = per_dimension(c, "dilations", n, 1);
  auto pads = per_dimension(c, "pads", 2 * n, 0);
  std::string const automatic = c.text("auto_pad", "NOTSET");
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    pads = pads_for_same(c, kernel, stride, dilation, automatic == "SAME_UPPER");
  } else if (automatic == "VALID") {
    pads.assign(2 * n, 0);
  } else if (automatic != "NOTSET") {
    c.fail(code::attribute, "auto_pad is " + quoted(automatic));
  }
  integers out = kernel;
  out.insert(out.end(), stride.begin(), stride.end());
  out.insert(out.end(), dilation.begin(), dilation.end());
  out.insert(out.end(), pads.begin(), pads.end());
  out.insert(out.end(), {groups, ceil ? 1 : 0, count_pads ? 1 : 0});
  return out;
}

auto spatial_rank(call const& c) -> std::size_t {
  if (c.rank(0) < 3 || c.rank(0) > 5) {
    throw failure(graph::rule::rank, c.to.where, "1 to 3 spatial dimensions are supported");
  }
  return static_cast<std::size_t>(c.rank(0)) - 2;
}

/// [C] as [C, 1, 1], so that it meets dimension 1 of [N, C, ..].
auto per_channel(call& c, tensor_id t) -> tensor_id {
  tensor const& at = c.to[t];
  if (at.rank != 1 || at.dims[0] != c.type(0).dims[1]) {
    c.fail(code::operand, "needs one number for each channel");
  }
  integers dims(static_cast<std::size_t>(c.rank(0)) - 1, 1);
  dims[0] = at.dims[0];
  return c.to.reshaped(t, dims);
}

}  // namespace

void conv(call& c) {
  std::size_t const n = spatial_rank(c);
  if (c.rank(1) != c.rank(0)) {
    throw failure(graph::rule::rank, c.to.where, "x and w differ in rank");
  }
  integers kernel(n);
  for (std::size_t d = 0; d < n; ++d) kernel[d] = c.type(1).dims[d + 2];
  if (auto const said = c.list("kernel_shape"); said && *said != kernel) {
    throw failure(graph::rule::window, c.to.where, "kernel_shape is not that of w");
  }
  if (std::any_of(kernel.begin(), kernel.end(), [](auto k) { return k < 1 || k > most; })) {
    throw failure(graph::rule::window, c.to.where, "the kernel is empty");
  }
  auto const attributes = window_of(c, kernel, c.integer("group", 1), false, false);
  auto result = c.to.emit(op_kind::conv, {c.operand(0), c.operand(1)}, attributes);
  if (c.has(2)) {
    integers dims(n + 1, 1);
    if (c.rank(2) != 1 || c.type(2).dims[0] != c.type(1).dims[0]) {
      c.fail(code::operand, "the bias needs one number for each filter");
    }
    dims[0] = c.type(2).dims[0];
    result = c.to.emit(op_kind::add, {result, c.to.reshaped(c.operand(2), dims)});
  }
  c.give(result);
}

void pool(call& c) {
  std::size_t const n = spatial_rank(c);
  bool const max = c.name() == "MaxPool";
  if (c.wants(1)) c.fail(code::unsupported, "the indices of MaxPool");
  if (max && c.version >= 8) c.ignore("storage_order");
  if (!c.list("kernel_shape")) c.fail(code::attribute, "kernel_shape is missing");
  auto const kernel = per_dimension(c, "kernel_shape", n, 1);
  if (std::any_of(kernel.begin(), kernel.end(), [](auto k) { return k < 1; })) {
    throw failure(graph::rule::window, c.to.where, "the kernel is empty");
  }
  bool const ceil = c.version >= 10 && c.flag("ceil_mode", false);
  bool const count_pads = !max && c.flag("count_include_pad", false);
  auto const attributes = window_of(c, kernel, 1, ceil, count_pads);
  c.give(c.to.emit(max ? op_kind::max_pool : op_kind::average_pool, {c.operand(0)}, attributes));
}

void global_pool(call& c) {
  if (c.rank(0) < 2) {
    throw failure(graph::rule::rank, c.to.where, "needs [N, C, ..]");
  }
  integers attributes{1};
  for (int d = 2; d < c.rank(0); ++d) attributes.push_back(d);
  auto const op = c.name() == "GlobalMaxPool" ? op_kind::reduce_max : op_kind::reduce_mean;
  c.give(c.to.emit(op, {c.operand(0)}, attributes));
}

/// (x - mean) / sqrt(var + epsilon) * scale + b as x * s + t. Constants fold into two of them, and
/// these later into the weights of the producer.
void batch_normalisation(call& c) {
  c.ignore("momentum");
  if (c.version < 9 && c.integer("spatial", 1) != 1) c.fail(code::unsupported, "spatial = 0");
  if (c.version >= 14 && c.flag("training_mode", false)) c.fail(code::unsupported, "training mode");
  for (int i = 1; i < 5; ++i) {
    if (c.wants(i)) c.fail(code::unsupported, "the outputs of training");
  }
  if (c.rank(0) < 2) {
    throw failure(graph::rule::rank, c.to.where, "needs [N, C, ..]");
  }
  auto const x = c.operand(0);
  dtype const type = c.type(0).type;
  std::vector<tensor_id> v;
  for (std::size_t i = 1; i < 5; ++i) v.push_back(c.to.cast(per_channel(c, c.operand(i)), type));
  auto const epsilon = c.to.scalar(type, c.real("epsilon", 1e-5F));
  auto const deviation = c.to.emit(op_kind::sqrt, {c.to.emit(op_kind::add, {v[3], epsilon})});
  auto const scale = c.to.emit(op_kind::div, {v[0], deviation});
  auto const shift = c.to.emit(op_kind::sub, {v[1], c.to.emit(op_kind::mul, {v[2], scale})});
  c.give(c.to.emit(op_kind::add, {c.to.emit(op_kind::mul, {x, scale}), shift}));
}

}  // namespace ashlar::import::convert

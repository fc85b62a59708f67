// SPDX-License-Identifier: Apache-2.0
//
// import/convert/move: operators that move elements, and those that are constants once extents are.
#include "converters.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace ashlar::import::convert {

namespace {

constexpr std::int64_t farthest = std::int64_t{1} << 40;

auto clamped(std::int64_t v, std::int64_t least, std::int64_t most) -> std::int64_t {
  return v < least ? least : v > most ? most : v;
}

/// An attribute before opset `since`, operand 1 from then on.
auto axes_of(call& c, std::int64_t since) -> std::optional<integers> {
  if (c.version < since) {
    if (c.has(1)) c.fail(code::operand, "axes are an attribute in this opset");
    return c.list("axes");
  }
  if (!c.has(1)) return std::nullopt;
  return c.to.integers_of(c.operand(1), "axes");
}

auto as_set(call const& c, integers const& axes, int rank) -> std::set<int> {
  std::set<int> out;
  for (auto const a : axes) {
    if (!out.insert(c.axis(a, rank)).second) {
      throw failure(graph::rule::axis, c.to.where, "an axis twice");
    }
  }
  return out;
}

struct cut {
  std::int64_t start = 0;
  std::int64_t step = 1;
  std::int64_t count = 0;
};

/// ONNX counts from the end below zero and then clamps to what there is.
auto cut_of(std::int64_t extent, std::int64_t start, std::int64_t end, std::int64_t step) -> cut {
  step = clamped(step, -farthest, farthest);
  start = clamped(start, -farthest, farthest);
  end = clamped(end, -farthest, farthest);
  if (start < 0) start += extent;
  if (end < 0) end += extent;
  cut out{.start = 0, .step = step, .count = 0};
  if (step > 0) {
    out.start = clamped(start, 0, extent);
    end = clamped(end, 0, extent);
    if (end > out.start) out.count = (end - out.start + step - 1) / step;
  } else {
    out.start = clamped(start, 0, extent - 1);
    end = clamped(end, -1, extent - 1);
    if (end < out.start) out.count = (out.start - end - step - 1) / -step;
  }
  return out;
}

auto sliced(call& c, tensor_id x, std::vector<cut> const& cuts) -> tensor_id {
  integers attributes;
  for (auto const& k : cuts) attributes.push_back(k.start);
  for (auto const& k : cuts) attributes.push_back(k.step);
  for (auto const& k : cuts) attributes.push_back(k.count);
  return c.to.emit(op_kind::slice, {x}, attributes);
}

auto whole(call const& c, tensor_id x) -> std::vector<cut> {
  std::vector<cut> cuts;
  for (auto const d : c.to.dims_of(x)) cuts.push_back(cut{0, 1, d});
  return cuts;
}

}  // namespace

void identity(call& c) { c.give(c.operand(0)); }

void dropout(call& c) {
  c.ignore(c.version < 12 ? "ratio" : "seed");
  if (c.has(2) && c.to.real_of(c.operand(2), "training_mode") != 0) {
    c.fail(code::unsupported, "training mode");
  }
  if (c.wants(1)) c.fail(code::unsupported, "the mask of Dropout");
  c.give(c.operand(0));
}

void reshape(call& c) {
  auto dims = c.to.integers_of(c.operand(1), "the new shape");
  bool const keeps_zero = c.version >= 14 && c.flag("allowzero", false);
  std::int64_t known = 1;
  std::int64_t* open = nullptr;
  if (dims.size() > graph::max_rank) {
    throw failure(graph::rule::rank, c.to.where, "more than 8 dimensions");
  }
  for (std::size_t d = 0; d < dims.size(); ++d) {
    if (dims[d] == 0 && !keeps_zero) {
      if (d >= static_cast<std::size_t>(c.rank(0))) c.fail(code::operand, "0 copies no dimension");
      dims[d] = c.type(0).dims[d];
    }
    if (dims[d] == -1) {
      if (open != nullptr) c.fail(code::operand, "two dimensions of -1");
      open = &dims[d];
    } else if (dims[d] < 0 || dims[d] > farthest / std::max<std::int64_t>(1, known)) {
      c.fail(code::operand, "an extent is out of range");
    } else {
      known *= dims[d];
    }
  }
  std::int64_t const count = graph::element_count(c.type(0));
  if (open != nullptr && (known == 0 || count % known != 0)) {
    throw failure(graph::rule::element_counts, c.to.where,
                  std::to_string(count) + " elements are no multiple of " + std::to_string(known));
  }
  if (open != nullptr) *open = count / known;
  c.give(c.to.reshaped(c.operand(0), dims));
}

void flatten(call& c) {
  std::int64_t axis = c.integer("axis", 1);
  if (axis < -c.rank(0) || axis > c.rank(0)) {
    throw failure(graph::rule::axis, c.to.where, "axis is out of range");
  }
  if (axis < 0) axis += c.rank(0);
  integers flat{1, 1};
  for (int d = 0; d < c.rank(0); ++d) flat[d < axis ? 0 : 1] *= c.type(0).dims[d];
  c.give(c.to.reshaped(c.operand(0), flat));
}

void squeeze(call& c) {
  auto const axes = axes_of(c, 13);
  std::set<int> gone;
  if (axes) gone = as_set(c, *axes, c.rank(0));
  integers dims;
  for (int d = 0; d < c.rank(0); ++d) {
    bool const one = c.type(0).dims[d] == 1;
    if (gone.contains(d) && !one) c.fail(code::operand, "only extents of 1 can be squeezed");
    if (!(axes ? gone.contains(d) : one)) dims.push_back(c.type(0).dims[d]);
  }
  c.give(c.to.reshaped(c.operand(0), dims));
}

void unsqueeze(call& c) {
  auto const axes = axes_of(c, 13);
  if (!axes) c.fail(code::operand, "axes are missing");
  auto const rank = static_cast<std::int64_t>(axes->size()) + c.rank(0);
  if (rank > graph::max_rank) {
    throw failure(graph::rule::rank, c.to.where, "more than 8 dimensions");
  }
  auto const added = as_set(c, *axes, static_cast<int>(rank));
  integers dims;
  int from = 0;
  for (int d = 0; d < rank; ++d) {
    dims.push_back(added.contains(d) ? 1 : c.type(0).dims[from++]);
  }
  c.give(c.to.reshaped(c.operand(0), dims));
}

void transpose(call& c) {
  integers order;
  for (int d = c.rank(0) - 1; d >= 0; --d) order.push_back(d);
  c.give(c.to.emit(op_kind::transpose, {c.operand(0)}, c.list("perm").value_or(order)));
}

void concat(call& c) {
  constexpr std::int64_t missing = std::numeric_limits<std::int64_t>::min();
  std::int64_t const axis = c.integer("axis", missing);
  if (axis == missing) c.fail(code::attribute, "axis is missing");
  for (std::size_t i = 0; i < c.operands.size(); ++i) static_cast<void>(c.operand(i));
  int const along = c.axis(axis, c.rank(0));
  c.give(c.operands.size() == 1 ? c.operand(0) : c.to.emit(op_kind::concat, c.operands, {along}));
}

/// Starts, ends and axes were attributes before opset 10 and are operands since.
void slice(call& c) {
  integers starts, ends, axes, steps;
  auto const x = c.operand(0);
  if (c.version < 10) {
    if (c.operands.size() > 1) c.fail(code::operand, "bounds are attributes in this opset");
    starts = c.list("starts").value_or(integers{});
    ends = c.list("ends").value_or(integers{});
    axes = c.list("axes").value_or(integers{});
  } else {
    starts = c.to.integers_of(c.operand(1), "starts");
    ends = c.to.integers_of(c.operand(2), "ends");
    if (c.has(3)) axes = c.to.integers_of(c.operand(3), "axes");
    if (c.has(4)) steps = c.to.integers_of(c.operand(4), "steps");
  }
  if (axes.empty()) {
    for (std::size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  }
  steps.resize(steps.empty() ? starts.size() : steps.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() ||
      steps.size() != starts.size()) {
    c.fail(code::operand, "starts, ends, axes and steps differ in length");
  }
  static_cast<void>(as_set(c, axes, c.rank(0)));
  auto cuts = whole(c, x);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (steps[i] == 0) c.fail(code::operand, "a step of 0");
    auto& k = cuts[static_cast<std::size_t>(c.axis(axes[i], c.rank(0)))];
    k = cut_of(k.count, starts[i], ends[i], steps[i]);
  }
  c.give(sliced(c, x, cuts));
}

void split(call& c) {
  auto const x = c.operand(0);
  int const axis = c.axis(c.integer("axis", 0), c.rank(0));
  std::int64_t const extent = c.type(0).dims[axis];
  std::optional<integers> sizes;
  if (c.version < 13) sizes = c.list("split");
  if (c.version >= 13 && c.has(1)) sizes = c.to.integers_of(c.operand(1), "split");
  auto const parts = std::max<std::int64_t>(1, c.result_count());
  if (c.version >= 18 && c.integer("num_outputs", parts) != parts) {
    c.fail(code::attribute, "num_outputs is not the number of outputs");
  }
  if (!sizes) {
    std::int64_t const each = (extent + parts - 1) / parts;
    sizes.emplace();
    for (std::int64_t i = 0; i < parts; ++i) {
      sizes->push_back(clamped(extent - i * each, 0, each));
    }
  }
  if (static_cast<std::int64_t>(sizes->size()) != parts) {
    c.fail(code::operand, "split needs a size for each output");
  }
  std::int64_t first = 0;
  for (auto const size : *sizes) {
    if (size < 0 || size > extent - first) c.fail(code::operand, "the sizes do not add up");
    auto cuts = whole(c, x);
    cuts[static_cast<std::size_t>(axis)] = cut{first, 1, size};
    c.give(sliced(c, x, cuts));
    first += size;
  }
  if (first != extent) c.fail(code::operand, "the sizes do not add up");
}

/// Pads and value were attributes before opset 11 and are operands since.
void pad(call& c) {
  if (c.text("mode", "constant") != "constant") c.fail(code::unsupported, "only mode constant");
  int const rank = c.rank(0);
  integers given;
  double value = 0;
  integers axes;
  if (c.version < 11) {
    given = c.list("pads").value_or(integers{});
    value = c.real("value", 0);
  } else {
    given = c.to.integers_of(c.operand(1), "pads");
    if (c.has(2)) value = c.to.real_of(c.operand(2), "the value");
    if (c.has(3) && c.version >= 18) axes = c.to.integers_of(c.operand(3), "axes");
  }
  if (!is_float(c.type(0).type) && !(value >= -1e15 && value <= 1e15)) {
    c.fail(code::operand, "the value is out of range");
  }
  if (axes.empty()) {
    for (int d = 0; d < rank; ++d) axes.push_back(d);
  }
  if (given.size() != 2 * axes.size()) c.fail(code::operand, "pads need two numbers for an axis");
  static_cast<void>(as_set(c, axes, rank));
  integers attributes(static_cast<std::size_t>(2 * rank), 0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    auto const d = static_cast<std::size_t>(c.axis(axes[i], rank));
    attributes[d] = given[i];
    attributes[static_cast<std::size_t>(rank) + d] = given[axes.size() + i];
  }
  c.give(c.to.emit(op_kind::pad, {c.operand(0)}, attributes, {value}));
}

void expand(call& c) {
  auto const asked = c.to.integers_of(c.operand(1), "the shape");
  auto const in = c.to.dims_of(c.operand(0));
  integers dims(std::max(asked.size(), in.size()), 1);
  for (std::size_t i = 0; i < in.size(); ++i) dims[dims.size() - in.size() + i] = in[i];
  for (std::size_t i = 0; i < asked.size(); ++i) {
    auto& to = dims[dims.size() - asked.size() + i];
    if (asked[i] != 1) to = asked[i];
  }
  c.give(dims == in ? c.operand(0) : c.to.emit(op_kind::expand, {c.operand(0)}, dims));
}

void gather(call& c) {
  int const axis = c.axis(c.integer("axis", 0), c.rank(0));
  auto const at = c.operand(1);
  if (c.to.is_constant(at) && is_integer(c.to[at].type)) {
    std::int64_t const extent = c.type(0).dims[axis];
    auto const flat = c.to.reshaped(at, {graph::element_count(c.to[at])});
    for (auto const k : c.to.integers_of(flat, "indices")) {
      if (k >= -extent && k < extent) continue;
      throw failure(graph::rule::bounds, c.to.where,
                    "index " + std::to_string(k) + " of " + std::to_string(extent));
    }
  }
  c.give(c.to.emit(op_kind::gather, {c.operand(0), at}, {axis}));
}

/// [.., n] of the last axis; what has one dimension counts as one row.
void array_feature_extractor(call& c) {
  auto const x =
      c.rank(0) == 1 ? c.to.reshaped(c.operand(0), {1, c.type(0).dims[0]}) : c.operand(0);
  auto const at = c.to.reshaped(c.operand(1), {graph::element_count(c.type(1))});
  c.give(c.to.emit(op_kind::gather, {x, at}, {c.to[x].rank - 1}));
}

void scaler(call& c) {
  auto x = c.to.cast(c.operand(0), dtype::f32);
  auto const numbers = [&](char const* name) {
    auto const values = c.real_list(name).value_or(reals{});
    tensor t{.type = dtype::f32, .rank = 1};
    t.dims[0] = static_cast<std::int64_t>(values.size());
    std::string data;
    for (double const v : values) {
      auto const f = static_cast<float>(v);
      data.append(reinterpret_cast<char const*>(&f), sizeof f);
    }
    return c.to.constant(t, std::move(data));
  };
  x = c.to.emit(op_kind::sub, {x, numbers("offset")});
  x = c.to.emit(op_kind::mul, {x, numbers("scale")});
  if (!graph::same_shape(c.to[x], c.type(0))) c.fail(code::attribute, "offset or scale do not fit");
  c.give(x);
}

void shape(call& c) {
  std::int64_t start = 0;
  std::int64_t end = c.rank(0);
  if (c.version >= 15) {
    start = c.integer("start", 0);
    end = c.integer("end", end);
  }
  cut const k = cut_of(c.rank(0), start, end, 1);
  auto const dims = c.to.dims_of(c.operand(0));
  c.give(c.to.vector(integers(dims.begin() + k.start, dims.begin() + k.start + k.count)));
}

void size(call& c) { c.give(c.to.reshaped(c.to.vector({graph::element_count(c.type(0))}), {})); }

void constant(call& c) {
  std::optional<tensor_id> found;
  auto const offer = [&](std::optional<tensor_id> t) {
    if (t && found) c.fail(code::attribute, "two values");
    if (t) found = t;
  };
  offer(c.tensor_value("value"));
  if (c.version >= 12) {
    if (auto const v = c.list("value_ints")) offer(c.to.vector(*v));
    constexpr auto missing = std::numeric_limits<std::int64_t>::min();
    if (auto const v = c.integer("value_int", missing); v != missing) {
      offer(c.to.reshaped(c.to.vector({v}), {}));
    }
    if (auto const v = c.real_list("value_floats")) {
      tensor t{.type = dtype::f32, .rank = 1};
      t.dims[0] = static_cast<std::int64_t>(v->size());
      std::string data;
      for (double const x : *v) {
        auto const f = static_cast<float>(x);
        data.append(reinterpret_cast<char const*>(&f), sizeof f);
      }
      offer(c.to.constant(t, std::move(data)));
    }
    constexpr double none = 1e300;  // no float has this value
    if (double const v = c.real("value_float", none); v != none) offer(c.to.scalar(dtype::f32, v));
  }
  if (!found) c.fail(code::attribute, "no value that is supported");
  c.give(*found);
}

void constant_of_shape(call& c) {
  auto const dims = c.to.integers_of(c.operand(0), "the shape");
  auto value = c.tensor_value("value").value_or(c.to.scalar(dtype::f32, 0));
  if (graph::element_count(c.to[value]) != 1) c.fail(code::attribute, "value must be one element");
  value = c.to.reshaped(value, {});
  c.give(dims.empty() ? value : c.to.emit(op_kind::expand, {value}, dims));
}

}  // namespace ashlar::import::convert

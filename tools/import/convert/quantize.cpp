// SPDX-License-Identifier: Apache-2.0
//
// import/convert/quantize: (x - zero point) * scale, of integers of 4 to 32 bits. Of weights this
// is computed at once.
#include "converters.hpp"

namespace ashlar::import::convert {

namespace {

/// How scales and zero points lie along x: one for all, for each index of an axis, or for each
/// block of it, where x is seen with a dimension more.
struct spread {
  integers of_x;
  integers of_scale;
};

auto blocks_of(call& c, int axis, std::int64_t block) -> spread {
  integers const dims = c.to.dims_of(c.operand(0));
  integers const scales = c.to.dims_of(c.operand(1));
  auto const at = static_cast<std::size_t>(axis);
  if (block < 0 || scales.size() != dims.size()) c.fail(code::operand, "scales are not of blocks");
  if (dims[at] % block != 0) c.fail(code::unsupported, "a last block that is not full");
  integers wanted = dims;
  wanted[at] /= block;
  if (scales != wanted) c.fail(code::operand, "scales are not of blocks");
  spread s{dims, scales};
  s.of_x[at] = dims[at] / block;
  s.of_x.insert(s.of_x.begin() + axis + 1, block);
  s.of_scale.insert(s.of_scale.begin() + axis + 1, 1);
  return s;
}

auto spread_of(call& c) -> spread {
  integers const dims = c.to.dims_of(c.operand(0));
  std::int64_t const axis = c.version >= 13 ? c.integer("axis", 1) : 0;
  std::int64_t const block = c.version >= 21 ? c.integer("block_size", 0) : 0;
  if (block != 0) return blocks_of(c, c.axis(axis, c.rank(0)), block);
  if (graph::element_count(c.type(1)) == 1 && c.rank(1) <= 1) return spread{dims, {}};
  auto const along = static_cast<std::size_t>(c.axis(axis, c.rank(0)));
  if (c.rank(1) != 1) c.fail(code::operand, "scales are one, or a list");
  spread s{dims, integers(dims.size(), 1)};
  s.of_scale[along] = c.type(1).dims[0];
  return s;
}

}  // namespace

void dequantize(call& c) {
  spread const s = spread_of(c);
  dtype type = c.type(1).type;
  if (c.version >= 23) {
    std::int64_t const wanted = c.integer("output_dtype", 0);
    if (wanted != 0) type = dtype_of_onnx(wanted, c.to.where);
  }
  dtype const of_x = c.type(0).type;
  bool const is_narrow = is_nibble(of_x) || (is_integer(of_x) && bytes_of(of_x) < 4);
  bool const is_quantized = is_narrow || of_x == dtype::i32;
  if (!is_quantized || !is_float(type)) {
    c.fail(code::element_type, "x is of integers of 4 to 32 bits and the result of floats");
  }
  auto const wide = [&](tensor_id t, integers const& dims) {
    return c.to.reshaped(c.to.cast(t, dtype::i32), dims);
  };
  auto x = wide(c.operand(0), s.of_x);
  if (c.has(2)) x = c.to.emit(op_kind::sub, {x, wide(c.operand(2), s.of_scale)});
  auto const scale = c.to.reshaped(c.to.cast(c.operand(1), dtype::f32), s.of_scale);
  auto const y = c.to.emit(op_kind::mul, {c.to.cast(x, dtype::f32), scale});
  c.give(c.to.reshaped(c.to.cast(y, type), c.to.dims_of(c.operand(0))));
}

}  // namespace ashlar::import::convert

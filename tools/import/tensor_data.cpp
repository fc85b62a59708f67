// SPDX-License-Identifier: Apache-2.0
#include "tensor_data.hpp"

#include "external_data.hpp"

#include <ashlar/graph/infer/common.hpp>

#include <bit>
#include <cstring>
#include <memory>

namespace ashlar::import {

namespace {

static_assert(std::endian::native == std::endian::little, "raw_data of ONNX is little endian");

template <class T, class List> auto narrowed(List const& list) -> std::string {
  std::string out(static_cast<std::size_t>(list.size()) * sizeof(T), '\0');
  std::size_t at = 0;
  for (auto const value : list) {
    T const element = static_cast<T>(value);
    std::memcpy(out.data() + at, &element, sizeof element);
    at += sizeof element;
  }
  return out;
}

auto typed_data(onnx::TensorProto const& t, dtype type) -> std::string {
  switch (type) {
    case dtype::f32: return narrowed<float>(t.float_data());
    case dtype::f64: return narrowed<double>(t.double_data());
    case dtype::i64: return narrowed<std::int64_t>(t.int64_data());
    case dtype::u64: return narrowed<std::uint64_t>(t.uint64_data());
    case dtype::u32: return narrowed<std::uint32_t>(t.uint64_data());
    case dtype::i32: return narrowed<std::int32_t>(t.int32_data());
    case dtype::i16: return narrowed<std::int16_t>(t.int32_data());
    case dtype::f16:
    case dtype::bf16:
    case dtype::u16: return narrowed<std::uint16_t>(t.int32_data());
    case dtype::i8: return narrowed<std::int8_t>(t.int32_data());
    default: return narrowed<std::uint8_t>(t.int32_data());
  }
}

auto has_typed_data(onnx::TensorProto const& t) -> bool {
  return t.float_data_size() + t.int32_data_size() + t.int64_data_size() + t.double_data_size() +
             t.uint64_data_size() + t.string_data_size() >
         0;
}

auto read_data(onnx::TensorProto& t, dtype type, std::int64_t bytes, std::string const& folder,
               std::string_view where) -> std::string {
  if (t.data_location() == onnx::TensorProto::EXTERNAL) {
    if (t.has_raw_data() || has_typed_data(t)) {
      throw failure(code::tensor_data, where, "data both inside and outside the model");
    }
    return read_external(t, bytes, folder, where);
  }
  if (!t.has_raw_data()) return typed_data(t, type);
  if (has_typed_data(t)) throw failure(code::tensor_data, where, "both raw and typed data");
  return std::move(*t.mutable_raw_data());
}

}  // namespace

auto dtype_of_onnx(std::int64_t type, std::string_view where) -> dtype {
  switch (type) {
    case onnx::TensorProto::FLOAT: return dtype::f32;
    case onnx::TensorProto::DOUBLE: return dtype::f64;
    case onnx::TensorProto::FLOAT16: return dtype::f16;
    case onnx::TensorProto::BFLOAT16: return dtype::bf16;
    case onnx::TensorProto::INT64: return dtype::i64;
    case onnx::TensorProto::INT32: return dtype::i32;
    case onnx::TensorProto::INT16: return dtype::i16;
    case onnx::TensorProto::INT8: return dtype::i8;
    case onnx::TensorProto::INT4: return dtype::i4;
    case onnx::TensorProto::UINT64: return dtype::u64;
    case onnx::TensorProto::UINT32: return dtype::u32;
    case onnx::TensorProto::UINT16: return dtype::u16;
    case onnx::TensorProto::UINT8: return dtype::u8;
    case onnx::TensorProto::UINT4: return dtype::u4;
    case onnx::TensorProto::BOOL: return dtype::boolean;
    default: break;
  }
  throw failure(code::element_type, where,
                "element type " + std::to_string(type) + " of ONNX is not supported");
}

auto decode(onnx::TensorProto& t, std::string const& folder, std::string_view where) -> decoded {
  if (t.has_segment()) throw failure(code::tensor_data, where, "a segmented tensor");
  if (t.dims_size() > graph::max_rank) {
    throw failure(graph::rule::rank, where, "more than 8 dimensions");
  }
  decoded out;
  out.type.type = dtype_of_onnx(t.data_type(), where);
  for (auto const d : t.dims()) out.type.dims[out.type.rank++] = d;
  if (auto const f = graph::check_extents(out.type); !f.ok()) {
    throw failure(f.id, where, graph::text_of(f.id));
  }
  std::int64_t const expected = graph::byte_count(out.type);
  out.data = read_data(t, out.type.type, expected, folder, where);
  auto const found = static_cast<std::int64_t>(out.data.size());
  if (found != expected) {
    throw failure(
        code::tensor_data, where,
        std::to_string(found) + " bytes of data for a tensor of " + std::to_string(expected));
  }
  if (out.type.type == dtype::boolean) {
    for (char& c : out.data) c = c != 0 ? 1 : 0;
  }
  return out;
}

}  // namespace ashlar::import

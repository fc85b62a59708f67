// SPDX-License-Identifier: Apache-2.0
//
// graph/interpret/element: reads and writes elements of any type, and walks over index spaces.
//
//   load<Wide>, store   Wide is double for floating-point elements and int64 for the others
//   operand             the bytes of a tensor with its type and extents
//   for_each_index      calls f(out, a, b) for each element, with one offset for each operand
//   invariants          f16 and bf16 are rounded once, to nearest even; 4 bits are loaded only
#pragma once

#include <ashlar/graph/attributes.hpp>

#include <cstddef>
#include <cstring>

namespace ashlar::graph::interpret_impl {

struct operand {
  tensor const& type;
  std::byte* data;
};

// Elements of 16 bits as floats, and of 4 bits as integers.
inline auto load_half(dtype d, std::byte const* data, std::int64_t i) -> float {
  std::uint16_t bits = 0;
  std::memcpy(&bits, data + 2 * i, sizeof bits);
  return d == dtype::f16 ? f16_to_f32(bits) : bf16_to_f32(bits);
}
template <class Pair> auto load_nibble(std::byte const* data, std::int64_t i) -> int {
  Pair pair{};
  pair.bits = static_cast<std::uint8_t>(data[i / 2]);
  return pair[static_cast<int>(i % 2)];
}

inline void store_half(dtype d, std::byte* data, std::int64_t i, double value) {
  float const f = f64_to_odd_f32(value);
  std::uint16_t const bits = d == dtype::f16 ? f32_to_f16(f) : f32_to_bf16(f);
  std::memcpy(data + 2 * i, &bits, sizeof bits);
}

template <class T, class Wide> auto load_as(std::byte const* data, std::int64_t i) -> Wide {
  T value{};
  std::memcpy(&value, data + i * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
  return static_cast<Wide>(value);
}

template <class T, class Wide> void store_as(std::byte* data, std::int64_t i, Wide wide) {
  T const value = static_cast<T>(wide);
  std::memcpy(data + i * static_cast<std::int64_t>(sizeof(T)), &value, sizeof(T));
}

template <class Wide> auto load(operand const& o, std::int64_t i) -> Wide {
  switch (o.type.type) {
    case dtype::f32: return load_as<float, Wide>(o.data, i);
    case dtype::f64: return load_as<double, Wide>(o.data, i);
    case dtype::f16:
    case dtype::bf16: return static_cast<Wide>(load_half(o.type.type, o.data, i));
    case dtype::i4: return static_cast<Wide>(load_nibble<int4x2>(o.data, i));
    case dtype::u4: return static_cast<Wide>(load_nibble<uint4x2>(o.data, i));
    case dtype::i64: return load_as<std::int64_t, Wide>(o.data, i);
    case dtype::i32: return load_as<std::int32_t, Wide>(o.data, i);
    case dtype::i16: return load_as<std::int16_t, Wide>(o.data, i);
    case dtype::i8: return load_as<std::int8_t, Wide>(o.data, i);
    case dtype::u64: return load_as<std::uint64_t, Wide>(o.data, i);
    case dtype::u32: return load_as<std::uint32_t, Wide>(o.data, i);
    case dtype::u16: return load_as<std::uint16_t, Wide>(o.data, i);
    default: return load_as<std::uint8_t, Wide>(o.data, i);
  }
}

template <class Wide> void store(operand const& o, std::int64_t i, Wide v) {
  switch (o.type.type) {
    case dtype::f32: return store_as<float>(o.data, i, v);
    case dtype::f64: return store_as<double>(o.data, i, v);
    case dtype::f16:
    case dtype::bf16: return store_half(o.type.type, o.data, i, static_cast<double>(v));
    case dtype::i64: return store_as<std::int64_t>(o.data, i, v);
    case dtype::i32: return store_as<std::int32_t>(o.data, i, v);
    case dtype::i16: return store_as<std::int16_t>(o.data, i, v);
    case dtype::i8: return store_as<std::int8_t>(o.data, i, v);
    case dtype::u64: return store_as<std::uint64_t>(o.data, i, v);
    case dtype::u32: return store_as<std::uint32_t>(o.data, i, v);
    case dtype::u16: return store_as<std::uint16_t>(o.data, i, v);
    case dtype::boolean: return store_as<std::uint8_t>(o.data, i, v != Wide{0} ? 1 : 0);
    default: return store_as<std::uint8_t>(o.data, i, v);
  }
}

struct strides {
  std::int64_t step[max_rank]{};
};

/// Row-major strides of t seen from an index space of `rank` dimensions; 0 where t is broadcast.
inline auto broadcast_strides(tensor const& t, int rank) -> strides {
  strides s;
  std::int64_t step = 1;
  for (int d = t.rank - 1; d >= 0; --d) {
    s.step[rank - t.rank + d] = t.dims[d] == 1 ? 0 : step;
    step *= t.dims[d];
  }
  return s;
}

/// Row-major strides, also of dimensions of extent 1.
inline auto strides_of(tensor const& t) -> strides {
  strides s;
  std::int64_t step = 1;
  for (int d = t.rank - 1; d >= 0; --d) {
    s.step[d] = step;
    step *= t.dims[d];
  }
  return s;
}

/// Visits the elements of `space` in row-major order; `a` and `b` are offsets in elements.
template <class F>
void for_each_index(tensor const& space, strides const& sa, strides const& sb, F const& f) {
  std::int64_t const count = element_count(space);
  std::int64_t index[max_rank]{};
  std::int64_t a = 0;
  std::int64_t b = 0;
  for (std::int64_t out = 0; out < count; ++out) {
    f(out, a, b);
    for (int d = space.rank - 1; d >= 0; --d) {
      a += sa.step[d];
      b += sb.step[d];
      if (++index[d] < space.dims[d]) break;
      a -= sa.step[d] * space.dims[d];
      b -= sb.step[d] * space.dims[d];
      index[d] = 0;
    }
  }
}

}  // namespace ashlar::graph::interpret_impl

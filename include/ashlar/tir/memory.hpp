// SPDX-License-Identifier: Apache-2.0
//
// tir/memory: the operands that the interpreter runs a program on.
//
//   array        elements as scalars that it owns: for constant evaluation, and for tests
//   raw_array    somebody else's typed memory, with any strides: at run time
//   operand_like what either is to the interpreter; operands are passed in the order of the call
//   units        extents and strides in elements
//   why vector   an array lives as long as an evaluation does, and its size is known only there
#pragma once

#include <ashlar/tensor/extents.hpp>
#include <ashlar/tir/scalar.hpp>

#include <concepts>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <vector>

namespace ashlar::tir {

/// The dimensions of an operand, and the distance of neighbours along each.
struct dimensions {
  int rank = 0;
  index_t extent[max_rank]{};
  index_t stride[max_rank]{};

  constexpr dimensions() = default;
  /// In row-major order.
  constexpr dimensions(std::initializer_list<index_t> e) {
    for (index_t const n : e) extent[rank++] = n;
    index_t distance = 1;
    for (int d = rank - 1; d >= 0; --d) {
      stride[d] = distance;
      distance *= extent[d];
    }
  }
  constexpr auto count() const -> index_t {
    index_t n = 1;
    for (int d = 0; d < rank; ++d) n *= extent[d];
    return n;
  }
  friend constexpr auto operator==(dimensions const&, dimensions const&) -> bool = default;
};

template <class A>
concept operand_like = requires(A& a, A const& c, index_t at, scalar v) {
  { c.type } -> std::convertible_to<dtype>;
  { c.dims } -> std::convertible_to<dimensions>;
  { c.load(at) } -> std::same_as<scalar>;
  a.store(at, v);
};

/// Owns its elements, row-major.
struct array {
  dtype type = dtype::none;
  dimensions dims{};
  std::vector<scalar> items{};

  constexpr array() = default;
  /// Elements that are 0.
  constexpr array(dtype t, dimensions const& d)
      : type(t), dims(d), items(static_cast<std::size_t>(d.count()), make_scalar(t, 0)) {}
  /// The elements in row-major order, each converted to `t`.
  template <element T>
  constexpr array(dtype t, dimensions const& d, std::initializer_list<T> values) : array(t, d) {
    std::size_t n = 0;
    for (T const v : values) items[n++] = make_scalar(t, v);
  }

  constexpr auto load(index_t at) const -> scalar { return items[static_cast<std::size_t>(at)]; }
  constexpr void store(index_t at, scalar v) { items[static_cast<std::size_t>(at)] = v; }
  friend constexpr auto operator==(array const&, array const&) -> bool = default;
};
static_assert(operand_like<array>);

/// Elements of type `type` from `data` on, owned by the caller. Strides may be negative or 0.
struct raw_array {
  dtype type = dtype::none;
  dimensions dims{};
  std::byte* data = nullptr;

  raw_array() = default;
  template <element T>
  raw_array(T* first, dimensions const& d)
      : type(dtype_of<T>), dims(d), data(reinterpret_cast<std::byte*>(first)) {}
  /// For element types without a C++ type, too. The interpreter writes only to outputs.
  raw_array(dtype t, void* first, dimensions const& d)
      : type(t), dims(d), data(static_cast<std::byte*>(first)) {}

  auto load(index_t at) const -> scalar {
    if (is_nibble(type)) return narrowed(scalar{.type = type, .bits = nibble(at)}, type);
    std::byte const* const from = data + at * bytes_of(type);
    if (is_half(type)) {
      std::uint16_t bits = 0;
      std::memcpy(&bits, from, sizeof bits);
      return scalar{.type = type, .bits = bits};
    }
    return with_type(type, [&]<class T>() {
      T v{};
      std::memcpy(&v, from, sizeof v);
      return to_scalar(v);
    });
  }
  void store(index_t at, scalar v) {
    // The low bytes of the pattern are the element, for every type and little-endian memory.
    static_assert(std::endian::native == std::endian::little);
    if (is_nibble(type)) {
      int const shift = 4 * static_cast<int>(at & 1);
      std::byte& pair = data[at >> 1];
      pair = (pair & ~(std::byte{15} << shift)) | (static_cast<std::byte>(v.bits & 15U) << shift);
      return;
    }
    std::memcpy(data + at * bytes_of(type), &v.bits, static_cast<std::size_t>(bytes_of(type)));
  }

 private:
  auto nibble(index_t at) const -> std::uint64_t {
    return static_cast<std::uint64_t>(data[at >> 1] >> (4 * static_cast<int>(at & 1)));
  }
};
static_assert(operand_like<raw_array>);

}  // namespace ashlar::tir

// SPDX-License-Identifier: Apache-2.0
//
// tensor/int4: the element types of 4 bits, two in a byte.
//
//   int4x2, uint4x2   the byte of two elements, -8 to 7 or 0 to 15; the first is its low half
//   takes             two numbers, of which the low 4 bits are kept
//   returns           an element as an int, by its place in the byte
//   invariants        the extents and strides of an operand count elements, its pointer goes to
//                     bytes: element n of row-major memory is half n % 2 of byte n / 2. The first
//                     one of an operand is the low half of its byte
//   source            INT4 and UINT4 of ONNX, DLPack's types of 4 bits, Int4x2 of ONNX Runtime
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace ashlar {

/// Two elements of 4 bits; Value holds one of them.
template <class Value> struct nibble_pair {
  std::uint8_t bits = 0;

  constexpr nibble_pair() = default;
  constexpr nibble_pair(int low, int high) {
    set(0, low);
    set(1, high);
  }
  constexpr auto operator[](int half) const -> int {
    int const four = (half == 0 ? bits : bits >> 4) & 15;
    return std::is_signed_v<Value> ? (four ^ 8) - 8 : four;
  }
  constexpr void set(int half, int value) {
    int const other = half == 0 ? bits & 0xf0 : bits & 0x0f;
    bits = static_cast<std::uint8_t>(other | ((value & 15) << (half == 0 ? 0 : 4)));
  }
  friend constexpr auto operator==(nibble_pair, nibble_pair) -> bool = default;
};

struct int4x2 : nibble_pair<std::int8_t> {
  using nibble_pair::nibble_pair;
};
struct uint4x2 : nibble_pair<std::uint8_t> {
  using nibble_pair::nibble_pair;
};
static_assert(sizeof(int4x2) == 1 && std::is_trivially_copyable_v<int4x2>);
static_assert(sizeof(uint4x2) == 1 && std::is_trivially_copyable_v<uint4x2>);

/// A type of whose elements two share one object.
template <class T>
inline constexpr bool is_paired = std::is_same_v<std::remove_const_t<T>, int4x2> ||
                                  std::is_same_v<std::remove_const_t<T>, uint4x2>;

/// One element of 4 bits in memory, as T& is for elements that have an address.
template <class T> struct paired_reference {
  T* pair;
  int half;

  constexpr operator int() const { return (*pair)[half]; }  // NOLINT(google-explicit-constructor)
  constexpr auto operator=(int value) const -> paired_reference const&
    requires(!std::is_const_v<T>)
  {
    pair->set(half, value);
    return *this;
  }
  /// The value of another element, not the reference to it.
  constexpr auto operator=(paired_reference const& other) const -> paired_reference const&
    requires(!std::is_const_v<T>)
  {
    return *this = static_cast<int>(other);
  }
  constexpr paired_reference(T* p, int h) : pair(p), half(h) {}
  constexpr paired_reference(paired_reference const&) = default;
};

/// What an access by integers returns.
template <class T> using reference_to = std::conditional_t<is_paired<T>, paired_reference<T>, T&>;

/// Element `at` of those from `data` on.
template <class T> constexpr auto element_at(T* data, std::int64_t at) -> reference_to<T> {
  if constexpr (is_paired<T>) {
    return {data + (at >> 1), static_cast<int>(at & 1)};
  } else {
    return data[at];
  }
}

/// How many objects of type T hold n elements.
template <class T> constexpr auto objects_of(std::int64_t n) -> std::int64_t {
  return is_paired<T> ? n / 2 + n % 2 : n;
}

}  // namespace ashlar

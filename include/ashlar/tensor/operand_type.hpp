// SPDX-License-Identifier: Apache-2.0
//
// tensor/operand_type: all that the type of an operand says, as one value.
//
//   takes       an element type, a layout and extents
//   returns     an operand_type: the only thing the compiler core sees of an operand
//   invariants  two operands that promise the same have equal operand_types, however their types
//               are spelled; entries at and beyond `rank` have their default value
#pragma once

#include <ashlar/tensor/layout.hpp>
#include <ashlar/tensor/scalar_traits.hpp>

#include <type_traits>

namespace ashlar {

/// What is known of an operand before the call.
struct operand_type {
  dtype dt = dtype::none;
  std::int8_t rank = 0;
  bool is_const = false;
  bool contiguous = true;      // row-major without gaps
  std::int32_t alignment = 1;  // of the first element, in bytes
  extent shape[max_rank] = {};
  index_t stride[max_rank] = {};  // in elements, or dynamic_stride

  friend constexpr auto operator==(operand_type const&, operand_type const&) -> bool = default;
};
static_assert(std::is_trivially_copyable_v<operand_type>);

namespace operand_type_impl {

// The row-major stride along d, dynamic_stride when it hangs on a dynamic extent.
constexpr auto row_major(operand_type const& t, int d) -> index_t {
  index_t product = 1;
  for (int at = d + 1; at < t.rank; ++at) {
    if (t.shape[at].is_dynamic()) return dynamic_stride;
    product = saturating_product(product, t.shape[at].value);
  }
  return product;
}

}  // namespace operand_type_impl

/// The description of an operand of element type T, layout l and extents `shape`.
template <storable T>
constexpr auto make_operand_type(layout const& l, extent const* shape, int rank) -> operand_type {
  operand_type t{};
  t.dt = dtype_of<T>;
  t.rank = static_cast<std::int8_t>(rank);
  t.is_const = std::is_const_v<T>;
  t.alignment = l.alignment > static_cast<std::int32_t>(alignof(T))
                    ? l.alignment
                    : static_cast<std::int32_t>(alignof(T));
  for (int d = 0; d < rank; ++d) t.shape[d] = shape[d];
  for (int d = 0; d < rank; ++d) {
    auto const packed = operand_type_impl::row_major(t, d);
    t.stride[d] = l.strided ? l.stride_at(d) : packed;
    if (l.strided && (packed == dynamic_stride || t.stride[d] != packed)) t.contiguous = false;
  }
  return t;
}

}  // namespace ashlar

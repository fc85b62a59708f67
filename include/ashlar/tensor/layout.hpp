// SPDX-License-Identifier: Apache-2.0
//
// tensor/layout: where the elements of a view lie, as a template argument.
//
//   row_major            packed, the last dimension fastest; strides follow from the extents
//   strides(4, 1)        static strides in elements, also zero (broadcast) and negative
//   strides(dyn, 1)      some of them known at the call
//   any_strides          all of them known at the call
//   aligned(l, 64)       the first element lies at a multiple of 64 bytes
#pragma once

#include <ashlar/tensor/extents.hpp>

#include <concepts>
#include <cstdint>
#include <limits>

namespace ashlar {

/// Stands for a stride which is known at the call.
inline constexpr index_t dynamic_stride = std::numeric_limits<index_t>::min();

/// The layout of a view. Default: row-major and packed, with no promise on alignment.
struct layout {
  bool strided = false;
  std::uint8_t dynamic = 0;    // bit d: the stride along d is known at the call
  std::int32_t alignment = 0;  // in bytes, a power of two; 0: that of the element type
  index_t stride[max_rank] = {};

  constexpr auto is_dynamic(int d) const -> bool { return ((dynamic >> d) & 1) != 0; }
  /// The stride along d of a strided layout, or dynamic_stride.
  constexpr auto stride_at(int d) const -> index_t {
    return is_dynamic(d) ? dynamic_stride : stride[d];
  }
  /// How many strides of an operand of this rank are known at the call.
  constexpr auto dynamic_count(int rank) const -> int {
    int count = 0;
    for (int d = 0; d < rank; ++d) count += static_cast<int>(is_dynamic(d));
    return count;
  }
  friend constexpr auto operator==(layout const&, layout const&) -> bool = default;
};

inline constexpr layout row_major{};

/// Every stride is known at the call.
inline constexpr layout any_strides{true, 0xff, 0, {}};

namespace layout_impl {

constexpr void put(layout& l, int d, std::integral auto n) {
  l.stride[d] = static_cast<index_t>(n);
}
constexpr void put(layout& l, int d, dynamic_promise) {
  l.dynamic = static_cast<std::uint8_t>(l.dynamic | (1u << d));
}

}  // namespace layout_impl

/// Strides in elements, outermost first; `dyn` for one that is known at the call.
template <class... S>
  requires(sizeof...(S) <= max_rank &&
           ((std::integral<S> || std::same_as<S, dynamic_promise>) && ...))
constexpr auto strides(S... s) -> layout {
  layout l{};
  l.strided = true;
  int d = 0;
  (layout_impl::put(l, d++, s), ...);
  return l;
}

/// The same layout with the promise that the first element lies at a multiple of `bytes`.
constexpr auto aligned(layout l, int bytes) -> layout {
  l.alignment = bytes;
  return l;
}

}  // namespace ashlar

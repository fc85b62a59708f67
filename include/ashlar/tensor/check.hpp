// SPDX-License-Identifier: Apache-2.0
//
// tensor/check: whether an operand keeps what its type promises; for the entry of every kernel.
//
//   takes       extents or a view, and the position of the operand in the call
//   returns     ok, or the first promise that is broken, with both numbers
//   errors      extent_negative, extent_mismatch, extent_not_multiple, extent_too_large, overflow,
//               null_pointer, misaligned, stride_mismatch
//   invariants  an operand without elements may be null; nothing is read through the pointer
#pragma once

#include <ashlar/core/result.hpp>
#include <ashlar/tensor/view.hpp>

#include <cstdint>
#include <limits>

namespace ashlar {

/// Whether one length keeps the promise of an extent.
constexpr auto check_extent(extent promise, index_t n, int operand, int dimension) -> status {
  auto wrong = status{.operand = static_cast<std::int16_t>(operand),
                      .dimension = static_cast<std::int16_t>(dimension),
                      .found = n};
  if (n < 0) {
    wrong.code = status_code::extent_negative;
  } else if (promise.is_static() && n != promise.value) {
    wrong.code = status_code::extent_mismatch;
    wrong.expected = promise.value;
  } else if (promise.is_dynamic() && n % promise.multiple() != 0) {
    wrong.code = status_code::extent_not_multiple;
    wrong.expected = promise.multiple();
  } else if (promise.is_dynamic() && !promise.accepts(n)) {
    wrong.code = status_code::extent_too_large;
    wrong.expected = promise.at_most();
  } else {
    return status{};
  }
  return wrong;
}

/// Whether dynamic extents keep the promises of their types, and can be counted together.
template <index_t... E>
constexpr auto check_extents(extents<E...> const& n, int operand = -1) -> status {
  for (int d = 0; d < n.rank; ++d)
    if (auto const wrong = check_extent(n.type[d], n.extent(d), operand, d); !wrong) return wrong;
  if (n.size() == std::numeric_limits<index_t>::max())
    return status{.code = status_code::overflow, .operand = static_cast<std::int16_t>(operand)};
  return status{};
}

/// The first and the last byte offset that an operand touches, relative to its data pointer.
struct byte_reach {
  index_t first = 0;
  index_t last = -1;  // below `first` when there are no elements
  bool fits = true;   // false when an offset is beyond index_t
};

namespace check_impl {

constexpr auto extend(byte_reach r, index_t n, index_t stride, int element_bytes) -> byte_reach {
  constexpr auto most = std::numeric_limits<index_t>::max();
  if (!r.fits || n <= 1 || stride == 0) return r;
  if (stride == std::numeric_limits<index_t>::min()) return byte_reach{.fits = false};
  auto const steps = saturating_product(n - 1, element_bytes);
  auto const way = saturating_product(steps, stride < 0 ? -stride : stride);
  auto& end = stride < 0 ? r.first : r.last;
  auto const used = stride < 0 ? -r.first : r.last;
  if (way == most || way > most - used) return byte_reach{.fits = false};
  end = stride < 0 ? end - way : end + way;
  return r;
}

}  // namespace check_impl

/// Where the elements of a view lie.
template <class View> constexpr auto reach_of(View const& v) -> byte_reach {
  constexpr int element_bytes = bytes_of(View::type.dt);
  for (int d = 0; d < View::rank; ++d)
    if (v.extent(d) == 0) return byte_reach{};
  auto r = byte_reach{.first = 0, .last = element_bytes - 1};
  for (int d = 0; d < View::rank; ++d)
    r = check_impl::extend(r, v.extent(d), v.stride(d), element_bytes);
  return r;
}

/// True when the address of p is a multiple of `alignment` bytes.
inline auto is_aligned(void const* p, index_t alignment) -> bool {
  return reinterpret_cast<std::uintptr_t>(p) % static_cast<std::uintptr_t>(alignment) == 0;
}

/// Whether an operand of a call, a view or a tensor, is what its type says. To be called before
/// anything is read or written.
template <class Operand> auto check_operand(Operand const& v, int operand = -1) -> status {
  if (auto const wrong = check_extents(v.extents(), operand); !wrong) return wrong;
  auto const at = static_cast<std::int16_t>(operand);
  auto const reach = reach_of(v);
  if (!reach.fits) return status{.code = status_code::overflow, .operand = at};
  if (reach.last < reach.first) return status{};
  if (v.data() == nullptr) return status{.code = status_code::null_pointer, .operand = at};
  if (!is_aligned(v.data(), Operand::type.alignment))
    return status{.code = status_code::misaligned,
                  .operand = at,
                  .found = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(v.data()) %
                                                Operand::type.alignment),
                  .expected = 0,
                  .subject = nullptr};
  return status{};
}

}  // namespace ashlar

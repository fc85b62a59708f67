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

#include <ashlar/core/overflow.hpp>
#include <ashlar/core/result.hpp>
#include <ashlar/tensor/extents.hpp>
#include <ashlar/tensor/operand_record.hpp>

#include <cstdint>
#include <limits>

namespace ashlar {

/// Whether one length keeps the promise of an extent.
ASHLAR_PER_ISA constexpr auto check_extent(extent promise, index_t n, int operand, int dimension)
    -> status {
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
  bool fits = true;   // false when an offset, in halves of bytes, or a number is beyond index_t
};

/// Where the elements of an operand lie. Extents are at least 0.
ASHLAR_PER_ISA constexpr auto reach_of(operand_record const& o) -> byte_reach {
  int const rank = o.type->rank;
  index_t const element_bytes = bytes_of(o.type->dt);
  index_t first = 0;
  index_t last = element_bytes - 1;
  index_t count = 1;
  bool is_empty = false;
  bool wraps = false;
  for (int d = rank - 1; d >= 0; --d) {
    index_t const n = o.extent[d];
    is_empty = is_empty || n == 0;
    index_t way = 0;
    wraps = multiply_wraps(n - 1, o.stride[d], way) || wraps;
    wraps = multiply_wraps(way, element_bytes, way) || wraps;
    wraps = add_wraps(first, way < 0 ? way : 0, first) || wraps;
    wraps = add_wraps(last, way < 0 ? 0 : way, last) || wraps;
    wraps = multiply_wraps(count, n, count) || wraps;
  }
  if (is_empty) return byte_reach{};
  index_t length = 0;
  wraps = subtract_wraps(last, first, length) || wraps;
  wraps = wraps || length > std::numeric_limits<index_t>::max() / 2;  // boxes count halves of bytes
  if (is_nibble(o.type->dt)) {
    first >>= 1;
    last >>= 1;
  }
  return byte_reach{.first = first, .last = last, .fits = !wraps};
}

/// Where the elements of a view lie.
template <class View> constexpr auto reach_of(View const& v) -> byte_reach {
  operand_record o;
  describe(v, o);
  return reach_of(o);
}

/// True when the address of p is a multiple of `alignment` bytes, a power of two.
inline auto is_aligned(void const* p, index_t alignment) -> bool {
  return (reinterpret_cast<std::uintptr_t>(p) & static_cast<std::uintptr_t>(alignment - 1)) == 0;
}

namespace check_impl {

// The first promise that an operand breaks.
ASHLAR_PER_ISA ASHLAR_COLD inline auto broken_promise(operand_record const& o, byte_reach reach,
                                                      int operand) -> status {
  auto const at = static_cast<std::int16_t>(operand);
  for (int d = 0; d < o.type->rank; ++d)
    if (auto const wrong = check_extent(o.type->shape[d], o.extent[d], operand, d); !wrong)
      return wrong;
  if (!reach.fits) return status{.code = status_code::overflow, .operand = at};
  if (o.data == nullptr) return status{.code = status_code::null_pointer, .operand = at};
  return status{.code = status_code::misaligned,
                .operand = at,
                .found = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(o.data) %
                                              static_cast<std::uintptr_t>(o.type->alignment)),
                .expected = 0,
                .subject = nullptr};
}

}  // namespace check_impl

/// Whether an operand of a call is what its type says; sets its reach. To be called before anything
/// is read or written.
inline auto check_operand(operand_record const& o, int operand, byte_reach& reach) -> status {
  bool good = true;
  for (int d = 0; d < o.type->rank; ++d) good = good && o.type->shape[d].accepts(o.extent[d]);
  if (good) {
    reach = reach_of(o);
    bool const is_empty = reach.last < reach.first;
    bool const there = reach.fits && o.data != nullptr && is_aligned(o.data, o.type->alignment);
    if (is_empty || there) return status{};
  }
  return check_impl::broken_promise(o, reach, operand);
}

/// The bytes from `first` up to but not including `end`.
struct byte_range {
  std::uintptr_t first = 0;
  std::uintptr_t end = 0;
};

namespace check_impl {

// The bytes of an operand of a settled type; -1 if they are too many to count.
constexpr auto settled_bytes(operand_type const& t) -> index_t {
  index_t bytes = bytes_of(t.dt);
  for (int d = 0; d < t.rank; ++d)
    if (multiply_wraps(bytes, t.shape[d].value, bytes)) return -1;
  return shared_bytes(t.dt, bytes);
}

// A variable, since nvcc goes through the loop where it reads a template that asks for a constant.
template <class Operand> inline constexpr index_t bytes_of_settled = settled_bytes(Operand::type);

}  // namespace check_impl

/// The quick answer for packed operands: true if all promises are kept, and then `to` is where it
/// lies. False says nothing: check_operand has to be asked.
template <class Operand>
ASHLAR_INLINE auto is_plainly_valid(Operand const& v, byte_range& to) -> bool {
  if constexpr (!Operand::type.contiguous) {
    return false;
  } else if constexpr (is_settled(Operand::type)) {
    constexpr index_t bytes = check_impl::bytes_of_settled<Operand>;
    to.first = reinterpret_cast<std::uintptr_t>(v.data());
    to.end = to.first + static_cast<std::uintptr_t>(bytes);
    return bytes == 0 ||
           (bytes > 0 && v.data() != nullptr && is_aligned(v.data(), Operand::type.alignment));
  } else {
    index_t bytes = bytes_of(Operand::type.dt);
    bool good = true;
    ASHLAR_UNROLL
    for (int d = 0; d < Operand::rank; ++d) {
      index_t const n = v.extent(d);
      good = good && Operand::type.shape[d].accepts(n);
      good = !multiply_wraps(bytes, n, bytes) && good;
    }
    bytes = shared_bytes(Operand::type.dt, bytes);
    to.first = reinterpret_cast<std::uintptr_t>(v.data());
    to.end = to.first + static_cast<std::uintptr_t>(bytes);
    bool const there = v.data() != nullptr && is_aligned(v.data(), Operand::type.alignment);
    return good && (there || bytes == 0);
  }
}

/// The same of a view or a tensor.
template <class Operand> auto check_operand(Operand const& v, int operand = -1) -> status {
  operand_record o;
  byte_reach reach{};
  describe(v, o);
  return check_operand(o, operand, reach);
}

}  // namespace ashlar

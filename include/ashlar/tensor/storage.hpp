// SPDX-License-Identifier: Apache-2.0
//
// tensor/storage: zeroed memory for tensors, aligned to 64 bytes.
//
//   takes       a number of bytes
//   returns     memory that allocate_zeroed() reports and allocate_zeroed_or_throw() insists on
//   invariants  0 bytes are the null pointer; the room is a whole number of 64-byte lines
#pragma once

#include <ashlar/tensor/extents.hpp>

#include <cstddef>
#include <cstring>
#include <limits>
#include <new>

namespace ashlar {

/// The alignment of what a tensor or an arena hands out, in bytes: a cache line, and the widest
/// vector of today's machines.
inline constexpr int storage_alignment = 64;

/// The bytes of `count` elements; the largest index_t where that does not fit.
constexpr auto byte_count(index_t count, int element_bytes) -> index_t {
  return saturating_product(count, element_bytes);
}

/// True for the sizes one can ask for: not negative, and far enough from the end to be rounded up.
constexpr auto is_allocatable(index_t bytes) -> bool {
  return bytes >= 0 && bytes <= std::numeric_limits<index_t>::max() / 2 &&
         static_cast<std::uint64_t>(bytes) <= std::numeric_limits<std::size_t>::max() / 2;
}

namespace storage_impl {

constexpr auto whole_lines(index_t bytes) -> std::size_t {
  return (static_cast<std::size_t>(bytes) + storage_alignment - 1) / storage_alignment *
         storage_alignment;
}

}  // namespace storage_impl

/// Zeroed memory, or null where there is none.
inline auto allocate_zeroed(index_t bytes) noexcept -> void* {
  if (bytes == 0 || !is_allocatable(bytes)) return nullptr;
  auto const room = storage_impl::whole_lines(bytes);
  void* const p = ::operator new(room, std::align_val_t{storage_alignment}, std::nothrow);
  return p == nullptr ? nullptr : std::memset(p, 0, room);
}

/// Zeroed memory; behaves as `new` does where there is none.
inline auto allocate_zeroed_or_throw(index_t bytes) -> void* {
  if (bytes == 0) return nullptr;
  // An impossible request still goes to `new`, so that its handler decides.
  auto const room = storage_impl::whole_lines(
      is_allocatable(bytes) ? bytes : std::numeric_limits<index_t>::max() / 2);
  return std::memset(::operator new(room, std::align_val_t{storage_alignment}), 0, room);
}

inline void release_storage(void* p) noexcept {
  ::operator delete(p, std::align_val_t{storage_alignment});
}

}  // namespace ashlar

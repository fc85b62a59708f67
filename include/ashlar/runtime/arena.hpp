// SPDX-License-Identifier: Apache-2.0
//
// runtime/arena: memory of the caller, handed out in 64-byte lines and taken back all at once.
//
//   takes       bytes that outlive the arena; the first ones up to a multiple of 64 are skipped
//   returns     uninitialised elements at a multiple of 64 bytes
//   errors      workspace_too_small with the bytes that are there and those that are needed
//   invariants  nothing is allocated; what was handed out does not move
#pragma once

#include <ashlar/core/result.hpp>
#include <ashlar/tensor/storage.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ashlar {
namespace runtime {

/// `bytes` rounded up to whole lines; the largest index_t where that does not fit.
constexpr auto line_bytes(index_t bytes) -> index_t {
  return saturating_product(bytes / storage_alignment + (bytes % storage_alignment != 0 ? 1 : 0),
                            storage_alignment);
}

/// The bytes of an arena that starts at a multiple of 64 and holds blocks of these bytes. An arena
/// over memory of any other alignment needs 63 bytes more.
template <class... Bytes> constexpr auto arena_size(Bytes... bytes) -> index_t {
  index_t sum = 0;
  ((sum = is_allocatable(sum) && is_allocatable(line_bytes(static_cast<index_t>(bytes)))
              ? sum + line_bytes(static_cast<index_t>(bytes))
              : std::numeric_limits<index_t>::max()),
   ...);
  return sum;
}

/// Whether fresh memory of an arena is filled with what makes a forgotten initialisation visible.
enum class poison : std::uint8_t { no, yes };

/// A NaN as f32 and as f64 at every multiple of their size, and a large integer.
inline constexpr std::uint32_t poison_word = 0x7ff4'5a5a;

/// A bump allocator over memory of the caller.
class arena {
 public:
  /// A place to which an arena can be taken back.
  struct mark {
    index_t used = 0;
  };

  arena() = default;
  arena(void* memory, index_t bytes, poison p = poison::no) : poison_(p) {
    auto const past = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(memory) %
                                           static_cast<std::uintptr_t>(storage_alignment));
    auto const skip = past == 0 ? 0 : storage_alignment - past;
    if (memory == nullptr || bytes <= skip) return;
    first_ = static_cast<std::byte*>(memory) + skip;
    capacity_ = bytes - skip;
    spoil(0, capacity_);
  }

  /// `bytes` bytes at a multiple of 64; null for 0 bytes.
  auto allocate(index_t bytes) -> result<void*> {
    auto const room = bytes < 0 ? std::numeric_limits<index_t>::max() : line_bytes(bytes);
    // The last block may end inside of a line.
    if (bytes < 0 || bytes > capacity_ - used_)
      return status{
          .code = status_code::workspace_too_small, .found = capacity_ - used_, .expected = bytes};
    void* const block = bytes == 0 ? nullptr : first_ + used_;
    used_ = room > capacity_ - used_ ? capacity_ : used_ + room;
    peak_ = used_ > peak_ ? used_ : peak_;
    return block;
  }
  /// `count` uninitialised elements at a multiple of 64 bytes.
  template <class T> auto take(index_t count) -> result<T*> {
    static_assert(alignof(T) <= storage_alignment && std::is_trivially_copyable_v<T>);
    auto const block = allocate(count < 0 ? count : byte_count(count, sizeof(T)));
    if (!block) return block.error();
    return static_cast<T*>(*block);
  }

  auto here() const -> mark { return mark{used_}; }
  /// Takes back all that was handed out since the mark.
  void rewind(mark m) {
    if (m.used >= used_) return;
    spoil(m.used, used_);
    used_ = m.used;
  }
  void reset() { rewind(mark{}); }

  auto capacity() const -> index_t { return capacity_; }
  auto used() const -> index_t { return used_; }
  /// The most that was ever in use at once, in bytes.
  auto peak() const -> index_t { return peak_; }

 private:
  void spoil(index_t begin, index_t end) {
    if (poison_ == poison::no) return;
    constexpr auto step = static_cast<index_t>(sizeof poison_word);
    for (; begin + step <= end; begin += step)
      std::memcpy(first_ + begin, &poison_word, sizeof poison_word);
  }

  std::byte* first_ = nullptr;
  index_t capacity_ = 0;
  index_t used_ = 0;
  index_t peak_ = 0;
  poison poison_ = poison::no;
};

}  // namespace runtime

using runtime::arena;
using runtime::arena_size;
using runtime::poison;

}  // namespace ashlar

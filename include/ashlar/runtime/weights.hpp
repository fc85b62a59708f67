// SPDX-License-Identifier: Apache-2.0
//
// runtime/weights: the weights of a model as one block of bytes: its format, and its checks.
//
//   0    magic "ASHLARW" and a NUL       32   u64 bytes of the tensors
//   8    u32 version                     40   u64 checksum of the tensors
//   12   u32 0x01020304                  48   16 bytes of zero
//   16   2 x u64 hash of the model       64   the tensors, each at a multiple of 64
//
//   check_weights   takes the whole block, returns the start of the tensors, or why it is not to
//                   be used; nothing is copied, so the block must outlive the model
//   invariants      numbers are in the byte order of the machine; the bytes of the tensors are a
//                   multiple of 64; a block that passes has exactly the length it says
//   source          safetensors' rules (exact length, no hole at the end), with a checksum
#pragma once

#include <ashlar/core/hash.hpp>
#include <ashlar/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ashlar::runtime {

inline constexpr std::uint32_t weights_version = 1;
inline constexpr std::size_t weights_alignment = 64;

struct weights_header {
  char magic[8]{'A', 'S', 'H', 'L', 'A', 'R', 'W', '\0'};
  std::uint32_t version = weights_version;
  std::uint32_t byte_order = 0x01020304;
  std::uint64_t model[2]{};
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;
  std::uint64_t zero[2]{};
};
static_assert(sizeof(weights_header) == weights_alignment);

/// Which weights a model needs.
struct weights_id {
  std::uint64_t model[2]{};
  std::uint64_t bytes = 0;
};

/// Checked weights: the bytes of the tensors, aligned to 64, owned by somebody else.
struct weights_view {
  std::byte const* data = nullptr;
  std::size_t bytes = 0;
};

/// Takes a multiple of 8 bytes.
inline auto weights_checksum(std::span<std::byte const> tensors) -> std::uint64_t {
  hash128 h;
  for (std::size_t i = 0; i + 8 <= tensors.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, tensors.data() + i, sizeof word);
    h.word(word);
  }
  return h.a;
}

namespace weights_impl {

inline auto wrong(status_code code, std::uint64_t found = 0, std::uint64_t expected = 0) -> status {
  return status{.code = code,
                .found = static_cast<std::int64_t>(found),
                .expected = static_cast<std::int64_t>(expected),
                .subject = "weights"};
}

inline auto check_header(weights_header const& h, weights_id const& id) -> status {
  weights_header const expected{};
  bool const is_ours = std::memcmp(h.magic, expected.magic, sizeof h.magic) == 0 &&
                       h.byte_order == expected.byte_order && h.zero[0] == 0 && h.zero[1] == 0;
  if (!is_ours) return wrong(status_code::weights_wrong_format);
  if (h.version != weights_version) {
    return wrong(status_code::weights_wrong_version, h.version, weights_version);
  }
  bool const same_model = h.model[0] == id.model[0] && h.model[1] == id.model[1];
  if (!same_model || h.bytes != id.bytes) return wrong(status_code::weights_wrong_model);
  return status{};
}

}  // namespace weights_impl

/// Errors: null_pointer, misaligned, and weights_{too_short, too_long, wrong_format, wrong_version,
/// wrong_model, corrupt}.
inline auto check_weights(std::span<std::byte const> block, weights_id const& id)
    -> result<weights_view> {
  using weights_impl::wrong;
  if (block.data() == nullptr) return wrong(status_code::weights_missing);
  auto const address = reinterpret_cast<std::uintptr_t>(block.data());
  if (address % weights_alignment != 0) {
    return wrong(status_code::misaligned, address % weights_alignment, 0);
  }
  weights_header header;
  if (block.size() < sizeof header) {
    return wrong(status_code::weights_too_short, block.size(), sizeof header + id.bytes);
  }
  std::memcpy(&header, block.data(), sizeof header);
  if (status const s = weights_impl::check_header(header, id); !s.ok()) return s;
  std::uint64_t const length = block.size() - sizeof header;
  if (length < id.bytes) return wrong(status_code::weights_too_short, length, id.bytes);
  if (length > id.bytes) return wrong(status_code::weights_too_long, length, id.bytes);
  auto const tensors = block.subspan(sizeof header);
  if (weights_checksum(tensors) != header.checksum) return wrong(status_code::weights_corrupt);
  return weights_view{.data = tensors.data(), .bytes = tensors.size()};
}

}  // namespace ashlar::runtime

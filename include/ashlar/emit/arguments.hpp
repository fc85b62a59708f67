// SPDX-License-Identifier: Apache-2.0
//
// emit/arguments: what a kernel gets at the call.
//
//   Tag         a type whose static constexpr member `value` is an emit::code
//   invariants  one type for all instruction sets: what makes the call is compiled for the oldest
#pragma once

#include <ashlar/emit/code.hpp>
#include <ashlar/runtime/parallel.hpp>
#include <ashlar/tensor/layout.hpp>

#include <cstddef>

namespace ashlar::emit {

/// False inside of the namespaces of higher instruction sets, see emit/targets.hpp.
inline constexpr bool is_for_flags = true;

/// An array of this many elements, but of one where that is none.
constexpr auto room_for(int count) -> std::size_t {
  return count > 0 ? static_cast<std::size_t>(count) : 1;
}

/// How many dynamic strides operands have before dimension d of `buffer`: its place in a frame.
template <class Code> consteval auto strides_before(Code const& c, int buffer, int d) -> int {
  int n = 0;
  for (int b = 0; b <= buffer && b < c.size.operands; ++b) {
    int const end = b < buffer ? c.buffers[b].rank : d;
    for (int at = 0; at < end; ++at)
      n += static_cast<int>(c.buffers[b].stride[at] == dynamic_stride);
  }
  return n;
}

/// What a kernel gets at the call: operands by position, symbols, dynamic strides.
template <class Tag> struct arguments {
  static constexpr std::size_t buffers = room_for(Tag::value.size.buffers);
  static constexpr std::size_t symbols = room_for(Tag::value.size.symbols);
  static constexpr std::size_t strides =
      room_for(strides_before(Tag::value, Tag::value.size.operands, 0));

  void* data[buffers]{};
  index_t symbol[symbols]{};
  index_t stride[strides]{};
  runtime::executor threads{};
  std::byte* workspace = nullptr;
  index_t worker_bytes = 0;  // workspace of each part of a parallel loop
};

}  // namespace ashlar::emit

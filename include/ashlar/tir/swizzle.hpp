// SPDX-License-Identifier: Apache-2.0
//
// tir/swizzle: rows of shared memory whose chunks of 16 bytes change places, so that neighbours in
// a column are in different banks; and how many ways threads collide in the banks.
//
//   swizzle_of(32, 2)    rows of 32 elements of 2 bytes: chunk c of row r is where chunk
//                        c ^ (r / 2 % 4) was
//   bank_ways(at, n, b)  n threads that access b bytes each, at so many bytes: 1 is without
//                        conflict
//   invariants           a bijection of the elements that keeps chunks whole
//   source               the swizzled layouts of CuTe; CUDA C++ Programming Guide, Shared Memory
#pragma once

#include <bit>
#include <cstdint>

namespace ashlar::tir {

/// Bytes that one instruction of a thread moves, and those that the banks give at a time.
inline constexpr int chunk_bytes = 16, bank_line_bytes = 128;

/// offset ^ (offset >> from) % 2^bits << base, in elements.
struct swizzle {
  int base = 0, bits = 0, from = 0;

  constexpr auto at(std::int64_t offset) const -> std::int64_t {
    return offset ^ (((offset >> from) & ((std::int64_t{1} << bits) - 1)) << base);
  }
  friend constexpr auto operator==(swizzle const&, swizzle const&) -> bool = default;
};

constexpr auto log2_of(std::int64_t n) -> int {
  return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n))) - 1;
}

/// True if rows have a power of two of chunks, 2 or more.
constexpr auto can_swizzle(std::int64_t row, int bytes) -> bool {
  return row > 0 && std::has_single_bit(static_cast<std::uint64_t>(row)) &&
         row * bytes >= 2 * chunk_bytes;
}

/// Of rows of so many elements of so many bytes.
constexpr auto swizzle_of(std::int64_t row, int bytes) -> swizzle {
  std::int64_t const chunk = chunk_bytes / bytes;
  std::int64_t const line = bank_line_bytes / bytes;
  int const chunks = log2_of(row / chunk);
  return swizzle{.base = log2_of(chunk),
                 .bits = chunks < 3 ? chunks : 3,
                 .from = log2_of(row > line ? row : line)};
}

/// The most threads of those served at a time that want different words of one bank.
constexpr auto bank_ways(std::int64_t const* at, int threads, int bytes) -> int {
  int const at_a_time = bytes > 4 ? bank_line_bytes / bytes : bank_line_bytes / 4;
  int most = 1;
  for (int first = 0; first < threads; first += at_a_time) {
    std::int64_t words[bank_line_bytes / 4][bank_line_bytes / 4]{};
    int count[bank_line_bytes / 4]{};
    for (int t = first; t < threads && t < first + at_a_time; ++t) {
      for (std::int64_t w = at[t] / 4; w * 4 < at[t] + bytes; ++w) {
        auto const bank = static_cast<int>(w % (bank_line_bytes / 4));
        bool is_there = false;
        for (int n = 0; n < count[bank]; ++n) is_there = is_there || words[bank][n] == w;
        if (!is_there) words[bank][count[bank]++] = w;
        if (count[bank] > most) most = count[bank];
      }
    }
  }
  return most;
}

}  // namespace ashlar::tir

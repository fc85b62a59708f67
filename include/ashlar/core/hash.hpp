// SPDX-License-Identifier: Apache-2.0
//
// core/hash: a 128-bit hash for structural values, fed one word at a time.
//
//   source      the finaliser of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom
//               number generators", OOPSLA 2014), two lanes with different constants
#pragma once

#include <cstdint>
#include <string_view>

namespace ashlar {

struct hash128 {
  std::uint64_t a = 0x243f6a8885a308d3U;
  std::uint64_t b = 0x13198a2e03707344U;

  constexpr void word(std::uint64_t w) {
    a = mix((a ^ w) + 0x9e3779b97f4a7c15U);
    b = mix((b + w) ^ 0xc2b2ae3d27d4eb4fU);
  }
  constexpr void number(std::int64_t v) { word(static_cast<std::uint64_t>(v)); }
  constexpr void string(std::string_view s) {
    word(s.size());
    for (char const c : s) word(static_cast<unsigned char>(c));
  }
  friend constexpr auto operator==(hash128, hash128) -> bool = default;

 private:
  static constexpr auto mix(std::uint64_t x) -> std::uint64_t {
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
  }
};

}  // namespace ashlar

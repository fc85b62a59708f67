// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/math_hashes: what all results on every 997th float, and of pow on 262,144 pairs,
// hash to, the same on every backend and instruction set with an FMA, and on every one without.
// Written by tools/accuracy.
#pragma once

#include <cstdint>
#include <string_view>

namespace backend_tests {

struct math_hash {
  char const* name;
  std::uint64_t with_fma, without;
};

inline constexpr math_hash math_hashes[] = {
    {"exp", 0xd5d60dbe74596c52, 0x90d9fad077622ad1},
    {"exp2", 0xb26ca35f3da75dfb, 0x2f0fe837a61164cb},
    {"expm1", 0x32148147477707c2, 0x3a07062b86af5b5c},
    {"log", 0xfa67ec8985f5168b, 0x00e8d7e676f8eb8b},
    {"log2", 0x283b679d44e36e60, 0x75672cbdeec735e7},
    {"log1p", 0xd458c7eb078e926a, 0x262cae51cd1cc045},
    {"rsqrt", 0x63c7825962872ba0, 0x63c7825962872ba0},
    {"tanh", 0x5e9b3d93ab5d7202, 0x4420343ac5486c65},
    {"sigmoid", 0xf224ea1b67dc53fa, 0x6d6f9495063b5c56},
    {"erf", 0x318486594ef7d8e8, 0xb2c15562e5d27522},
    {"sin", 0x2fdfe73807bc5214, 0xa9e711c7a19dfa13},
    {"cos", 0xebb6d3efbabda873, 0xe586a56a0954cdf5},
    {"pow", 0x9a151559390a85e6, 0x9a151559390a85e6},
};

inline auto hash_of(std::string_view name) -> math_hash const* {
  for (auto const& h : math_hashes) {
    if (name == h.name) return &h;
  }
  return nullptr;
}

}  // namespace backend_tests

// SPDX-License-Identifier: Apache-2.0
//
// limits: how large a program may grow; a file <ashlar_config.hpp> on the include path may define
// `namespace ashlar::limits` with larger numbers instead.
//
//   why fixed   a program is a structural value, so it cannot allocate
//   cost        a compiler initialises and copies every element: keep them near the need
#pragma once

#if __has_include(<ashlar_config.hpp>)
#include <ashlar_config.hpp>
#else

namespace ashlar::limits {

inline constexpr int atoms = 256;
inline constexpr int indices = 1024;
inline constexpr int axes = 256;
inline constexpr int symbols = 32;
inline constexpr int buffers = 48;
inline constexpr int exprs = 512;
inline constexpr int accesses = 256;
inline constexpr int stages = 40;
inline constexpr int statements = 512;
inline constexpr int checks = 32;
inline constexpr int loops_per_stage = 24;

}  // namespace ashlar::limits

#endif

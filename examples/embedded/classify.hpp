// SPDX-License-Identifier: Apache-2.0
//
// examples/embedded/classify: the network of examples/digits as one function.
//
//   takes       8 x 8 pixels from 0 to 1, and room for ten scores
//   returns     the digit with the best score; -1 if the model refuses to run
//   invariants  its memory is static, and known to the compiler: no heap, no threads, no exceptions
#pragma once

namespace embedded {

inline constexpr int pixels = 64;
inline constexpr int classes = 10;

auto classify(float const (&image)[pixels], float (&scores)[classes]) -> int;

}  // namespace embedded

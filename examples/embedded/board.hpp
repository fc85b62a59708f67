// SPDX-License-Identifier: Apache-2.0
//
// examples/embedded/board: what the program needs of the machine that it runs on.
//
//   put         sends characters to whoever listens
//   board_main  the program, which the machine calls once its stack is there
//   beside      the four functions that compilers call on their own (memcpy, memmove, memset,
//               memcmp) and abort, which a checked access out of range would end in
//   source      the C++ standard, [compliance]: what a freestanding implementation has
#pragma once

#include <cstddef>

namespace embedded {

void put(char const* text, std::size_t characters);

}  // namespace embedded

/// Its result is the program's.
extern "C" auto board_main() -> int;

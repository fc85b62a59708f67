// SPDX-License-Identifier: Apache-2.0
//
// What is computed, and how on a GPU: plain C++, for any compiler. A schedule for a grid runs on a
// processor too, blocks in parallel.
#pragma once

#include <ashlar/ashlar.hpp>

namespace example {

namespace ash = ashlar;

inline constexpr ash::axis<"i"> i;

inline constexpr auto saxpy = [](auto y, auto a, auto x) { y(i) = a * x(i) + y(i); };

/// Blocks of 256 threads, each with 4 elements, which one instruction loads.
inline constexpr auto on_gpu = [](ash::schedule& s) {
  auto const block = s.split("i", 1024);
  auto const thread = s.split(block.inner, 4);
  s.bind(block.outer, ash::gpu::block_x);
  s.bind(thread.outer, ash::gpu::thread_x);
  s.vectorize(thread.inner);
};

}  // namespace example

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E093\] of reduction loops, lanes are what a grid combines by itself
// ALSO: bind k to thread_x: it is a reduction loop of y, and its iterations combine to the same
#if ASHLAR_CASE == 1
  s.bind("k", ash::gpu::thread_x);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E091\] block loops are outside of thread loops, and a nest has each axis once
// ALSO: bind j to thread_x: i of y is thread_x already; fuse the two before, or bind one of them
#if ASHLAR_CASE == 1
  s.bind("i", ash::gpu::thread_x);
  s.bind("j", ash::gpu::thread_x);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

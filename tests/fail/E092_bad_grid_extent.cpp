// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E092\] a block has a constant number of threads along each axis
// ALSO: bind i to lane: extent 64 is above the 32 lanes of a warp; split it by 32
#if ASHLAR_CASE == 1
  s.bind("i", ash::gpu::lane);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E017\] cache_write takes a loop of a reduction stage, inside its outermost
// ALSO: cache_write at j: the tile is above a reduction loop; legal loops: k
#if ASHLAR_CASE == 1
  s.cache_write("j");
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E024\] split, fuse and reorder come before vectorize, unroll and parallel
// ALSO: split i: it is parallel already; split it first, then make a loop of the result parallel
#if ASHLAR_CASE == 1
  s.parallel("i");
  s.split("i", 8);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

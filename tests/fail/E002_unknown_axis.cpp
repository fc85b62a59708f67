// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E002\] the stage has no loop of that name
// ALSO: split: y has no loop m; loops: i, j, k
#if ASHLAR_CASE == 1
  s.split("m", 8);
#endif
  // EXPECT: ashlar\[E002\] the stage has no loop of that name
  // ALSO: parallel: y has no loop i; loops: io, ii, j, k
#if ASHLAR_CASE == 2
  s.split("i", 8);
  s.parallel("i");
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

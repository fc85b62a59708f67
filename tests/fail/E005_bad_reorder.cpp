// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E005\] reorder names each loop once, and only loops of the stage
// ALSO: reorder: i is named twice; loops: i, j, k
#if ASHLAR_CASE == 1
  s.reorder("i", "j", "i");
#endif
// EXPECT: ashlar\[E005\] reorder names each loop once, and only loops of the stage
// ALSO: reorder of 0 loops: name 1 to 3 of them; loops: i, j, k
#if ASHLAR_CASE == 2
  s.reorder();
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

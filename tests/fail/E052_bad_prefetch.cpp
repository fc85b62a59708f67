// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E052\] prefetch takes an operand that the stage reads, and a distance
// ALSO: prefetch\(a, i, 0\) of y: the distance is 0, which is what is read now; give 1 or more, or less
#if ASHLAR_CASE == 1
  s.prefetch("a", "i", 0);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

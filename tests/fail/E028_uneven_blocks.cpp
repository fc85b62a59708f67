// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E028\] the longest block of a balanced split is a multiple of its granule
// ALSO: split_balanced k: the longest block, 20, is not a multiple of 8; legal: at most 16 or 24,
#if ASHLAR_CASE == 1
  s.split_balanced("k", 20, 8);
#else
  s.split_balanced("k", 24, 8);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

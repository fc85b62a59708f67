// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E011\] fuse needs two loops, the first directly outside the second
// ALSO: fuse j, i: the first must be directly outside the second; loops: i, j, k
#if ASHLAR_CASE == 1
  s.fuse("j", "i");
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

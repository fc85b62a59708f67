// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E025\] a name may be used once
// ALSO: split i: y has a loop j already; pass other names; loops: i, j, k
#if ASHLAR_CASE == 1
  s.split("i", "j", "ii", 8);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

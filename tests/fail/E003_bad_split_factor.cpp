// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E003\] a split factor must be at least 1
// ALSO: split i by 0: the factor must be at least 1; 1 leaves the loop as it is
#if ASHLAR_CASE == 1
  s.split("i", 0);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

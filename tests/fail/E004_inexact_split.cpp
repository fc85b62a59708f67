// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E004\] tail exact needs an extent that the factor divides
// ALSO: split i by 7: extent 64 is not a multiple; exact factors: 2, 4, 8, 16, or use tail::guard
#if ASHLAR_CASE == 1
  s.split("i", 7, ash::tail::exact);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

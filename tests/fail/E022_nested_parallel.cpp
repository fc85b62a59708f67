// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E022\] parallel loops do not nest
// ALSO: parallel j: i of y, outside of it, is parallel already; fuse the two loops, or keep one
#if ASHLAR_CASE == 1
  s.parallel("i");
  s.parallel("j");
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

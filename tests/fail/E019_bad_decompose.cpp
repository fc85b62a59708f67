// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E019\] decompose_reduction takes a loop at or above the outermost reduction
// ALSO: decompose_reduction at j: it is inside the reduction loop k; legal loops: i, k
#if ASHLAR_CASE == 1
  s.reorder("k", "j");
  s.decompose_reduction("j");
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

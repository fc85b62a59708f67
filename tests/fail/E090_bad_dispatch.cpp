// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

// EXPECT: ashlar\[E090\] ASHLAR_DISPATCH names no instruction set above the compile flags
// ALSO: ASHLAR_DISPATCH names no instruction set above the compile flags
// FLAGS: -DASHLAR_DISPATCH=2 -march=x86-64-v3
// EXPECT: ashlar\[E090\] ASHLAR_DISPATCH needs Highway: link with ashlar::dispatch
// FLAGS: -DASHLAR_DISPATCH=15 -DASHLAR_HAS_HIGHWAY=0
int main() { return ash::kernel<product>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E012\] fuse takes two pure loops or two reduction loops
// ALSO: fuse j, k: k is a reduction loop and the other is not; fuse two of a kind
#if ASHLAR_CASE == 1
  s.fuse("j", "k");
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E026\] a loop cannot be vectorized that wide
// ALSO: vectorize i_j: 3072 lanes, and at most 256 are supported; vectorize\(i_j, 16\) splits it
#if ASHLAR_CASE == 1
  s.reorder("k", "i", "j");
  s.vectorize(s.fuse("i", "j"));
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E009\] an unrolled loop needs a constant extent within the unroll limit
// ALSO: unroll i_j: extent 3072 is above the limit of 64; unroll\(i_j, 4\) splits it by 4 first
#if ASHLAR_CASE == 1
  s.unroll(s.fuse("i", "j"));
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E027\] a layout block must be at least 1 and name a dimension of the tensor
// ALSO: layout of b_cache: block 0 of j: a block is at least 1 and at most 2147483648
#if ASHLAR_CASE == 1
  s.cache_read("b", "i", ash::packed("j", 0));
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

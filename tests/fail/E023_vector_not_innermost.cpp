// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E023\] a vectorized loop must be the innermost loop
// ALSO: vectorize j: k is inside it; reorder j to the innermost place first; loops: i, j, k
#if ASHLAR_CASE == 1
  s.vectorize("j");
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

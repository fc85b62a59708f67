// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E029\] peel takes iterations from the ends of a loop that has a middle
// ALSO: peel i by 32 and 32: extent 64 leaves no middle; both ends together have at most 63
#if ASHLAR_CASE == 1
  s.peel("i", 32, 32);
#else
  s.peel("i", 1, 1);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

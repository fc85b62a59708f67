// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = left(i, 0) + right(0, j);
#endif
// EXPECT: ashlar\[E043\] the left side of a definition is indexed by plain axes
// ALSO: index 1 of arg0 on the left is not an axis alone; write the offset on the right
#if ASHLAR_CASE == 1
  out(i, j + 1) = left(i, 0) + right(0, j);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

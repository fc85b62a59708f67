// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = ash::sum(k, left(i, k) * right(k, j));
#endif
// EXPECT: ashlar\[E033\] an access has as many indices as the tensor has dimensions
// ALSO: arg1 has 2 dimensions, but is accessed with 1 indices
#if ASHLAR_CASE == 1
  out(i, j) = ash::sum(k, left(k) * right(k, j));
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = left(i, 0) / 2 + right(0, j);
#endif
// EXPECT: ashlar\[E049\] the operation takes an integer type
// ALSO: the remainder of f32 arg1; write a - ash::floor
#if ASHLAR_CASE == 1
  out(i, j) = left(i, 0) % 2 + right(0, j);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

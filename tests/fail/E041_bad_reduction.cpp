// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = ash::sum(k, left(i, k)) + right(0, j);
#endif
// EXPECT: ashlar\[E041\] a reduction needs an axis, and an extent above 0
// ALSO: a reduction of f32 arg1 has no axis; write it first, as in ash::sum\(k, x\(k\)\)
#if ASHLAR_CASE == 1
  out(i, j) = ash::sum(left(i, j)) + right(0, j);
#endif
// EXPECT: ashlar\[E041\] a reduction needs an axis, and an extent above 0
// ALSO: axis n of a position has the extent 0; the least is 1
#if ASHLAR_CASE == 2
  ash::axis<"n", 0> n;
  out(i, j) = ash::cast<float>(ash::argmax(n, left(i, 0))) + right(0, j);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

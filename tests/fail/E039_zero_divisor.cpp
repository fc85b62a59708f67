// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = left(i, j / 2) + right(0, j);
#endif
// EXPECT: ashlar\[E039\] division and modulus by a constant need a positive constant
// ALSO: an index is divided by 0; divide by a constant of 1 or more
#if ASHLAR_CASE == 1
  out(i, j) = left(i, j / 0) + right(0, j);
#endif
// EXPECT: ashlar\[E039\] division and modulus by a constant need a positive constant
// ALSO: an index is divided by -2; divide by
#if ASHLAR_CASE == 2
  out(i, j) = left(i, j % -2) + right(0, j);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/run.hpp>

#include "kernels.hpp"

int main() {
#if ASHLAR_CASE == 0
  return ash::run(y(i, j) = a(i, ash::c<3>) + b(ash::c<0>, j)).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E051\] the numbers in an index of an expression on the spot are part of its type
// ALSO: write i \+ ash::c<1>, or a kernel
#if ASHLAR_CASE == 1
  return ash::run(y(i, j) = a(i, 3) + b(ash::c<0>, j)).ok() ? 0 : 1;
#endif
}

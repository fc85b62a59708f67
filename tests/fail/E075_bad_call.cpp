// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

[[maybe_unused]] constexpr auto copied = [](ash::schedule s) { s.split("i", 4); };

int main() {
#if ASHLAR_CASE == 0
  return ash::kernel<product>{}(y, a, b).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E075\] a kernel takes the operands of its call, and a schedule an ash::schedule&
// ALSO: a kernel is called with 2 operands, and takes 3; pass the outputs first, then the inputs
#if ASHLAR_CASE == 1
  return ash::kernel<product>{}(y, a).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E075\] a kernel takes the operands of its call, and a schedule an ash::schedule&
// ALSO: the schedule is no function of an ash::schedule&; write \[\]\(ash::schedule& s\)
#if ASHLAR_CASE == 2
  return ash::kernel<product, copied>{}(y, a, b).ok() ? 0 : 1;
#endif
}

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = ash::sum(k, left(i, k) * right(k, j));
#endif
// EXPECT: ashlar\[E031\] a tensor has one definition
// ALSO: arg0 is defined twice; write the second value to another tensor
#if ASHLAR_CASE == 1
  out(i, j) = ash::sum(k, left(i, k) * right(k, j));
  out(i, j) = ash::sum(k, left(i, k) - right(k, j));
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

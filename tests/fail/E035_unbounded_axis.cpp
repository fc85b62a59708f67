// SPDX-License-Identifier: Apache-2.0
#include <ashlar/expr/boundary.hpp>
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = ash::sum(k, left(i, k) * right(k, j));
#endif
// EXPECT: ashlar\[E035\] an axis needs an extent
// ALSO: axis k of sum0 indexes no tensor alone; write ash::axis
#if ASHLAR_CASE == 1
  out(i, j) = ash::sum(k, ash::zero(left)(i, 2 * k)) + right(0, j);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

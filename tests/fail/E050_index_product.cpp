// SPDX-License-Identifier: Apache-2.0
#include <ashlar/expr/boundary.hpp>
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = ash::clamp(left)(i * 2, 0) + right(0, j);
#endif
// EXPECT: ashlar\[E050\] an index adds multiples of axes, and divides by constants
// ALSO: an index multiplies or divides axis i by axis j; write a constant in place of one
#if ASHLAR_CASE == 1
  out(i, j) = ash::clamp(left)(i * j, 0) + right(0, j);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

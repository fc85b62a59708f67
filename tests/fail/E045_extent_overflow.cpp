// SPDX-License-Identifier: Apache-2.0
#include <ashlar/expr/boundary.hpp>
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = left(i, 0) + right(0, j);
#endif
// EXPECT: ashlar\[E045\] the element count must fit the index type
// ALSO: h has the extents 2147483648 x 2147483648, more than
#if ASHLAR_CASE == 1
  ash::local h("h");
  ash::axis<"n", 2147483648> n;
  ash::axis<"m", 2147483648> m;
  h(n, m) = left(0, 0);
  out(i, j) = ash::clamp(h)(i, j) + right(0, j);
#endif
// EXPECT: ashlar\[E045\] the element count must fit the index type
// ALSO: an index has a number above 2147483648; write a smaller one
#if ASHLAR_CASE == 2
  out(i, j) = left(i, 0) + ash::clamp(right)(0, j * 4294967296);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

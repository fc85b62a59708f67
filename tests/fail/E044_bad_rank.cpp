// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0 || ASHLAR_CASE == 2
  out(i, j) = left(i, 0) + right(0, j);
#endif
// EXPECT: ashlar\[E044\] a tensor has 1 to 8 dimensions
// ALSO: h has 9 dimensions; the most are 8
#if ASHLAR_CASE == 1
  ash::local h("h");
  ash::axis<"r", 1> r;
  h(i, j, k, r, r, r, r, r, r) = left(i, k) * right(k, j);
  out(i, j) = left(i, 0) + right(0, j);
#endif
};

// EXPECT: ashlar\[E044\] an operand has at most 8 dimensions
#if ASHLAR_CASE == 2
constexpr int rank = ash::extents<1, 1, 1, 1, 1, 1, 1, 1, 1>::rank;
#endif

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

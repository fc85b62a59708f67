// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = ash::sum(k, left(i, k) * right(k, j));
#endif
// EXPECT: ashlar\[E034\] an axis has one extent in all tensors that it indexes
// ALSO: axis k is 32 in dimension 1 of arg1, but 48 in dimension 1 of arg2; make them equal
#if ASHLAR_CASE == 1
  out(i, j) = ash::sum(k, left(i, k) * right(0, k)) + right(0, j);
#endif
// EXPECT: ashlar\[E034\] an axis has one extent in all tensors that it indexes
// ALSO: axis r is 32 in dimension 1 of arg1, but 5 in its declaration
#if ASHLAR_CASE == 2
  ash::axis<"r", 5> r;
  out(i, j) = ash::sum(r, left(i, r)) + right(0, j);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/expr/boundary.hpp>
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = ash::sum(k, left(i, k) * right(k, j));
#endif
// EXPECT: ashlar\[E036\] an access must stay inside the tensor
// ALSO: index k . 1 of dimension 1 of arg1 reaches 32, but its extent is 32; write
// ash::zero\(arg1\)
#if ASHLAR_CASE == 1
  out(i, j) = ash::sum(k, left(i, k + 1) * right(k, j));
#endif
// EXPECT: ashlar\[E036\] an access must stay inside the tensor
// ALSO: index i - 1 of dimension 0 of arg1 reaches -1, below 0
#if ASHLAR_CASE == 2
  out(i, j) = ash::sum(k, left(i - 1, k) * right(k, j));
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

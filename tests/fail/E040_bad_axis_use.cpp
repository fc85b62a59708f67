// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = ash::sum(k, left(i, k) * right(k, j));
#endif
// EXPECT: ashlar\[E040\] an axis is free or reduced
// ALSO: axis k is not on the left of arg0; reduce it, as in ash::sum\(k
#if ASHLAR_CASE == 1
  out(i, j) = left(i, k) * right(k, j);
#endif
// EXPECT: ashlar\[E040\] an axis is free or reduced
// ALSO: axis j is on the left of arg0 and reduced on the right; reduce over another axis
#if ASHLAR_CASE == 2
  out(i, j) = left(i, 0) + ash::sum(j, right(0, j));
#endif
// EXPECT: ashlar\[E040\] an axis is free or reduced
// ALSO: axis i indexes arg0 twice on the left; write one axis for each dimension
#if ASHLAR_CASE == 3
  out(i, i) = left(i, 0) + right(0, i);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  ash::axis<"r", 0> r;
  out(i, j) = left(i, 0) + right(0, j) + ash::sum(r, left(i, r + 3));
#endif
// EXPECT: ashlar\[E071\] an extent is 0 or more, or one that the call says
// ALSO: axis r has extent -3; write 0 or more
#if ASHLAR_CASE == 1
  ash::axis<"r", -3> r;
  out(i, j) = left(i, 0) + right(0, j) + ash::sum(r, left(i, r + 3));
#endif
};

// EXPECT: ashlar\[E071\] an extent is 0 or more, dyn, dyn_multiple_of\(n\) or dyn_at_most\(n\)
// ALSO: extent\(-4
#if ASHLAR_CASE == 2
constexpr int rank = ash::extents<-4>::rank;
#endif
// EXPECT: ashlar\[E071\] an extent is 0 or more, dyn, dyn_multiple_of\(n\) or dyn_at_most\(n\)
#if ASHLAR_CASE == 3
constexpr int rank = ash::extents<8, ash::dyn_multiple_of(0)>::rank;
#endif

int main() {
#if ASHLAR_CASE < 2
  return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1;
#endif
}

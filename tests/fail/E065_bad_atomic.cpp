// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E065\] atomic takes a reduction that no order of its values changes
// ALSO: atomic y: sums of floats depend on the order, which threads would decide; rfactor keeps partial results apart
#if ASHLAR_CASE == 1
  s.atomic();
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E010\] a parallel loop is no reduction loop, unless updates are atomic
// ALSO: parallel k: it is a reduction loop of y, and its iterations add to the same element;
#if ASHLAR_CASE == 1
  s.parallel("k");
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

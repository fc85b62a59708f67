// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E020\] rfactor takes a reduction loop of an associative and commutative
// ALSO: rfactor j of y: it is not a reduction loop; reduction loops: k
#if ASHLAR_CASE == 1
  s.rfactor("j");
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

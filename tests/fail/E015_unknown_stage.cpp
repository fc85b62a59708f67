// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E015\] the program has no stage or tensor of that name
// ALSO: the program has no stage g; stages: h, y
#if ASHLAR_CASE == 1
  s.compute_root("g");
#endif
};

int main() { return ash::kernel<shifted, wrong>{}(y, a, b).ok() ? 0 : 1; }

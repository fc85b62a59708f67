// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E006\] fp::strict keeps the reduction loops in their order
// ALSO: reorder: ki would move outside ko, and y keeps that order: fp::strict keeps the order of
#if ASHLAR_CASE == 1
  auto const [ko, ki] = s.split("k", 8);
  s.reorder(ki, ko);
#endif
};

int main() { return ash::kernel<product, wrong, ash::fp::strict>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

ash::tensor<float, 64, 48> x;

constexpr auto sums = [](auto y, auto x) {
  y.name("y");
  y(i, j) = ash::inclusive_scan(ash::monoids::sum, j, x(i, j));
};

constexpr auto wrong = [](ash::schedule& s) {
  auto const parts = s.split("j", 8);
// EXPECT: ashlar\[E070\] scan_blocks takes the outer part of a split of a scan's axis, where order is free
// ALSO: scan_blocks ji: y is a scan along j, and this is not the outer part of a split of it into blocks of one length; legal loops: jo
#if ASHLAR_CASE == 1
  s.scan_blocks(parts.inner);
#else
  s.scan_blocks(parts.outer);
#endif
};

int main() { return ash::kernel<sums, wrong>{}(y, x).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto row_sums = [](auto out, auto left) {
  out.name("y");
  left.name("a");
  out(i) = ash::sum(k, left(i, k));
};
inline ash::tensor<float, 64> sums;
inline ash::tensor<float, 64, ash::dyn> rows(32);

#if ASHLAR_CASE == 1
constexpr int most = 64;
#else
constexpr int most = 32;
#endif
constexpr auto wrong = [](ash::schedule& s) {
  // EXPECT: ashlar\[E067\] specialize makes at most four variants of a kernel
  // ALSO: specialize a.extent\(1\) == 64: that makes more than 4 variants of the kernel, each with code of its own; drop one, or use assume
  for (int n = 8; n <= most; n *= 2) {
    if (!s.specialize(ash::extent_of("a", 1) == n)) continue;
    // EXPECT: ashlar\[E067\] specialize makes at most four variants of a kernel
    // ALSO: the answers of specialize make more; drop one, or use assume
#if ASHLAR_CASE == 2
    if (n == 8) s.specialize(ash::address_of("y") % 4096 == 0);
#endif
    s.unroll("k");
    return;
  }
};

int main() { return ash::kernel<row_sums, wrong>{}(sums, rows).ok() ? 0 : 1; }

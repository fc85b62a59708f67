// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E007\] a vectorized loop needs a constant extent
// ALSO: vectorize j: extent y\.extent\(1\) is not constant; vectorize\(j, 16\) splits it by 16
#if ASHLAR_CASE == 1
  s.reorder("k", "j");
  s.vectorize("j");
#endif
};

int main() {
  ash::tensor<float, 64, ash::dyn> z(48);
  ash::tensor<float, 32, ash::dyn> c(48);
  return ash::kernel<product, wrong>{}(z, a, c).ok() ? 0 : 1;
}

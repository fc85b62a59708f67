// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline ash::tensor<float, 64, 48> out;

int main() {
#if ASHLAR_CASE == 0
  return ash::kernel<product>{}(out, a, b).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E047\] a definition writes to an output or a local stage
// ALSO: y is const; pass a tensor that can be written, or define a local stage
#if ASHLAR_CASE == 1
  auto const& fixed = out;
  return ash::kernel<product>{}(fixed, a, b).ok() ? 0 : 1;
#endif
}

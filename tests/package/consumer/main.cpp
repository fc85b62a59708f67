// SPDX-License-Identifier: Apache-2.0
#include "kernel.hpp"

int main() {
  vector x, here, there;
  for (int n = 0; n < 100; ++n) x(n) = static_cast<float>(n);
  constexpr ash::kernel<axpy> kernel;
  if (!kernel(here, x).ok() || !run_elsewhere(there, x)) return 1;
  for (int n = 0; n < 100; ++n) {
    float const expected = 2.0f * static_cast<float>(n) + 1.0f;
    if (here(n) != expected || there(n) != expected) return 2;
  }
  return 0;
}

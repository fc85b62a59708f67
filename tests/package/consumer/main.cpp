// SPDX-License-Identifier: Apache-2.0
#include "kernel.hpp"

namespace {

// other.cpp has another one of this name.
constexpr auto mine = [](auto y, auto x) {
  constexpr ash::axis<"i"> i;
  y(i) = (ash::min)(x(i), 50.0f);
};

}  // namespace

int main() {
  vector x, here, there;
  for (int n = 0; n < 100; ++n) x(n) = static_cast<float>(n);
  constexpr ash::kernel<axpy> kernel;
  if (!kernel(here, x).ok() || !run_elsewhere(there, x)) return 1;
  for (int n = 0; n < 100; ++n) {
    float const expected = 2.0f * static_cast<float>(n) + 1.0f;
    if (here(n) != expected || there(n) != expected) return 2;
  }
  if (!ash::kernel<mine>{}(here, x).ok() || !run_mine_elsewhere(there, x)) return 3;
  return here(0) == 0 && here(99) == 50 && there(0) == 50 && there(99) == 99 ? 0 : 4;
}

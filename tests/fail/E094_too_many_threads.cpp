// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/pass/lower_grid.hpp>

#include "grids.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E094\] a block has no more threads than the machine has for it
// ALSO: = 3072 threads, and the machine at most 1024; split the loops that are bound to it
#if ASHLAR_CASE == 1
  s.bind("i", ash::gpu::thread_y);
  s.bind("j", ash::gpu::thread_x);
#endif
};

int main() { return fits_grid<product, wrong>(y, a, b); }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/pass/lower_grid.hpp>

#include "grids.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E097\] what a thread reads of another one is in shared memory
// ALSO: h: a thread reads what another one has written, and it is on the stack of each; stor
#if ASHLAR_CASE == 1
  s.bind("i", ash::gpu::block_x);
  s.bind("j", ash::gpu::thread_x);
  s["h"].compute_at(s.get("i"));
  s["h"].bind("k", ash::gpu::thread_x);
  s["h"].store_in(ash::scope::stack);
#endif
};

int main() { return fits_grid<shifted, wrong>(y, a, b); }

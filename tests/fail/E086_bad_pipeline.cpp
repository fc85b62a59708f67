// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/pass/lower_grid.hpp>

#include "grids.hpp"

constexpr auto ahead = [](ash::schedule& s) {
  s.bind("i", ash::gpu::block_x);
  auto const steps = s.split("k", 8);
  s.reorder("j", steps.outer, steps.inner);
  s.bind("j", ash::gpu::thread_x);
// EXPECT: ashlar\[E086\] a pipeline is a serial loop, and what it reads ahead is copied to shared memory
// ALSO: pipeline ko of y: no stage is computed at the loop; cache_read or compute_at come first
#if ASHLAR_CASE == 1
  s.pipeline(steps.outer, 3);
#endif
  auto const copy = s.cache_read("b", steps.outer);
// EXPECT: ashlar\[E086\] a pipeline is a serial loop, and what it reads ahead is copied to shared memory
// ALSO: pipeline ko of y: b_cache is not in shared memory; store_in\(scope::shared\), or compute it
#if ASHLAR_CASE == 2
  s.pipeline(steps.outer, 3);
  copy.store_in(ash::scope::registers);
#else
  copy.bind("j", ash::gpu::thread_x);
#endif
// EXPECT: ashlar\[E086\] a pipeline is a serial loop, and what it reads ahead is copied to shared memory
// ALSO: pipeline ko of y: 1 iterations; give 2 to 8: one that is used, the others are under way
#if ASHLAR_CASE == 3
  s.pipeline(steps.outer, 1);
#endif
};

int main() { return fits_grid<product, ahead>(y, a, b); }

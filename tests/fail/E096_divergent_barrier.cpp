// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/pass/lower_grid.hpp>

#include "grids.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E096\] a barrier stands where all threads of a block come
// ALSO: bind k to thread_x: 32 threads, inside of loop ji, which 16 run; compute the stage further
#if ASHLAR_CASE == 1
  s.bind("i", ash::gpu::block_x);
  auto const j = s.split("j", 16);
  s.reorder(j.outer, j.inner, "k");
  s.bind(j.inner, ash::gpu::thread_x);
  auto const c = s.cache_read("b", j.inner);
  c.bind("k", ash::gpu::thread_x);
#endif
};

int main() { return fits_grid<product, wrong>(y, a, b); }

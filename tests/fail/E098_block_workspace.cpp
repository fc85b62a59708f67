// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/pass/lower_grid.hpp>

#include "grids.hpp"

constexpr auto large = [](auto out, auto in) {
  out.name("y");
  in.name("x");
  ash::local h("h");
  h(j, k) = in(j, k) + 1.0f;
  out(i, j) = ash::sum(k, h(j, k) * in(i, k));
};
inline ash::tensor<float, 512, 512> q;
inline ash::tensor<float, 512, 128> x;

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E098\] a stage inside of a block is in shared memory or a thread's own
// ALSO: h is computed inside of a block, and its size, or the schedule, puts it in the workspace
#if ASHLAR_CASE == 1
  s.bind("i", ash::gpu::block_x);
  s["h"].compute_at(s.get("i"));
#endif
};

int main() { return fits_grid<large, wrong>(q, x); }

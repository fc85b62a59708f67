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
// EXPECT: ashlar\[E095\] the shared memory of a block is no more than the machine has for it
// ALSO: a block has 262144 bytes of shared memory, and the machine at most 166912: h 262144
#if ASHLAR_CASE == 1
  s.bind("i", ash::gpu::block_x);
  s["h"].compute_at(s.get("i"));
  s["h"].bind("k", ash::gpu::thread_x);
#endif
};

int main() { return fits_grid<large, wrong>(q, x); }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/cuda.hpp>

#include "kernels.hpp"

constexpr auto on_grid = [](ash::schedule& s) { s.bind("i", ash::gpu::block_x); };

int main() {
#if ASHLAR_CASE == 0
  return ash::kernel<shifted, on_grid>{}(y, a, b).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E083\] a stage of a kernel for the GPU lies in shared memory, stack or registers
// ALSO: stage h lies in the workspace, which a grid does not have; compute_inline it, or compute it
#if ASHLAR_CASE == 1
  return ash::kernel<shifted, on_grid>{}(ash::cuda{}, y, a, b).ok() ? 0 : 1;
#endif
}

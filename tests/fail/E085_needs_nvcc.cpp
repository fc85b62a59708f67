// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/cuda.hpp>

#include "kernels.hpp"

constexpr auto on_grid = [](ash::schedule& s) { s.bind("i", ash::gpu::block_x); };

int main() {
#if ASHLAR_CASE == 0
  return ash::kernel<product, on_grid>{}(y, a, b).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E085\] nvcc compiles what runs a kernel on the GPU
// ALSO: the call is in a file for another compiler; move it to a .cu file
#if ASHLAR_CASE == 1
  return ash::kernel<product, on_grid>{}(ash::cuda{}, y, a, b).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E085\] nvcc compiles what runs a kernel on the GPU
// ALSO: the call is in a file for another compiler; move it to a .cu file
#if ASHLAR_CASE == 2
  ash::view<float, 64, 48> const out(y.data());
  return ash::run<on_grid>(ash::cuda{}, out(i, j) = out(i, j) + 1.0f).ok() ? 0 : 1;
#endif
}

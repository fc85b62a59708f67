// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/cuda.hpp>

#include "kernels.hpp"

constexpr auto on_grid = [](ash::schedule& s) {
  s.bind("i", ash::gpu::block_x);
  if (s.specialize(ash::extent_of("a", 0) == 64)) s.unroll("k");
};

[[maybe_unused]] constexpr auto in_rows = [](ash::schedule& s) { s.bind("i", ash::gpu::block_x); };
[[maybe_unused]] constexpr auto not_bound = [](ash::schedule& s) { s.unroll("k"); };

[[maybe_unused]] constexpr auto unpacked = [](auto to, auto from) {
  to(i, j) = ash::cast<float>(from(i, j));
};

int main() {
  ash::view<float, ash::dyn, 48> const rows(y.data(), 64);
  ash::view<float, ash::dyn, 32> const left(a.data(), 64);
#if ASHLAR_CASE == 0
  return ash::kernel<product, on_grid>{}(rows, left, b).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E084\] a kernel for the GPU has nothing that is for processors
// ALSO: specialize chooses among variants on the processor; use assume in a schedule for the GPU
#if ASHLAR_CASE == 1
  return ash::kernel<product, on_grid>{}(ash::cuda{}, rows, left, b).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E084\] a kernel for the GPU has nothing that is for processors
// ALSO: no loop is bound, so one thread would do all; bind\(loop, ash::gpu::block_x\) and thread_x
#if ASHLAR_CASE == 2
  return ash::kernel<product, not_bound>{}(ash::cuda{}, rows, left, b).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E084\] a kernel for the GPU has nothing that is for processors
// ALSO: integers of 4 bits are for processors; give the kernel operands of i8 or u8
#if ASHLAR_CASE == 3
  ash::tensor<ash::int4x2, 64, 32> packed;
  return ash::kernel<unpacked, in_rows>{}(ash::cuda{}, a, packed).ok() ? 0 : 1;
#endif
}

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/emit/cuda/atoms.hpp>
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/pass/lower_grid.hpp>

#include "grids.hpp"

inline ash::tensor<float, 16, 8> sums;
inline ash::tensor<ash::bfloat16, 16, 32> left;
inline ash::tensor<ash::bfloat16, 32, 8> right;

constexpr auto on_warps = [](ash::schedule& s) {
  auto const m = s.split("i", 16, ash::tail::exact);
  auto const n = s.split("j", 8, ash::tail::exact);
  auto const kk = s.split("k", 16, ash::tail::exact);
  s.reorder(m.outer, n.outer, kk.outer, m.inner, n.inner, kk.inner);
  s.bind(m.outer, ash::gpu::block_x);
  s.bind(n.outer, ASHLAR_CASE == 2 ? ash::gpu::thread_x : ash::gpu::warp);
  s.cache_write(kk.outer);
  auto const a = s.cache_read("a", kk.outer);
  auto const b = s.cache_read("b", kk.outer);
  b.store_in(ash::scope::registers);
// EXPECT: ashlar\[E087\] what a warp's instruction works on is in the registers of its lanes
// ALSO: mma.m16n8k16: its a is a_cache, which is not in registers; cache_read it at a loop of the warp
#if ASHLAR_CASE == 1
  a.store_in(ash::scope::shared);
#else
  a.store_in(ash::scope::registers);
#endif
  // EXPECT: ashlar\[E087\] what a warp's instruction works on is in the registers of its lanes
  // ALSO: mma.m16n8k16 is inside of loop jo, which is bound to thread_x: the 32 lanes of a warp run it
  s.tensorize(m.inner, ash::intrin<ash::gpu::mma<ash::bfloat16>>);
};

int main() { return fits_grid<product, on_warps>(sums, left, right); }

// SPDX-License-Identifier: Apache-2.0
//
// A matrix product, and four schedules of it for a grid: an element for each thread; a tile for
// each thread, in its registers; tiles of both operands in shared memory; and two tiles more that
// are on their way there while one is used.
#pragma once

#include <ashlar/kernel/kernel.hpp>

namespace example::product {

namespace ash = ashlar;

inline constexpr ash::axis<"i"> i;
inline constexpr ash::axis<"j"> j;
inline constexpr ash::axis<"k"> k;

inline constexpr auto definition = [](auto y, auto a, auto b) {
  y(i, j) = ash::sum(k, a(i, k) * b(k, j));
};

inline constexpr auto by_element = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 16, 16);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(t.i_inner, ash::gpu::thread_y);
  s.bind(t.j_inner, ash::gpu::thread_x);
};

// Blocks of 64 by 64 elements, and threads of 4 by 4. Returns the loop around steps of k.
constexpr auto tiles(ash::schedule& s) -> ash::loop {
  auto const t = s.tile("i", "j", 64, 64);
  auto const step = s.split("k", 16);
  auto const row = s.split(t.i_inner, 4);
  auto const column = s.split(t.j_inner, 4);
  s.reorder(t.i_outer, t.j_outer, row.outer, column.outer, step.outer, step.inner, row.inner,
            column.inner);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(row.outer, ash::gpu::thread_y);
  s.bind(column.outer, ash::gpu::thread_x);
  s.unroll(row.inner);
  s.vectorize(column.inner);
  return step.outer;
}
inline constexpr auto in_registers = [](ash::schedule& s) { tiles(s); };

// All 16 by 16 threads copy what the block needs of the next 16 steps, 16 bytes each.
constexpr void share(ash::schedule& s, ash::loop const& step) {
  auto const a = s.cache_read("arg1", step);
  a.store_in(ash::scope::shared);
  auto const part = a.split("k", 4);
  auto const row = a.split("i", 16);
  a.reorder(row.outer, row.inner, part.outer, part.inner);
  a.bind(row.inner, ash::gpu::thread_x);
  a.bind(row.outer, ash::gpu::thread_y);
  a.vectorize(part.inner);
  auto const b = s.cache_read("arg2", step);
  b.store_in(ash::scope::shared);
  auto const column = b.split("j", 4);
  b.bind("k", ash::gpu::thread_y);
  b.bind(column.outer, ash::gpu::thread_x);
  b.vectorize(column.inner);
}
inline constexpr auto in_shared_memory = [](ash::schedule& s) { share(s, tiles(s)); };

inline constexpr auto pipelined = [](ash::schedule& s) {
  auto const step = tiles(s);
  share(s, step);
  s.pipeline(step, 3);
};

}  // namespace example::product

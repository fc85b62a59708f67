// SPDX-License-Identifier: Apache-2.0
//
// A transpose, read by rows and written by rows: a tile is turned in shared memory, whose rows are
// one element longer than a tile, so that a column is in as many banks as a row.
#pragma once

#include <ashlar/kernel/kernel.hpp>

namespace example::transpose {

namespace ash = ashlar;

inline constexpr ash::axis<"i"> i;
inline constexpr ash::axis<"j"> j;

inline constexpr auto definition = [](auto y, auto x) { y(i, j) = x(j, i); };

inline constexpr auto tiled = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 32, 32);
  auto const row = s.split(t.i_inner, 8);
  s.reorder(t.i_outer, t.j_outer, row.inner, t.j_inner, row.outer);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(row.inner, ash::gpu::thread_y);
  s.bind(t.j_inner, ash::gpu::thread_x);
  s.unroll(row.outer);
  auto const tile = s.cache_read("arg1", t.j_outer);
  tile.store_in(ash::scope::shared);
  tile.align_storage("j", 32, 1);
  auto const from = tile.split("j", 8);
  auto const column = tile.split("i", 32);
  tile.bind(from.inner, ash::gpu::thread_y);
  tile.bind(column.inner, ash::gpu::thread_x);
};

}  // namespace example::transpose

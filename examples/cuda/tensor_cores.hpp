// SPDX-License-Identifier: Apache-2.0
//
// A product of two matrices of 16-bit floats on tensor cores, summed in f32: blocks of 128 x 128
// results by 4 warps of 64 x 64, and 32 columns of the left factor at a time, two tiles ahead.
#pragma once

#include <ashlar/emit/cuda/atoms.hpp>
#include <ashlar/kernel/kernel.hpp>

namespace example::tensor_cores {

namespace ash = ashlar;

inline constexpr ash::axis<"i"> i;
inline constexpr ash::axis<"j"> j;
inline constexpr ash::axis<"k"> k;

inline constexpr auto definition = [](auto y, auto a, auto b) {
  y(i, j) = ash::sum(k, a(i, k) * b(k, j));
};

/// Sizes of a block and of a warp, in results, and the columns of the left factor in a tile.
struct tiles {
  int block_i = 128, block_j = 128, warp_i = 64, warp_j = 64, depth = 32;
  constexpr auto warps_i() const -> int { return block_i / warp_i; }
  constexpr auto warps_j() const -> int { return block_j / warp_j; }
  friend constexpr auto operator==(tiles const&, tiles const&) -> bool = default;
};

// All threads of the block copy 16 bytes each, from neighbours in a row to neighbours. Rows are
// 16 bytes more apart than they are long, so that 8 of them are in different banks.
constexpr void copy_tile(ash::stage_schedule const& c, char const* row, char const* column,
                         tiles const& t) {
  c.store_in(ash::scope::shared);
  c.align_storage(row, 16, 8);
  auto const chunk = c.split(column, 8);
  int const row_of_warps = 32 * t.warps_j();
  auto const round = c.split(c.fuse(row, chunk.outer), t.warps_i() * row_of_warps);
  auto const warps = c.split(round.inner, row_of_warps);
  auto const thread = c.split(warps.inner, 32);
  c.bind(warps.outer, ash::gpu::thread_z);
  c.bind(thread.outer, ash::gpu::warp);
  c.bind(thread.inner, ash::gpu::lane);
  c.vectorize(chunk.inner);
}

// What the registers of a warp have of a tile, by instructions that load parts of it.
template <class Load>
constexpr void load_fragments(ash::stage_schedule const& f, char const* row, char const* column) {
  f.store_in(ash::scope::registers);
  auto const rows = f.split(row, 16, ash::tail::exact);
  auto const columns = f.split(column, Load::columns, ash::tail::exact);
  f.reorder(rows.outer, columns.outer, rows.inner, columns.inner);
  f.tensorize(rows.inner, ash::intrin<Load>);
}

/// For extents that are multiples of the tiles.
template <class E, tiles T = tiles{}>
inline constexpr auto by_warps = [](ash::schedule& s) {
  auto const block = s.tile("i", "j", T.block_i, T.block_j, ash::tail::exact);
  auto const warp_i = s.split(block.i_inner, T.warp_i);
  auto const warp_j = s.split(block.j_inner, T.warp_j);
  auto const m = s.split(warp_i.inner, 16);
  auto const n = s.split(warp_j.inner, 8);
  auto const tile = s.split("k", T.depth, ash::tail::exact);
  auto const step = s.split(tile.inner, 16);
  s.reorder(block.i_outer, block.j_outer, warp_i.outer, warp_j.outer, tile.outer, step.outer,
            m.outer, n.outer, m.inner, n.inner, step.inner);
  s.bind(block.i_outer, ash::gpu::block_y);
  s.bind(block.j_outer, ash::gpu::block_x);
  s.bind(warp_i.outer, ash::gpu::thread_z);
  s.bind(warp_j.outer, ash::gpu::warp);
  s.unroll(step.outer);
  s.unroll(m.outer);
  s.unroll(n.outer);
  s.cache_write(tile.outer);  // the sums stay in registers
  copy_tile(s.cache_read("arg1", tile.outer), "i", "k", T);
  copy_tile(s.cache_read("arg2", tile.outer), "k", "j", T);
  s.pipeline(tile.outer, 3);
  load_fragments<ash::gpu::load_left<E>>(s.cache_read("arg1_cache", step.outer), "i", "k");
  load_fragments<ash::gpu::load_right<E>>(s.cache_read("arg2_cache", step.outer), "k", "j");
  s.tensorize(m.inner, ash::intrin<ash::gpu::mma<E>>);
};

}  // namespace example::tensor_cores

// SPDX-License-Identifier: Apache-2.0
//
// tir/grid: the axes of a grid of thread blocks, which loops are bound to.
//
//   block_x  io in [0, n)     n blocks, each of which runs the body for its own io
//   thread_x ii in [0, 256)   those threads of a block whose index is below 256, each for its own
//
//   meaning     all threads of a block run what is inside of the block loops. A bound loop is no
//               loop to a thread: the variable is the thread's index along the axis, and the body
//               runs if that is below the extent. So a loop inside of another one over the same
//               axis is the same index again. As a serial loop it means the same: the interpreter
//               runs it as one, and what several threads would do together is then done often
//   warps       a block that has lanes has 32 threads along x, which are a warp: lane is the index
//               along x, and warp the one along y
//   constants   ash::gpu::block_x and its like name the axes in a schedule
//   source      bind of TVM; gpu_blocks, gpu_threads and gpu_lanes of Halide
#pragma once

#include <ashlar/tir/program.hpp>

namespace ashlar::tir {

inline constexpr int warp_threads = 32;

inline constexpr std::string_view grid_axis_names[] = {
    "block_x", "block_y", "block_z", "thread_x", "thread_y", "thread_z", "lane", "warp"};

constexpr auto is_block(loop_kind k) -> bool {
  return k >= loop_kind::block_x && k <= loop_kind::block_z;
}
/// Lanes and warps are threads, too.
constexpr auto is_thread(loop_kind k) -> bool { return k >= loop_kind::thread_x; }
constexpr auto is_bound(loop_kind k) -> bool { return k >= loop_kind::block_x; }
constexpr auto is_warp(loop_kind k) -> bool { return k >= loop_kind::lane; }

/// Which dimension of the grid or of a block a bound loop is: 0 is x.
constexpr auto grid_dim(loop_kind k) -> int {
  if (is_warp(k)) return static_cast<int>(k) - static_cast<int>(loop_kind::lane);
  int const n = static_cast<int>(k) - static_cast<int>(loop_kind::block_x);
  return n % 3;
}

/// True if two bound loops are the same index of a thread or a block.
constexpr auto is_same_axis(loop_kind a, loop_kind b) -> bool {
  return is_bound(a) && is_bound(b) && is_block(a) == is_block(b) && grid_dim(a) == grid_dim(b);
}

constexpr auto grid_axis_name(loop_kind k) -> std::string_view {
  return grid_axis_names[static_cast<int>(k) - static_cast<int>(loop_kind::block_x)];
}

/// True if the loop has a constant extent in the code, and the points beyond its end are dropped
/// one by one: all threads of a block come to what is inside.
constexpr auto is_fixed(loop_kind k) -> bool { return k == loop_kind::unrolled || is_thread(k); }

/// True if an index is a lane and nothing else. Of a register that is indexed so, each lane of the
/// warp has the one element that is its own.
constexpr auto is_own_lane(program const& p, affine const& index) -> bool {
  if (index.offset != 0 || index.terms.count != 1 || index.terms[0].coef != 1) return false;
  atom const& a = p.atoms[index.terms[0].atom];
  return a.kind == atom_kind::variable && p.axes[a.id].kind == loop_kind::lane;
}

/// True if the statement is an instruction of a warp, whose operands its lanes hold.
constexpr auto is_warp_call(program const& p, stmt const& s) -> bool {
  if (s.kind != stmt_kind::tensorize || !p.calls[s.target].is_settled()) return false;
  for (handle const h : p.calls[s.target].operand) {
    if (h < 0 || p.accesses[h].rank == 0) continue;
    access const& a = p.accesses[h];
    if (is_own_lane(p, p.indices[a.index[a.rank - 1]])) return true;
  }
  return false;
}

/// True if each thread has the memory for itself.
constexpr auto is_of_thread(scope where) -> bool {
  return where == scope::registers || where == scope::stack;
}

/// True if it is memory of one block, or of one of its threads: not of all launches.
constexpr auto is_of_block(scope where) -> bool {
  return is_of_thread(where) || where == scope::shared;
}

/// The expression in a value that combines what lanes of a warp have, -1 where there is none.
constexpr auto combined_lanes(program const& p, handle value) -> handle {
  expr const& e = p.exprs[value];
  if (e.op == opcode::reduce_lanes) {
    return p.axes[e.b].kind == loop_kind::lane ? value : handle{-1};
  }
  int const n = operand_count(e.op);
  handle node = n > 0 ? combined_lanes(p, e.a) : handle{-1};
  if (node < 0 && n > 1) node = combined_lanes(p, e.b);
  return node < 0 && n > 2 ? combined_lanes(p, e.c) : node;
}

/// True if a loop of some stage is bound to a grid.
constexpr auto has_grid(program const& p) -> bool {
  for (auto const& a : p.axes) {
    if (is_bound(a.kind)) return true;
  }
  return false;
}

}  // namespace ashlar::tir

namespace ashlar::gpu {

inline constexpr auto block_x = tir::loop_kind::block_x;
inline constexpr auto block_y = tir::loop_kind::block_y;
inline constexpr auto block_z = tir::loop_kind::block_z;
inline constexpr auto thread_x = tir::loop_kind::thread_x;
inline constexpr auto thread_y = tir::loop_kind::thread_y;
inline constexpr auto thread_z = tir::loop_kind::thread_z;
inline constexpr auto lane = tir::loop_kind::lane;
inline constexpr auto warp = tir::loop_kind::warp;
/// A virtual thread: the body once for each, as an unrolled loop, which is what it becomes.
inline constexpr auto vthread = tir::loop_kind::unrolled;

}  // namespace ashlar::gpu

// SPDX-License-Identifier: Apache-2.0
//
// schedule/bind_grid: a loop becomes an axis of a grid of thread blocks: see tir/grid.hpp.
//
//   bind         a serial loop is a block, thread, lane or warp axis; vthread unrolls it
//   lane         of a reduction loop: rfactor keeps what the lanes have apart, in a register of
//                each, and the warp combines it by shuffles: pass/fold_lanes [fp]
//   check_grid   of a whole schedule: the order of the axes around each stage, and their extents
//   invariants   iterations of a bound loop have no order, so what is carried along it, or adds to
//                one element, is refused
//   names        TVM: sch.bind; Halide: gpu_blocks, gpu_threads, gpu_lanes
#pragma once

#include <ashlar/schedule/bind.hpp>
#include <ashlar/tir/grid.hpp>

#include <bit>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace bind_grid_impl {

constexpr auto sentence(program const& p, int axis, tir::loop_kind kind) -> diag::message {
  diag::message m{};
  m << "bind " << p.axes[axis].name << " to " << tir::grid_axis_name(kind) << ": ";
  return m;
}

// The loop of a stage that is that axis of the grid already, -1 for none.
constexpr auto same_axis(program const& p, tir::stage const& s, tir::loop_kind kind) -> int {
  for (handle const l : s.loops) {
    if (tir::is_same_axis(p.axes[l].kind, kind)) return l;
  }
  return -1;
}

constexpr auto is_free_axis(program& p, tir::stage const& s, int axis, tir::loop_kind kind)
    -> bool {
  int const other = same_axis(p, s, kind);
  if (other < 0) return true;
  auto m = sentence(p, axis, kind);
  m << p.axes[other].name << " of " << s.name << " is " << tir::grid_axis_name(p.axes[other].kind)
    << " already; fuse the two before, or bind one of them to another axis";
  p.fail(diag::code::bad_bind, m);
  return false;
}

// The extents of a stage inside of a loop are those of its part, and judged when these are known.
constexpr auto has_threads(program& p, int stage, int axis, tir::loop_kind kind) -> bool {
  bool const is_later = p.stages[stage].place == tir::placement::at && !p.axes[axis].is_reduction;
  if (tir::is_block(kind) || is_later) return true;
  affine const& e = p.axes[axis].extent;
  auto m = sentence(p, axis, kind);
  if (!e.is_constant() || e.offset < 1) {
    m << "extent ";
    put_extent(m, p, e);
    m << (e.is_constant() ? " leaves no thread" : " is not constant") << "; split it, for example "
      << "by 128, and bind the inner loop";
    p.fail(diag::code::bad_grid_extent, m);
    return false;
  }
  bool const is_lane = kind == tir::loop_kind::lane;
  bool const fits = !is_lane || e.offset <= tir::warp_threads;
  bool const is_whole = !is_lane || !p.axes[axis].is_reduction || e.offset == tir::warp_threads;
  if (fits && is_whole) return true;
  m << "extent " << e.offset
    << (fits ? " is not 32, and all lanes of a warp are combined"
             : " is above the 32 lanes of a warp")
    << "; split it by 32 and bind the inner loop";
  p.fail(diag::code::bad_grid_extent, m);
  return false;
}

// What lanes combine: single values, by an operation that shuffles are there for.
constexpr auto is_foldable(program const& p, tir::stage const& s) -> bool {
  using enum tir::opcode;
  if (s.reduce.components != 1) return false;
  tir::opcode const op = tir::combiner_of(p, s.reduce);
  bool const known = op == add || op == mul || op == min || op == max;
  return known && p.exprs[s.reduce.combine[0]].type != dtype::boolean && may_reassociate(p, s);
}

constexpr auto can_reduce(program& p, int stage, int axis, tir::loop_kind kind) -> bool {
  tir::stage const& s = p.stages[stage];
  bool const is_lane = kind == tir::loop_kind::lane;
  if (is_lane && is_foldable(p, s)) return true;
  auto m = sentence(p, axis, kind);
  m << "it is a reduction loop of " << s.name
    << (is_lane ? ", and lanes combine single values by +, *, min or max in any order"
                : ", and its iterations combine to the same element")
    << "; rfactor it, store " << s.name << "_rf in scope::shared and bind the loop there";
  if (!is_lane) m << ", or bind a loop of 32 to lane";
  p.fail(diag::code::bound_reduction, m);
  return false;
}

// The loop that rfactor made, outside of what its stage reduces: each lane has one running value.
constexpr auto bind_lanes(program& p, int stage, int axis) -> handle {
  auto const made = rfactor(p, stage, axis, "bind");
  if (made.axis < 0) return -1;
  tir::stage& s = p.stages[made.stage];
  s.loops.erase(position_of(s, made.axis));
  s.loops.insert(first_reduction(p, s), made.axis);
  p.axes[made.axis].kind = tir::loop_kind::lane;
  p.buffers[s.buffer].where = scope::registers;
  return made.axis;
}

// The loops around a stage from the outermost in, those of the stages that it is computed in among
// them.
struct around {
  static_vector<handle, 2 * limits::loops_per_stage> loops{};

  constexpr void collect(program const& p, int stage, int last, int depth = 0) {
    tir::stage const& s = p.stages[stage];
    if (depth > p.stages.count) return;
    if (s.place == tir::placement::at) collect(p, s.at_stage, s.at_axis, depth + 1);
    for (handle const l : s.loops) {
      if (!loops.full()) loops.push_back(l);
      if (l == last) return;
    }
  }
};

constexpr void check_order(program& p, int stage) {
  tir::stage const& s = p.stages[stage];
  around nest{};
  nest.collect(p, stage, -1);
  int thread = -1;
  int reduction = -1;
  int blocks[3] = {-1, -1, -1};
  for (handle const l : nest.loops) {
    tir::loop_kind const kind = p.axes[l].kind;
    if (tir::is_thread(kind)) thread = l;
    if (p.axes[l].is_reduction) reduction = l;
    if (!tir::is_block(kind)) continue;
    int& same = blocks[tir::grid_dim(kind)];
    auto m = sentence(p, l, kind);
    if (thread >= 0) {
      m << "it is inside of " << p.axes[thread].name << ", which is "
        << tir::grid_axis_name(p.axes[thread].kind) << "; reorder the loops of " << s.name
        << " before they are bound";
    } else if (reduction >= 0) {
      m << "it is inside of the reduction loop " << p.axes[reduction].name
        << "; reorder the loops of " << s.name << " before they are bound";
    } else if (same >= 0) {
      m << s.name << " is computed inside of " << p.axes[same].name << ", which is "
        << tir::grid_axis_name(kind) << " already; keep one of them serial";
    } else {
      same = l;
      continue;
    }
    return p.fail(diag::code::bad_bind, m);
  }
}

}  // namespace bind_grid_impl

/// Binds a loop to an axis of a grid. Returns the bound loop: of a reduction it is one of the stage
/// <stage>_rf. Errors: E008 bound already, E020, E021 a loop that is divided, E063 a carried one,
/// E091 an axis twice, E092 its extent, E093 a reduction; for vthread those of unroll.
constexpr auto bind(program& p, int stage, int axis, tir::loop_kind kind) -> handle {
  using namespace bind_grid_impl;
  if (!p.fault.ok()) return -1;
  if (kind == tir::loop_kind::unrolled) return unroll(p, stage, axis);
  tir::stage const& s = p.stages[stage];
  if (!tir::is_bound(kind)) {
    p.fail(diag::code::bad_bind, diag::message()
                                     << "bind " << p.axes[axis].name << ": " << kind_name(kind)
                                     << " is no axis of a grid; use ash::gpu::block_x, thread_x, "
                                        "lane, warp or vthread");
    return -1;
  }
  if (!bind_impl::is_unbound(p, axis, "bind") || !is_not_cut(p, axis, "bind") ||
      !is_free_axis(p, s, axis, kind) || !has_threads(p, stage, axis, kind) ||
      !is_not_carried(p, stage, axis, "bind")) {
    return -1;
  }
  bool const is_shared = tir::is_block(kind) && s.is_atomic;
  if (p.axes[axis].is_reduction && !is_shared) {
    return can_reduce(p, stage, axis, kind) ? bind_lanes(p, stage, axis) : handle{-1};
  }
  p.axes[axis].kind = kind;
  return static_cast<handle>(axis);
}

namespace bind_grid_impl {

// Threads of a block wait for what others have carried to them; blocks do not.
constexpr void check_carried(program& p, tir::stage const& s) {
  if (!tir::is_recurrence(s)) return;
  for (handle const l : s.loops) {
    tir::loop_kind const kind = p.axes[l].kind;
    // Inside of the loop of its system the other stages are in all blocks, and read this one.
    bool const is_alone = s.system >= 0 && position_of(s, l) > system_position(p, s);
    if (!tir::is_block(kind) || (!is_crossed_along(p, s, l) && !is_alone)) continue;
    auto m = sentence(p, l, kind);
    m << "what " << s.name << " has computed is read at other points along the loop, in other "
      << "blocks, which do not wait for each other; bind it to thread_x, or leave it serial";
    return p.fail(diag::code::bad_recurrence, m);
  }
}

// What threads of a block compute, each a part, is for all of them, unless it asked for registers.
constexpr void share(program& p, tir::stage const& s) {
  tir::buffer& b = p.buffers[s.buffer];
  if (s.place != tir::placement::at || b.where != scope::workspace) return;
  for (handle const l : s.loops) {
    if (tir::is_thread(p.axes[l].kind)) b.where = scope::shared;
  }
}

}  // namespace bind_grid_impl

/// Judges the bound loops of a whole schedule, and puts what several threads make of a stage inside
/// of a block in shared memory. Errors: E063, E091.
constexpr void check_grid(program& p) {
  if (!p.fault.ok() || !tir::has_grid(p)) return;
  for (auto const& s : p.stages) bind_grid_impl::share(p, s);
  for (auto const& s : p.stages) bind_grid_impl::check_carried(p, s);
  for (int s = 0; s < p.stages.count && p.fault.ok(); ++s) {
    if (p.stages[s].place != tir::placement::inlined) bind_grid_impl::check_order(p, s);
  }
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

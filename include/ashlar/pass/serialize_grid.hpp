// SPDX-License-Identifier: Apache-2.0
//
// pass/serialize_grid: a schedule for a grid of thread blocks, where there is no grid.
//
//   block_x io: block_y jo: thread_x t: ...   -->   parallel io: for jo: for t: ...
//
//   takes       scheduled stages
//   returns     the same stages with loops that a processor has: the outermost block loop of a nest
//               is parallel, where none around or inside of it is; all others are serial, and what
//               is in shared memory is in the thread's own
//   invariants  a bound loop means what it means as a serial one, see tir/grid.hpp
#pragma once

#include <ashlar/schedule/uses.hpp>
#include <ashlar/tir/grid.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

constexpr void serialize_grid(tir::program& p) {
  if (p.fault || !tir::has_grid(p)) return;
  bool was_block[limits::axes]{};
  for (int a = 0; a < p.axes.count; ++a) {
    tir::loop_kind& kind = p.axes[a].kind;
    was_block[a] = tir::is_block(kind);
    if (tir::is_bound(kind)) kind = tir::loop_kind::serial;
  }
  for (auto& b : p.buffers) {
    if (b.where == tir::scope::shared) b.where = tir::scope::workspace;
  }
  for (int s = 0; s < p.stages.count; ++s) {
    for (int i = 0; i < p.stages[s].loops.count; ++i) {
      tir::handle const axis = p.stages[s].loops[i];
      if (!was_block[axis]) continue;
      bool const is_alone =
          scheduling::parallel_around(p, s, i) < 0 && scheduling::parallel_within(p, s, i) < 0;
      if (is_alone && !p.axes[axis].is_reduction) p.axes[axis].kind = tir::loop_kind::parallel;
      break;
    }
  }
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// pass/lower_grid: the passes of pass/pipeline for a grid of thread blocks, and those that only a
// grid needs.
//
//   takes       a program whose stages are scheduled, and a GPU
//   returns     the program with the loop nest that is emitted, launch by launch: tir/grid_shape
#pragma once

#include <ashlar/pass/one_writer.hpp>
#include <ashlar/pass/pipeline.hpp>
#include <ashlar/pass/place_barriers.hpp>
#include <ashlar/pass/settle_launches.hpp>
#include <ashlar/tir/launch_memory.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace lower_grid_impl {

constexpr void check_room(tir::program& p) {
  if (p.fault) return;
  bool const is_launches = tir::launch_count(p, p.root) > tir::max_launches;
  if (!is_launches && tir::count_launch_locals(p) <= tir::max_launch_locals) return;
  int const most = is_launches ? tir::max_launches : tir::max_launch_locals;
  p.fail(diag::code::capacity_exceeded,
         diag::message() << "a grid has at most " << most
                         << (is_launches ? " launches, one after the other" : " stages at root")
                         << "; compute stages inside of others");
}

}  // namespace lower_grid_impl

template <class Trace = no_trace>
constexpr void lower_grid(tir::program& p, target::gpu const& machine, Trace&& trace = {}) {
  lower(p, machine.vector_bytes, trace, grids::kept);
  settle_launches(p, machine);  // now the shapes of blocks are constants
  trace("settle launches", p);
  lower_grid_impl::check_room(p);
  auto const all = tir::launches(p);
  for (auto const& g : all) one_writer(p, g);  // before barriers: it says which thread writes
  trace("one writer", p);
  for (auto const& g : all) place_barriers(p, g);
  trace("place barriers", p);
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

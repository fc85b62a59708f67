// SPDX-License-Identifier: Apache-2.0
//
// pass/hoist_scalars: loads an operand without dimensions once, before all loops.
//
//   for i: y[i] = a[] * x[i]   -->   allocate t: t = a[]; for i: y[i] = t * x[i]     t: registers
//
//   takes       a loop nest
//   returns     the nest in which inputs of rank 0 are read once, or once in each iteration of a
//               parallel loop around everything
//   why         a compiler may not move the load itself: for all it knows, y[i] is a
//   legal       the entry of a kernel refuses an output that overlaps another operand
#pragma once

#include <ashlar/tir/program.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace hoist_scalars_impl {

using namespace tir;
using tir::axis;
using tir::expr;

constexpr auto is_scalar_input(buffer const& b) -> bool {
  return b.operand >= 0 && b.rank == 0 && !b.is_output && !b.may_alias_output;
}

// Where the load goes: before all statements, but into a parallel loop that is around all of them,
// since its iterations have no registers in common.
constexpr auto start(program& p) -> handle& {
  for (handle at = p.root; at >= 0 && p.stmts[at].next < 0; at = p.stmts[at].body) {
    stmt& s = p.stmts[at];
    if (s.kind == stmt_kind::loop && s.loop == loop_kind::parallel) return s.body;
    if (s.kind != stmt_kind::loop && s.kind != stmt_kind::allocate) break;
  }
  return p.root;
}

}  // namespace hoist_scalars_impl

constexpr void hoist_scalars(tir::program& p) {
  using namespace hoist_scalars_impl;
  if (p.fault) return;
  int const buffers = p.buffers.count;
  for (int b = 0; b < buffers; ++b) {
    if (!is_scalar_input(p.buffers[b])) continue;
    bool used = false;
    buffer local{.name = p.buffers[b].name, .type = p.buffers[b].type, .where = scope::registers};
    auto const copy = static_cast<handle>(p.buffers.count);
    for (auto& a : p.accesses) {
      if (a.buffer != b) continue;
      a.buffer = copy;
      used = true;
    }
    if (!used) continue;
    p.add(local);
    handle const load = p.add(expr{.op = opcode::load,
                                   .type = local.type,
                                   .a = p.add(access{.buffer = static_cast<handle>(b)})});
    handle& place = start(p);
    handle const first = p.add(stmt{.kind = stmt_kind::store,
                                    .next = place,
                                    .target = p.add(access{.buffer = copy}),
                                    .value = load});
    place = p.add(stmt{.kind = stmt_kind::allocate, .body = first, .target = copy});
  }
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

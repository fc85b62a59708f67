// SPDX-License-Identifier: Apache-2.0
//
// pass/unroll_single: loops of one iteration are no loops.
//
//   for i in [0, 1): t[i] = ...   -->   unrolled i in [0, 1): t[i] = ...
//
//   takes       a simplified nest for a grid
//   returns     the nest in which such an index is a constant to what addresses registers: a stage
//               of a thread's own has many of them, one for each dimension that is a thread's
#pragma once

#include <ashlar/tir/program.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

constexpr void unroll_single(tir::program& p) {
  if (p.fault) return;
  for (auto& s : p.stmts) {
    bool const is_loop = s.kind == tir::stmt_kind::loop && s.loop == tir::loop_kind::serial;
    if (is_loop && p.indices[s.extent].is_constant(1)) s.loop = tir::loop_kind::unrolled;
  }
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// tir/condition: conditions on loop indices.
//
//   p == 0 && 4 * i + r >= 1       made of indices, constants, comparisons and logic
//
//   why         where no lane of a vector changes it, one test chooses between two vectors
#pragma once

#include <ashlar/tir/program.hpp>

namespace ashlar::tir {

/// True if `e` is a condition on indices, or an integer in one, and varies(sum) holds for none of
/// its sums. `c` has exprs, as a program and emitted code do.
template <class Code, class Varies>
constexpr auto is_fixed_condition(Code const& c, int e, Varies const& varies) -> bool {
  using enum opcode;
  expr const& x = c.exprs[e];
  if (x.op == constant) return !is_float(x.type);
  if (x.op == opcode::index || x.op == in_range) return !varies(x.a);
  if (x.op == logical_not) return is_fixed_condition(c, x.a, varies);
  bool const joins = x.op >= eq && x.op <= logical_or;
  return joins && is_fixed_condition(c, x.a, varies) && is_fixed_condition(c, x.b, varies);
}

}  // namespace ashlar::tir

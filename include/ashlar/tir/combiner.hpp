// SPDX-License-Identifier: Apache-2.0
//
// tir/combiner: the one operation by which a reduction combines values, where it is one.
//
//   accumulator + incoming, or incoming + accumulator   -->   add
#pragma once

#include <ashlar/tir/program.hpp>

namespace ashlar::tir {

/// The operation of a monoid of single values, `constant` for any other.
constexpr auto combiner_of(program const& p, monoid const& m) -> opcode {
  if (m.components != 1) return opcode::constant;
  expr const& e = p.exprs[m.combine[0]];
  if (operand_count(e.op) != 2) return opcode::constant;
  opcode const x = p.exprs[e.a].op;
  opcode const y = p.exprs[e.b].op;
  using enum opcode;
  bool const is_plain = (x == accumulator && y == incoming) || (x == incoming && y == accumulator);
  return is_plain ? e.op : constant;
}

}  // namespace ashlar::tir

// SPDX-License-Identifier: Apache-2.0
//
// expr/print_index: an index as its user wrote it, for messages.
#pragma once

#include <ashlar/expr/recorder.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

/// Appends `2 * i + r`.
constexpr void print_index(recorder const& r, handle at, diag::message& m) {
  auto const& index = r.indices[at];
  constexpr char const* signs[] = {"", "", " + ", " - ", " * ", " / ", " % ", ""};
  switch (index.op) {
    case index_op::constant: m << index.value; return;
    case index_op::axis: m << r.axis_name(static_cast<int>(index.value)); return;
    case index_op::loaded: {
      auto e = r.values[index.a].e;
      if (e.op == tir::opcode::cast) e = r.values[e.a].e;
      m << (e.op == tir::opcode::load ? r.buffers[r.accesses[e.a].buffer].name : name_text("data"))
        << "(...)";
      return;
    }
    default: break;
  }
  auto const side = [&](handle operand) {
    bool const inner = r.indices[operand].op >= index_op::add && index.op > index_op::sub &&
                       r.indices[operand].op != index_op::loaded;
    if (inner) m << '(';
    print_index(r, operand, m);
    if (inner) m << ')';
  };
  side(index.a);
  m << signs[static_cast<int>(index.op)];
  side(index.b);
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

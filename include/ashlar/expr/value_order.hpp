// SPDX-License-Identifier: Apache-2.0
//
// expr/value_order: what a value is computed from, in an order that depends on the expression only.
//
//   a + b       a, b, a + b, whichever of the two the compiler evaluated first
//
//   takes       roots, one after the other
//   returns     every value below them once, operands before what uses them, left before right
//   why         compilers differ in the order in which they evaluate operands, so the order in
//               which values were noted down must not show in a program
#pragma once

#include <ashlar/expr/recorder.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

struct value_order {
  static_vector<handle, limits::exprs> list{};
  bool has[limits::exprs]{};

  /// Adds what `root` is computed from, and root; with `inside`, also what reductions reduce.
  /// A loop, because constant evaluation bounds the depth of recursion.
  constexpr void visit(recorder const& r, handle root, bool inside) {
    static_vector<handle, limits::exprs> open{};
    open.push_back(root);
    while (!open.empty()) {
      handle const at = open.back();
      handle const next = has[at] ? handle{-1} : unvisited(r, r.values[at], inside);
      if (next >= 0) {
        open.push_back(next);
        continue;
      }
      if (!has[at]) list.push_back(at);
      has[at] = true;
      --open.count;
    }
  }

 private:
  constexpr auto unvisited(recorder const& r, value_record const& v, bool inside) const -> handle {
    if (v.reduction >= 0) {
      handle const value = r.reductions[v.reduction].value;
      return inside && !has[value] ? value : handle{-1};
    }
    if (v.e.op == tir::opcode::load) return unvisited(r, r.accesses[v.e.a], v.e.b);
    int const count = tir::operand_count(v.e.op);
    if (count > 0 && !has[v.e.a]) return v.e.a;
    if (count > 1 && v.e.b >= 0 && !has[v.e.b]) return v.e.b;
    return count > 2 && !has[v.e.c] ? v.e.c : handle{-1};
  }
  constexpr auto unvisited(recorder const& r, access_record const& a, handle outside) const
      -> handle {
    for (int d = 0; d < a.rank; ++d) {
      auto const& index = r.indices[a.index[d]];
      if (index.op == index_op::loaded && !has[index.a]) return index.a;
    }
    return outside >= 0 && !has[outside] ? outside : handle{-1};
  }
};

constexpr auto order_below(recorder const& r, handle root, bool inside) -> value_order {
  value_order order{};
  order.visit(r, root, inside);
  return order;
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

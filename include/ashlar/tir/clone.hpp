// SPDX-License-Identifier: Apache-2.0
//
// tir/clone: a copy of an expression with loop variables replaced.
//
//   takes       an expression, a substitution of loop variables, and hooks
//   returns     the root of a copy; nodes that the original shares, the copy shares
//   hooks       leaf(p, e) is the handle that stands for expression e instead of its copy, or -1;
//               access(p, a) rewrites an access after substitution
//   invariants  the original is unchanged
#pragma once

#include <ashlar/tir/index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir {

struct no_hooks {
  constexpr auto leaf(program&, handle) const -> handle { return -1; }
  constexpr void rewrite(program&, access&) const {}
};

template <class Hooks> struct cloner {
  program& p;
  substitution const& to;
  Hooks const& hooks;
  handle memo[limits::exprs]{};  // handle + 1

  constexpr auto sum(handle h) -> handle {
    affine const before = p.indices[h];
    affine const after =
        substitute(p, before, to, [this](handle e) { return this->expression(e); });
    return after == before ? h : p.add(after);
  }

  constexpr auto address(handle h) -> handle {
    access a = p.accesses[h];
    for (int d = 0; d < a.rank; ++d) a.index[d] = sum(a.index[d]);
    hooks.rewrite(p, a);
    return p.add(a);
  }

  constexpr auto expression(handle h) -> handle {
    if (h < 0) return h;
    if (memo[h] > 0) return static_cast<handle>(memo[h] - 1);
    handle r = hooks.leaf(p, h);
    if (r < 0) {
      expr e = p.exprs[h];
      int const n = operand_count(e.op);
      if (e.op == opcode::load) {
        e.a = address(e.a);
        e.b = expression(e.b);
      } else if (e.op == opcode::index || e.op == opcode::in_range) {
        e.a = sum(e.a);
      } else {
        if (n > 0) e.a = expression(e.a);
        if (n > 1) e.b = expression(e.b);
        if (n > 2) e.c = expression(e.c);
      }
      r = p.add(e);
    }
    memo[h] = static_cast<handle>(r + 1);
    return r;
  }
};

/// A copy of the expression `root`, see the head of this file.
template <class Hooks = no_hooks>
constexpr auto clone(program& p, handle root, substitution const& to, Hooks const& hooks = {})
    -> handle {
  cloner<Hooks> c{.p = p, .to = to, .hooks = hooks};
  return c.expression(root);
}

}  // namespace ashlar::tir

ASHLAR_COMPILER_END

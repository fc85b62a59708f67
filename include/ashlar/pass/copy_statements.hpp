// SPDX-License-Identifier: Apache-2.0
//
// pass/copy_statements: a copy of statements in which loop variables are replaced.
//
//   takes       the first of a chain; a substitution; hooks: those of tir/clone, drops(axis), true
//               for a loop whose body takes its place, and finish(p, stmt) for each copy
//   returns     the first of the copied chain
//   invariants  nothing of the original is changed: no expression, access or sum of it either
#pragma once

#include <ashlar/tir/clone.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

template <class Hooks> struct statement_copier {
  tir::program& p;
  tir::substitution const& to;
  Hooks const& hooks;

  constexpr auto sum(tir::handle h) -> tir::handle {
    if (h < 0) return h;
    auto const copy = [&](tir::handle e) { return tir::clone(p, e, to, hooks); };
    return p.add(tir::substitute(p, tir::affine(p.indices[h]), to, copy));
  }
  constexpr auto address(tir::handle h) -> tir::handle {
    tir::access a = p.accesses[h];
    for (int d = 0; d < a.rank; ++d) a.index[d] = sum(a.index[d]);
    hooks.rewrite(p, a);
    return p.add(a);
  }
  constexpr auto one(tir::stmt s) -> tir::stmt {
    s.extent = sum(s.extent);
    s.cut = sum(s.cut);
    for (auto& c : s.condition) c = sum(c);
    bool const is_store = s.kind == tir::stmt_kind::store;
    if (is_store || s.kind == tir::stmt_kind::prefetch) s.target = address(s.target);
    if (is_store) s.value = tir::clone(p, s.value, to, hooks);
    hooks.finish(p, s);
    s.body = chain(s.body);
    s.otherwise = chain(s.otherwise);
    return s;
  }
  constexpr auto chain(tir::handle h) -> tir::handle {
    if (h < 0) return h;
    tir::stmt const from = p.stmts[h];
    if (from.kind == tir::stmt_kind::loop && hooks.drops(from.axis)) {
      tir::handle const body = chain(from.body);
      tir::handle last = body;
      while (last >= 0 && p.stmts[last].next >= 0) last = p.stmts[last].next;
      tir::handle const rest = chain(from.next);
      if (last < 0) return rest;
      p.stmts[last].next = rest;
      return body;
    }
    tir::stmt s = one(from);
    s.next = chain(from.next);
    return p.add(s);
  }
};

template <class Hooks>
constexpr auto copy_statements(tir::program& p, tir::handle first, tir::substitution const& to,
                               Hooks const& hooks) -> tir::handle {
  statement_copier<Hooks> c{.p = p, .to = to, .hooks = hooks};
  return c.chain(first);
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

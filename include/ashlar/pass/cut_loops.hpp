// SPDX-License-Identifier: Apache-2.0
//
// pass/cut_loops: separates the full blocks of a loop from its rest.
//
//   for io < ceil(n / f): body     -->     for io < n / f: body; if (n % f > 0) body[io := n / f]
//
//   takes       a loop nest in which loops with tail `cut` know how many of their blocks are full
//   returns     the nest with every such loop cut; in the copies, proofs find the guards gone
//   cost        one copy of the body per cut loop, so 2^d copies for d nested ones
//   source      loop partitioning in Halide and TVM
#pragma once

#include <ashlar/tir/clone.hpp>

namespace ashlar::pass {

namespace cut_loops_impl {

using namespace tir;
using tir::axis;
using tir::expr;

// A copy of statements in which locals that are allocated inside are new, too.
struct copier {
  program& p;
  substitution const& to;
  handle renamed[limits::buffers]{};  // handle + 1

  struct hooks {
    copier& c;
    constexpr auto leaf(program&, handle) const -> handle { return -1; }
    constexpr void rewrite(program&, access& a) const { c.rename(a.buffer); }
  };

  constexpr void rename(handle& b) const {
    if (renamed[b] > 0) b = static_cast<handle>(renamed[b] - 1);
  }
  constexpr auto sum(handle h) -> handle {
    return h < 0 ? h : p.add(substitute(p, affine(p.indices[h]), to));
  }
  constexpr auto address(handle h) -> handle {
    access a = p.accesses[h];
    for (int d = 0; d < a.rank; ++d) a.index[d] = sum(a.index[d]);
    rename(a.buffer);
    return p.add(a);
  }
  constexpr auto one(stmt s) -> stmt {
    s.extent = sum(s.extent);
    s.cut = sum(s.cut);
    for (auto& c : s.condition) c = sum(c);
    if (s.kind == stmt_kind::allocate) {
      buffer const fresh = p.buffers[s.target];
      renamed[s.target] = static_cast<handle>(p.add(fresh) + 1);
      rename(s.target);
    }
    if (s.kind == stmt_kind::store) {
      s.target = address(s.target);
      s.value = clone(p, s.value, to, hooks{.c = *this});
    }
    if (s.kind == stmt_kind::prefetch) s.target = address(s.target);
    s.body = chain(s.body);
    s.otherwise = chain(s.otherwise);
    return s;
  }
  constexpr auto chain(handle h) -> handle {
    if (h < 0) return h;
    stmt s = one(p.stmts[h]);
    s.next = chain(s.next);
    return p.add(s);
  }
};

constexpr void cut(program& p, handle h) {
  for (; h >= 0; h = p.stmts[h].next) {
    stmt const s = p.stmts[h];
    if (s.kind == stmt_kind::loop && s.cut >= 0 && p.indices[s.cut] != p.indices[s.extent]) {
      affine const full = p.indices[s.cut];
      affine const rest = p.indices[s.extent] - full;
      substitution to{};
      to.bind(s.axis, full);
      copier c{.p = p, .to = to};
      handle const body = c.chain(s.body);
      // The part of a tensor that lies beyond its end has fewer than no blocks.
      bool const is_part = has_variable(p, full);
      handle const not_beyond = is_part ? s.cut : handle{-1};
      handle const guard = p.add(stmt{.kind = stmt_kind::guard,
                                      .next = s.next,
                                      .body = body,
                                      .condition = {p.add(rest - 1), not_beyond, -1, -1}});
      p.stmts[h].extent = s.cut;
      p.stmts[h].cut = -1;
      p.stmts[h].next = guard;
    }
    cut(p, p.stmts[h].body);
    cut(p, p.stmts[h].otherwise);
  }
}

}  // namespace cut_loops_impl

constexpr void cut_loops(tir::program& p) {
  if (!p.fault) cut_loops_impl::cut(p, p.root);
}

}  // namespace ashlar::pass

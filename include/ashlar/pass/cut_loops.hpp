// SPDX-License-Identifier: Apache-2.0
//
// pass/cut_loops: separates the full blocks of a loop from its rest.
//
//   for io < ceil(n / f): body     -->     for io < n / f: body; if (n % f > 0) body[io := n / f]
//
//   and the rest of tail `narrow` in full vectors of f / 2, f / 4, ..., 1 lanes, as its bits say:
//
//     if (n % 8 >= 4) vector 4; if (n % 4 >= 2) vector 2; if (n % 2 >= 1) vector 1
//
//   and the ends of a loop that was peeled:
//
//     for i < n: body   -->   for i < 1: body; for i < n - 2: body[i := i + 1]; for i < 1: ...
//
//   takes       a loop nest in which loops with tail `cut` know how many of their blocks are full
//   returns     the nest with every such loop cut; in the copies, proofs find the guards gone
//   cost        one copy of the body per cut loop, so 2^d copies for d nested ones; log2(f) copies
//               where the rest is narrow
//   source      loop partitioning in Halide and TVM
#pragma once

#include <ashlar/pass/copy_statements.hpp>

ASHLAR_COMPILER_BEGIN

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
  handle lane = -1;                   // of vectors that are made narrower
  std::int64_t lanes = 0;

  struct hooks {
    copier& c;
    constexpr auto leaf(program&, handle) const -> handle { return -1; }
    constexpr auto drops(handle) const -> bool { return false; }
    constexpr void rewrite(program&, access& a) const { c.renew(a); }
    constexpr void finish(program&, stmt& s) const { c.settle(s); }
  };

  constexpr void rename(handle& b) const {
    if (renamed[b] > 0) b = static_cast<handle>(renamed[b] - 1);
  }
  // The lanes of a register tile are counted from 0 in each vector.
  constexpr void renew(access& a) const {
    if (lane < 0) return rename(a.buffer);
    bool const is_tile = renamed[a.buffer] > 0 && a.rank > 0 && !is_stage(a.buffer) &&
                         p.buffers[a.buffer].where == scope::registers;
    rename(a.buffer);
    if (!is_tile || p.indices[a.index[a.rank - 1]] != to.value[lane]) return;
    a.index[a.rank - 1] = p.add(variable(p, lane));
  }
  constexpr auto is_stage(handle buffer) const -> bool {
    for (auto const& s : p.stages) {
      if (s.buffer == buffer) return true;
    }
    return false;
  }
  constexpr void settle(stmt& s) {
    bool const is_narrow = s.kind == stmt_kind::loop && lane >= 0 && s.axis == lane;
    if (is_narrow) s.extent = p.add(constant(lanes));
    if (s.kind != stmt_kind::allocate) return;
    buffer const fresh = p.buffers[s.target];
    renamed[s.target] = static_cast<handle>(p.add(fresh) + 1);
    rename(s.target);
  }
  constexpr auto chain(handle h) -> handle { return copy_statements(p, h, to, hooks{.c = *this}); }
};

// The body in the first block that is not full, where `enough` >= 0.
constexpr auto rest_of(program& p, stmt const& s, copier& c, affine const& enough, handle next)
    -> handle {
  handle const body = c.chain(s.body);
  // The part of a tensor that lies beyond its end has fewer than no blocks.
  bool const is_part = has_variable(p, p.indices[s.cut]);
  handle const not_beyond = is_part ? s.cut : handle{-1};
  return p.add(stmt{.kind = stmt_kind::guard,
                    .next = next,
                    .body = body,
                    .condition = {p.add(enough), not_beyond, -1, -1}});
}

// The rest in vectors of fewer lanes, the widest first; each of them is full.
constexpr auto narrow(program& p, stmt const& s) -> handle {
  axis const whole = p.axes[p.axes[s.axis].parent];
  affine const rest = p.indices[s.condition[0]];
  handle next = s.next;
  for (std::int64_t lanes = 1; lanes < p.axes[s.axis].factor; lanes *= 2) {
    affine const before = floor_div(p, rest, constant(2 * lanes)) * (2 * lanes);
    substitution to{};
    to.bind(s.axis, p.indices[s.cut]);
    to.bind(whole.inner, variable(p, whole.inner) + before);
    copier c{.p = p, .to = to, .lane = whole.inner, .lanes = lanes};
    next = rest_of(p, s, c, rest - before - lanes, next);
  }
  return next;
}

constexpr auto is_peel(axis const& a) -> bool { return a.first_peeled + a.last_peeled > 0; }

// Unrolled iterations are as many as there may be: those beyond `count` belong to another part.
constexpr auto within(program& p, stmt const& s, affine const& count) -> handle {
  if (s.loop != loop_kind::unrolled || count.is_constant()) return s.body;
  auto const left = p.add(count - 1 - variable(p, s.axis));
  return p.add(stmt{.kind = stmt_kind::guard, .body = s.body, .condition = {left, -1, -1, -1}});
}

// A copy of the loop with the iterations from `first` on, so many.
constexpr auto slice(program& p, stmt s, affine const& first, affine const& count, handle next)
    -> handle {
  substitution to{};
  to.bind(s.axis, variable(p, s.axis) + first);
  copier c{.p = p, .to = to};
  s.body = c.chain(s.body);
  s.body = within(p, s, count);
  s.extent = p.add(count);
  s.next = next;
  return p.add(s);
}

// The first iterations, the middle and the last ones; what there is of them where there are few.
constexpr void peel(program& p, handle h) {
  stmt s = p.stmts[h];
  s.cut = -1;
  std::int64_t const first = p.axes[s.axis].first_peeled;
  std::int64_t const last = p.axes[s.axis].last_peeled;
  affine const all = p.indices[s.extent];
  if (last > 0) {
    affine const count = minimum(p, constant(last), all - first);
    s.next = slice(p, s, all - count, count, s.next);
  }
  affine const middle = all - first - last;
  if (first > 0) {
    s.next = slice(p, s, constant(first), middle, s.next);
  }
  affine const begin = first > 0 ? minimum(p, constant(first), all) : middle;
  s.extent = p.add(begin);
  s.body = within(p, s, begin);
  p.stmts[h] = s;
}

constexpr void cut(program& p, handle h) {
  for (; h >= 0; h = p.stmts[h].next) {
    stmt const s = p.stmts[h];
    bool const is_cut = s.kind == stmt_kind::loop && s.cut >= 0;
    if (is_cut) p.stmts[h].condition[0] = -1;
    if (is_cut && is_peel(p.axes[s.axis])) {
      peel(p, h);
    } else if (is_cut && p.indices[s.cut] != p.indices[s.extent]) {
      affine const full = p.indices[s.cut];
      p.stmts[h].extent = s.cut;
      p.stmts[h].cut = -1;
      if (s.condition[0] >= 0) {
        p.stmts[h].next = narrow(p, s);
      } else {
        substitution to{};
        to.bind(s.axis, full);
        copier c{.p = p, .to = to};
        affine const enough = p.indices[s.extent] - full - 1;
        p.stmts[h].next = rest_of(p, s, c, enough, s.next);
      }
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

ASHLAR_COMPILER_END

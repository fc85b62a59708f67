// SPDX-License-Identifier: Apache-2.0
//
// pass/share_values: a value that an expression uses twice is computed once.
//
//   y[i] = f(e) * g(e)   -->   allocate t: t = e; y[i] = f(t) * g(t)       t in registers
//
//   takes       a simplified loop nest
//   returns     the nest in which every expression is a tree, but for leaves and booleans
//   why         emission walks an expression at each use: shared ones would cost exponentially
#pragma once

#include <ashlar/schedule/uses.hpp>
#include <ashlar/tir/clone.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace share_values_impl {

using namespace tir;
using tir::axis;
using tir::expr;

struct sharer {
  program& p;
  handle lane = -1;
  std::int64_t lanes = 1;
  std::int16_t uses[limits::exprs]{};
  static_vector<handle, 64> shared{};  // in the order of evaluation
  bool taken[limits::exprs]{};         // by the statements so far

  constexpr void count(handle h) {
    if (h < 0 || ++uses[h] > 1) return;
    expr const& e = p.exprs[h];
    int const n = operand_count(e.op);
    if (e.op == opcode::reduce_lanes) return;
    if (n > 0) count(e.a);
    if (n > 1) count(e.b);
    if (n > 2) count(e.c);
    if (e.op == opcode::load) count(e.b);
  }

  constexpr void collect(handle h) {
    if (h < 0 || uses[h] == 0) return;
    bool const twice = uses[h] > 1;
    uses[h] = 0;
    expr const& e = p.exprs[h];
    int const n = operand_count(e.op);
    if (e.op == opcode::reduce_lanes) return;
    if (n > 0) collect(e.a);
    if (n > 1) collect(e.b);
    if (n > 2) collect(e.c);
    if (e.op == opcode::load) collect(e.b);
    if (twice && n > 0 && e.type != dtype::boolean && !shared.full()) shared.push_back(h);
  }

  constexpr auto make_local(dtype type) -> access {
    buffer b{.name = "shared", .type = type, .where = scope::registers};
    access a{};
    if (lane >= 0) {
      b.shape[0] = p.add(constant(lanes));
      a.index[0] = p.add(variable(p, lane));
      b.rank = a.rank = 1;
    }
    a.buffer = p.add(b);
    return a;
  }

  // The value, in nodes that no statement before this one uses: a node which becomes a load of a
  // local means nothing in other statements.
  constexpr auto own(handle root) -> handle {
    bool is_taken = false;
    scheduling::walker w{};
    w.push(root);
    for (int e = w.next(p); e >= 0; e = w.next(p)) is_taken = is_taken || taken[e];
    handle const mine = is_taken ? clone(p, root, substitution{}) : root;
    scheduling::walker again{};
    again.push(mine);
    for (int e = again.next(p); e >= 0; e = again.next(p)) taken[e] = true;
    return mine;
  }

  constexpr void separate(handle h) {
    for (; h >= 0; h = p.stmts[h].next) {
      // What a call means is never emitted.
      if (p.stmts[h].kind == stmt_kind::tensorize) continue;
      separate(p.stmts[h].body);
      separate(p.stmts[h].otherwise);
      if (p.stmts[h].kind != stmt_kind::store) continue;
      handle const value = own(p.stmts[h].value);
      p.stmts[h].value = value;
    }
  }

  // Statement h, a store, with its shared values computed before it.
  constexpr void store(handle h) {
    shared.clear();
    count(p.stmts[h].value);
    collect(p.stmts[h].value);
    if (shared.empty()) return;
    handle const next = p.stmts[h].next;
    stmt self = p.stmts[h];
    self.next = -1;
    handle body = p.add(self);
    handle locals[64]{};
    for (int i = shared.count - 1; i >= 0; --i) {
      handle const e = shared[i];
      access const a = make_local(p.exprs[e].type);
      locals[i] = a.buffer;
      handle const value = p.add(expr(p.exprs[e]));
      p.exprs[e] = expr{.op = opcode::load, .type = p.exprs[value].type, .a = p.add(a)};
      body =
          p.add(stmt{.kind = stmt_kind::store, .next = body, .target = p.add(a), .value = value});
    }
    for (int i = 0; i + 1 < shared.count; ++i) {
      body = p.add(stmt{.kind = stmt_kind::allocate, .body = body, .target = locals[i]});
    }
    p.stmts[h] = stmt{.kind = stmt_kind::allocate,
                      .next = next,
                      .body = body,
                      .target = locals[shared.count - 1]};
  }

  constexpr void chain(handle h) {
    for (; h >= 0; h = p.stmts[h].next) {
      stmt const s = p.stmts[h];
      if (s.kind == stmt_kind::tensorize) continue;
      if (s.kind == stmt_kind::store) {
        store(h);
        continue;
      }
      handle const outer = lane;
      std::int64_t const outside = lanes;
      if (s.kind == stmt_kind::loop && s.loop == loop_kind::vectorized) {
        lane = s.axis;
        lanes = p.indices[s.extent].offset;
      }
      chain(s.body);
      chain(s.otherwise);
      lane = outer;
      lanes = outside;
    }
  }
};

}  // namespace share_values_impl

constexpr void share_values(tir::program& p) {
  if (p.fault) return;
  share_values_impl::sharer s{.p = p};
  s.separate(p.root);
  s.chain(p.root);
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

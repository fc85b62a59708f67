// SPDX-License-Identifier: Apache-2.0
//
// pass/one_writer: what is stored once for a block is stored by one of its threads.
//
//   block i: y[i] = acc   -->   block i: thread_x one in [0, 1): y[i] = acc     in blocks of 256
//
//   takes       a lowered nest for a grid, and the shape of one launch
//   returns     the nest in which a store to memory that threads share is inside of a loop over
//               each axis of the block: as much around it as no other thread needs
//   invariants  what is a thread's own is computed by all threads, so that each of them has it
#pragma once

#include <ashlar/tir/grid_shape.hpp>

namespace ashlar::pass {

namespace one_writer_impl {

using namespace tir;
using tir::axis;
using tir::expr;
using tir::grid_shape_impl::each_in;

struct elector {
  program& p;
  grid_shape grid{};
  handle one = -1;  // the sum 1

  static constexpr auto bit(int dim) -> unsigned { return 1U << static_cast<unsigned>(dim); }
  constexpr auto is_shared(handle access) const -> bool {
    scope const where = p.buffers[p.accesses[access].buffer].where;
    return where != scope::registers && where != scope::stack;
  }
  constexpr auto combines_lanes(handle value) const -> bool {
    expr const& e = p.exprs[value];
    if (e.op == opcode::reduce_lanes) return p.axes[e.b].kind == loop_kind::lane;
    int const n = operand_count(e.op);
    return (n > 0 && combines_lanes(e.a)) || (n > 1 && combines_lanes(e.b)) ||
           (n > 2 && combines_lanes(e.c));
  }
  // True if nothing that other threads need, or do together, is in the statement.
  constexpr auto is_for_one(handle h, unsigned missing) const -> bool {
    bool is_made[limits::buffers]{};
    each_in(p, h, [&](handle at) {
      if (p.stmts[at].kind == stmt_kind::allocate) is_made[p.stmts[at].target] = true;
    });
    bool all = true;
    each_in(p, h, [&](handle at) {
      stmt const& s = p.stmts[at];
      if (s.kind == stmt_kind::loop && is_thread(s.loop)) {
        all = all && (missing & bit(grid_dim(s.loop))) == 0;
      }
      if (s.kind != stmt_kind::store) return;
      all = all && (is_shared(s.target) || is_made[p.accesses[s.target].buffer]);
      all = all && !combines_lanes(s.value);
    });
    return all;
  }
  constexpr auto stores_shared(handle h) const -> bool {
    bool found = false;
    each_in(p, h, [&](handle at) {
      found = found || (p.stmts[at].kind == stmt_kind::store && is_shared(p.stmts[at].target));
    });
    return found;
  }
  constexpr auto wrapped(handle h, unsigned missing) -> handle {
    constexpr loop_kind kinds[] = {loop_kind::thread_x, loop_kind::thread_y, loop_kind::thread_z};
    if (one < 0) one = p.add(constant(1));
    handle const next = p.stmts[h].next;
    p.stmts[h].next = -1;
    for (int dim = 0; dim < 3; ++dim) {
      if ((missing & bit(dim)) == 0) continue;
      handle const a = p.add(axis{.name = "one", .extent = constant(1), .kind = kinds[dim]});
      h = p.add(
          stmt{.kind = stmt_kind::loop, .loop = kinds[dim], .body = h, .axis = a, .extent = one});
    }
    p.stmts[h].next = next;
    return h;
  }
  // Lanes combine together, and one of them stores.
  constexpr auto combined_first(handle h, unsigned missing) -> handle {
    stmt s = p.stmts[h];
    dtype const type = p.exprs[s.value].type;
    handle const held = p.add(buffer{.name = "all", .type = type, .where = scope::registers});
    handle const first = p.add(
        stmt{.kind = stmt_kind::store, .target = p.add(access{.buffer = held}), .value = s.value});
    s.value = p.add(expr{.op = opcode::load, .type = type, .a = p.add(access{.buffer = held})});
    handle const next = s.next;
    s.next = -1;
    handle const last = wrapped(p.add(s), missing);
    p.stmts[first].next = last;
    p.stmts[h] = stmt{.kind = stmt_kind::allocate, .next = next, .body = first, .target = held};
    return h;
  }
  constexpr auto statement(handle h, unsigned open) -> handle {
    unsigned missing = 0;
    for (int dim = 0; dim < 3; ++dim) {
      if (grid.threads[dim] > 1 && (open & bit(dim)) == 0) missing |= bit(dim);
    }
    if (missing == 0 || !stores_shared(h)) return h;
    stmt const s = p.stmts[h];
    bool const is_block_loop = s.kind == stmt_kind::loop && is_block(s.loop);
    bool const is_memory =
        s.kind == stmt_kind::allocate && p.buffers[s.target].where == scope::shared;
    if (!is_block_loop && !is_memory && is_for_one(h, missing)) return wrapped(h, missing);
    if (s.kind == stmt_kind::store) return combined_first(h, missing);
    if (s.kind == stmt_kind::loop && is_thread(s.loop)) open |= bit(grid_dim(s.loop));
    handle const body = chain(s.body, open);
    handle const otherwise = chain(s.otherwise, open);
    p.stmts[h].body = body;
    p.stmts[h].otherwise = otherwise;
    return h;
  }
  constexpr auto chain(handle h, unsigned open) -> handle {
    if (h < 0) return h;
    handle const made = statement(h, open);
    handle const rest = chain(p.stmts[made].next, open);
    p.stmts[made].next = rest;
    return made;
  }
};

}  // namespace one_writer_impl

/// See the head of this file. The launch stays where it is: its statement keeps its handle.
constexpr void one_writer(tir::program& p, tir::grid_shape const& grid) {
  using namespace one_writer_impl;
  if (p.fault || grid.threads_per_block() == 1) return;
  elector e{.p = p, .grid = grid};
  tir::handle const body = e.chain(p.stmts[grid.first].body, 0);
  p.stmts[grid.first].body = body;
}

}  // namespace ashlar::pass

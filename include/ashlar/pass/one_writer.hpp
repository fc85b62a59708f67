// SPDX-License-Identifier: Apache-2.0
//
// pass/one_writer: what is stored once for a block is stored by one of its threads.
//
//   block i: y[i] = acc   -->   block i: thread_x one in [0, 1): y[i] = acc     in blocks of 256
//
//   takes       a lowered nest for a grid, and the shape of one launch
//   returns     the nest in which a store to memory that threads share is inside of a loop over
//               each axis of the block: as much around it as no other thread needs
//               a shared stage that is computed inside of a thread loop is made by one of its
//               threads, unless the stage's own loops are bound to the axis again
//   invariants  what is a thread's own is computed by all threads, so that each of them has it
#pragma once

#include <ashlar/tir/grid_shape.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace one_writer_impl {

using namespace tir;
using tir::axis;
using tir::expr;

struct elector {
  program& p;
  grid_shape grid{};
  handle one = -1;                                           // the sum 1
  static_vector<unsigned, limits::loops_per_stage> loops{};  // around: an axis of the block each
  std::int16_t outside[limits::buffers]{};  // shared: how many of them were around where it is made

  static constexpr auto bit(int dim) -> unsigned { return 1U << static_cast<unsigned>(dim); }
  constexpr auto is_shared(handle access) const -> bool {
    return !is_of_thread(p.buffers[p.accesses[access].buffer].where);
  }
  // The axes of the block that the loops around tell apart: of shared memory, those of loops that
  // it was made outside of, since it is made once for all threads of the others.
  constexpr auto open_to(handle buffer) const -> unsigned {
    unsigned open = 0;
    for (int i = outside[buffer]; i < loops.count; ++i) open |= loops[i];
    return open;
  }

  /// What stores inside of a statement to memory that threads share have in common.
  struct survey {
    bool stores = false;   // there is one
    bool is_whole = true;  // nothing else that other threads need, or do together, is there
    unsigned missing = 0;  // the axes that no loop around or inside tells apart
    unsigned inside = 0;   // the axes of loops inside
    bool is_made[limits::buffers]{};
  };
  constexpr void look_at_store(stmt const& s, unsigned inner, survey& all) const {
    handle const buffer = p.accesses[s.target].buffer;
    if (combined_lanes(p, s.value) >= 0) all.is_whole = false;
    if (!is_shared(s.target)) {
      all.is_whole = all.is_whole && all.is_made[buffer];
      return;
    }
    unsigned const missing = used() & ~(open_to(buffer) | inner);
    all.is_whole = all.is_whole && (!all.stores || missing == all.missing);
    all.missing |= missing;
    all.stores = true;
  }
  constexpr void look(handle h, unsigned inner, survey& all) const {
    stmt const& s = p.stmts[h];
    if (s.kind == stmt_kind::store) return look_at_store(s, inner, all);
    // What threads do together is for all of them.
    if (s.kind == stmt_kind::barrier || is_warp_call(p, s)) all.is_whole = false;
    if (is_warp_call(p, s)) return;
    if (s.kind == stmt_kind::allocate) {
      all.is_made[s.target] = true;
      // What is missing of it is seen from inside.
      if (p.buffers[s.target].where == scope::shared) {
        all.is_whole = false;
        all.stores = true;
        all.missing = used();
      }
    }
    if (s.kind == stmt_kind::loop && is_block(s.loop)) all.is_whole = false;
    if (s.kind == stmt_kind::loop && is_thread(s.loop)) {
      inner |= bit(grid_dim(s.loop));
      all.inside |= bit(grid_dim(s.loop));
    }
    for (handle const first : {s.body, s.otherwise}) {
      for (handle at = first; at >= 0; at = p.stmts[at].next) look(at, inner, all);
    }
  }
  constexpr auto used() const -> unsigned {
    unsigned dims = 0;
    for (int dim = 0; dim < 3; ++dim) dims |= grid.threads[dim] > 1 ? bit(dim) : 0;
    return dims;
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
  constexpr auto statement(handle h) -> handle {
    survey all{};
    look(h, 0, all);
    if (!all.stores || all.missing == 0) return h;
    if (all.is_whole && (all.missing & all.inside) == 0) return wrapped(h, all.missing);
    stmt const s = p.stmts[h];
    if (s.kind == stmt_kind::store) return combined_first(h, all.missing);
    bool const splits = s.kind == stmt_kind::loop && is_thread(s.loop);
    if (s.kind == stmt_kind::allocate && p.buffers[s.target].where == scope::shared) {
      outside[s.target] = static_cast<std::int16_t>(loops.count);
    }
    if (splits) loops.push_back(bit(grid_dim(s.loop)));
    handle const body = chain(s.body);
    handle const otherwise = chain(s.otherwise);
    if (splits) loops.pop_back();
    p.stmts[h].body = body;
    p.stmts[h].otherwise = otherwise;
    return h;
  }
  constexpr auto chain(handle h) -> handle {
    if (h < 0) return h;
    handle const made = statement(h);
    handle const rest = chain(p.stmts[made].next);
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
  tir::handle const body = e.chain(p.stmts[grid.first].body);
  p.stmts[grid.first].body = body;
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

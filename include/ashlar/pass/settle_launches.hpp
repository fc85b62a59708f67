// SPDX-License-Identifier: Apache-2.0
//
// pass/settle_launches: each launch of a nest begins with a block loop, and asks for no more than
// the machine has.
//
//   takes       a lowered nest for a grid, and a GPU
//   returns     the nest, in which what is in no block loop is in one of one block
//   errors      E091 two nests of blocks in a launch, or lanes in rows of threads that are no
//               warps, E092 threads whose number only the call knows, E094 and E095 budgets, E098
//               memory that is neither a block's nor a thread's
#pragma once

#include <ashlar/schedule/uses.hpp>
#include <ashlar/target/gpu.hpp>
#include <ashlar/tir/grid_shape.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace settle_launches_impl {

using namespace tir;
using tir::axis;
using tir::grid_shape_impl::each_in;

constexpr auto is_block_loop(stmt const& s) -> bool {
  return s.kind == stmt_kind::loop && is_block(s.loop);
}

constexpr auto uses(program const& p, handle h, handle buffer) -> bool {
  bool found = false;
  each_in(p, h, [&](handle at) {
    stmt const& s = p.stmts[at];
    if (s.kind != stmt_kind::store) return;
    scheduling::walker w{};
    w.push(s.value);
    found = found || p.accesses[s.target].buffer == buffer || scheduling::does_read(p, w, buffer);
  });
  return found;
}

// Registers that stages at root share are allocated around these alone: that is their launch.
constexpr auto sunk(program& p, handle h) -> handle {
  if (h < 0 || p.stmts[h].kind != stmt_kind::allocate || p.stmts[h].next >= 0) return h;
  handle const body = sunk(p, p.stmts[h].body);
  stmt& s = p.stmts[h];
  s.body = body;
  if (grid_shape_impl::is_around_launches(p, s)) return h;
  if (grid_shape_impl::is_around_launches(p, p.stmts[body])) {
    s.body = p.stmts[body].body;
    handle const inside = sunk(p, h);
    p.stmts[body].body = inside;
    return body;
  }
  handle last = -1;
  for (handle at = body; at >= 0; at = p.stmts[at].next) {
    if (uses(p, at, s.target)) last = at;
  }
  if (last < 0) return body;
  handle first = body;
  handle before = -1;
  while (!uses(p, first, s.target)) {
    before = first;
    first = p.stmts[first].next;
  }
  s.next = p.stmts[last].next;
  s.body = first;
  p.stmts[last].next = -1;
  if (before < 0) return h;
  p.stmts[before].next = h;
  return body;
}

constexpr auto begin_with_blocks(program& p, handle h) -> handle {
  if (h < 0) return h;
  if (tir::grid_shape_impl::is_around_launches(p, p.stmts[h])) {
    handle const body = begin_with_blocks(p, p.stmts[h].body);
    p.stmts[h].body = body;
  }
  handle const rest = begin_with_blocks(p, p.stmts[h].next);
  p.stmts[h].next = -1;
  bool const is_done =
      is_block_loop(p.stmts[h]) || tir::grid_shape_impl::is_around_launches(p, p.stmts[h]);
  if (!is_done) {
    handle const a = p.add(axis{.name = "one", .extent = constant(1), .kind = loop_kind::block_x});
    h = p.add(stmt{.kind = stmt_kind::loop,
                   .loop = loop_kind::block_x,
                   .body = h,
                   .axis = a,
                   .extent = p.add(constant(1))});
  }
  p.stmts[h].next = rest;
  return h;
}

struct judge {
  program& p;
  target::gpu const& machine;

  constexpr auto name_of(stmt const& s) const -> name_text const& { return p.axes[s.axis].name; }

  constexpr void block_loops(handle first) {
    int seen[3] = {-1, -1, -1};
    each_in(p, first, [&](handle h) {
      stmt const& s = p.stmts[h];
      if (!is_block_loop(s)) return;
      int& before = seen[grid_dim(s.loop)];
      if (before >= 0) {
        p.fail(diag::code::bad_bind,
               diag::message() << name_of(s) << " and " << p.axes[before].name << " are both "
                               << grid_axis_name(s.loop)
                               << ", and in one launch; compute one of the stages at root");
      }
      before = s.axis;
    });
  }
  constexpr void thread_loops(handle first) {
    int row = -1;  // of more threads than a warp
    int warp = -1;
    each_in(p, first, [&](handle h) {
      stmt const& s = p.stmts[h];
      if (s.kind != stmt_kind::loop || !is_thread(s.loop)) return;
      affine const& e = p.indices[s.extent];
      if (!e.is_constant()) {
        p.fail(diag::code::bad_grid_extent, diag::message()
                                                << "bind " << name_of(s)
                                                << ": the number of threads has no constant "
                                                   "bound here; split the loop and bind the "
                                                   "inner part");
        return;
      }
      if (s.loop == loop_kind::lane && e.offset > warp_threads) {
        p.fail(diag::code::bad_grid_extent,
               diag::message() << "bind " << name_of(s) << " to lane: " << e.offset
                               << " iterations are above the 32 lanes of a warp here; split the "
                                  "loop by 32 and bind the inner part");
      }
      if (is_warp(s.loop)) warp = s.axis;
      if (s.loop == loop_kind::thread_x && e.offset > warp_threads) row = s.axis;
    });
    if (row < 0 || warp < 0) return;
    p.fail(diag::code::bad_bind,
           diag::message() << p.axes[warp].name << " is " << grid_axis_name(p.axes[warp].kind)
                           << ", which takes rows of 32 threads, and " << p.axes[row].name
                           << " has more along x; bind that to warp and lane");
  }
  // A loop that is bound again has no more threads than have come there.
  constexpr void nested(handle h, handle const (&around)[3]) {
    for (; h >= 0 && !p.fault; h = p.stmts[h].next) {
      stmt const& s = p.stmts[h];
      handle inside[3] = {around[0], around[1], around[2]};
      if (s.kind == stmt_kind::loop && is_thread(s.loop)) {
        handle& outer = inside[grid_dim(s.loop)];
        std::int64_t const n = p.indices[s.extent].offset;
        if (outer >= 0 && p.indices[p.stmts[outer].extent].offset < n) {
          p.fail(
              diag::code::divergent_barrier,
              diag::message() << "bind " << name_of(s) << " to " << grid_axis_name(s.loop) << ": "
                              << n << " threads, inside of loop " << name_of(p.stmts[outer])
                              << ", which " << p.indices[p.stmts[outer].extent].offset
                              << " run; compute the stage further out, or split its loop by less");
        }
        outer = h;
      }
      nested(s.body, inside);
      nested(s.otherwise, inside);
    }
  }
  constexpr void threads(grid_shape const& g) {
    constexpr char names[] = {'x', 'y', 'z'};
    for (int d = 0; d < 3; ++d) {
      if (g.threads[d] <= machine.threads[d]) continue;
      return p.fail(diag::code::too_many_threads,
                    diag::message()
                        << "a block has " << g.threads[d] << " threads along " << names[d]
                        << ", and the machine at most " << machine.threads[d]
                        << "; split the loops that are bound to it by less");
    }
    if (g.threads_per_block() <= machine.threads_per_block) return;
    p.fail(diag::code::too_many_threads,
           diag::message() << "a block has " << g.threads[0] << " * " << g.threads[1] << " * "
                           << g.threads[2] << " = " << g.threads_per_block()
                           << " threads, and the machine at most " << machine.threads_per_block
                           << "; split the loops that are bound to it by less");
  }
  constexpr void shared(grid_shape const& g) {
    if (g.shared_bytes <= machine.shared_bytes) return;
    auto m = diag::message() << "a block has " << g.shared_bytes
                             << " bytes of shared memory, and the machine at most "
                             << machine.shared_bytes << ": ";
    bool is_first = true;
    each_in(p, g.first, [&](handle h) {
      stmt const& s = p.stmts[h];
      if (s.kind != stmt_kind::allocate || p.buffers[s.target].where != scope::shared) return;
      m << (is_first ? "" : ", ") << p.buffers[s.target].name << ' '
        << tir::grid_shape_impl::bytes_of_local(p, p.buffers[s.target]);
      is_first = false;
    });
    p.fail(diag::code::too_much_shared, m << "; split the loops around them by less");
  }
  constexpr void memory(handle first) {
    each_in(p, first, [&](handle h) {
      stmt const& s = p.stmts[h];
      if (s.kind != stmt_kind::allocate || p.buffers[s.target].where != scope::workspace) return;
      p.fail(
          diag::code::block_workspace,
          diag::message() << p.buffers[s.target].name
                          << " is computed inside of a block, and its size, or the schedule, "
                             "puts it in the workspace; store_in(scope::shared), or on the stack "
                             "of each thread, or compute it at root");
    });
  }
};

}  // namespace settle_launches_impl

/// See the head of this file.
constexpr void settle_launches(tir::program& p, target::gpu const& machine) {
  using namespace settle_launches_impl;
  if (p.fault) return;
  tir::handle const root = begin_with_blocks(p, sunk(p, p.root));
  p.root = root;
  judge j{.p = p, .machine = machine};
  for (auto const& g : tir::launches(p)) {
    j.block_loops(g.first);
    j.thread_loops(g.first);
    if (!p.fault) j.nested(p.stmts[g.first].body, {-1, -1, -1});
    j.memory(g.first);
    j.threads(g);
    j.shared(g);
  }
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

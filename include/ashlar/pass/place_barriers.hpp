// SPDX-License-Identifier: Apache-2.0
//
// pass/place_barriers: where the threads of a block wait for each other.
//
//   for ko: thread ii: s[ii] = a[..]       for ko: barrier; thread ii: s[ii] = a[..]
//           for k: acc = acc + s[k]   -->          barrier; for k: acc = acc + s[k]
//
//   takes       a lowered nest for a grid, in which one thread writes what is written once
//   returns     the nest with barriers between accesses that may meet in two threads, one of which
//               writes: read after write, write after read and after write, in this iteration or
//               from one to the next
//   method      a walk in the order of execution, with the accesses since the last barrier; a loop
//               is walked a second time for what its last iteration left. A barrier goes into the
//               innermost block of statements that has both accesses, for what an iteration leaves
//               to the next one into the body of that loop, in front of the second access: where
//               all threads come, and the next access finds it there. Buffers of two stages need
//               one in an iteration, others two
//   errors      E096 where not all threads of the block come to that place, E097 where the memory
//               is a thread's own
//   source      dependences and their levels: Allen and Kennedy; TVM's ThreadSync inserts barriers
#pragma once

#include <ashlar/pass/thread_access.hpp>
#include <ashlar/schedule/uses.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace place_barriers_impl {

using namespace tir;
using thread_access_impl::meeting;
using thread_access_impl::thread_nest;
using thread_access_impl::touch;

inline constexpr int max_touches = 128;

/// A set of accesses.
struct touch_set {
  std::uint64_t bits[max_touches / 64]{};

  constexpr void add(int i) { bits[i / 64] |= std::uint64_t{1} << (i % 64); }
  constexpr void drop(int i) { bits[i / 64] &= ~(std::uint64_t{1} << (i % 64)); }
  constexpr auto has(int i) const -> bool { return (bits[i / 64] >> (i % 64) & 1) != 0; }
  constexpr void join(touch_set const& other) {
    for (int w = 0; w < max_touches / 64; ++w) bits[w] |= other.bits[w];
  }
};

struct placer {
  thread_nest n;
  static_vector<touch, max_touches> touches{};
  bool is_written[limits::buffers]{};
  handle allocated_at[limits::buffers]{};  // handle + 1: a statement
  touch_set pending{};
  handle around = -1;                  // the loop of whose last iteration the pending accesses are
  bool is_far = false;                 // or of any before
  static_vector<handle, 64> behind{};  // the statements that barriers were placed in front of

  constexpr auto p() -> program& { return n.p; }
  constexpr auto at(handle h) const -> stmt const& { return n.p.stmts[h]; }

  // --- what is touched

  constexpr void note_written(handle first) {
    tir::grid_shape_impl::each_in(n.p, first, [&](handle h) {
      if (at(h).kind == stmt_kind::store) is_written[n.p.accesses[at(h).target].buffer] = true;
      if (at(h).kind == stmt_kind::allocate) {
        allocated_at[at(h).target] = static_cast<handle>(h + 1);
      }
    });
  }
  constexpr void note(int access, handle h, bool writes) {
    if (!is_written[n.p.accesses[access].buffer] || is_held(access, h)) return;
    if (touches.full()) {
      n.p.fail(diag::code::capacity_exceeded,
               diag::message() << "more than " << max_touches
                               << " accesses of a grid to what it writes; unroll less, or make "
                                  "several stages of it");
      return;
    }
    touches.push_back(touch{.at = static_cast<handle>(access),
                            .stmt = h,
                            .writes = writes,
                            .is_atomic = at(h).is_atomic});
  }
  // Registers of a warp's instruction are each lane's own, whatever its meaning says of a point.
  constexpr auto is_held(int access, handle h) const -> bool {
    if (!is_private_memory(n.p.accesses[access].buffer)) return false;
    for (handle up = n.up(h); up >= 0; up = n.up(up)) {
      if (is_warp_call(n.p, at(up))) return true;
    }
    return false;
  }
  constexpr void collect(handle first) {
    tir::grid_shape_impl::each_in(n.p, first, [&](handle h) {
      stmt const& s = at(h);
      if (s.kind != stmt_kind::store) return;
      scheduling::walker w{};
      w.push(s.value);
      access const& to = n.p.accesses[s.target];
      for (int d = 0; d < to.rank; ++d) w.push_sum(n.p, n.p.indices[to.index[d]]);
      for (int a = w.next_load(n.p); a >= 0; a = w.next_load(n.p)) note(a, h, false);
      note(s.target, h, true);
    });
  }

  // --- whether two accesses meet

  // The dimensions of the block along which what one thread writes there may be what another one
  // reads: of a thread's own memory those of loops that it was not made inside of.
  constexpr auto dims_of(handle buffer, handle writer) const -> unsigned {
    unsigned dims = 0;
    for (int d = 0; d < 3; ++d) dims |= (n.grid.threads[d] > 1 ? 1U : 0U) << d;
    if (!is_private_memory(buffer)) return dims;
    handle const made = static_cast<handle>(allocated_at[buffer] - 1);
    unsigned shared = 0;
    for (handle h = writer; h >= 0; h = n.up(h)) {
      bool const splits = at(h).kind == stmt_kind::loop && is_thread(at(h).loop);
      if (splits && !n.is_inside(made, h)) shared |= 1U << grid_dim(at(h).loop);
    }
    return dims & shared;
  }
  constexpr auto is_private_memory(handle buffer) const -> bool {
    return is_of_thread(n.p.buffers[buffer].where);
  }
  constexpr auto do_meet(touch const& a, touch const& b) -> bool {
    handle const buffer = n.p.accesses[a.at].buffer;
    if (n.p.accesses[b.at].buffer != buffer) return false;
    if ((!a.writes && !b.writes) || (a.is_atomic && b.is_atomic)) return false;
    if (is_private_memory(buffer) && (!a.writes || b.writes)) return false;
    unsigned const dims = dims_of(buffer, a.stmt);
    meeting m{.n = n, .first = a, .second = b, .around = around};
    if (dims == 0 || m.is_private(dims)) return false;
    return is_far || !m.is_disjoint();
  }

  // --- where they wait

  constexpr void fail_crosstalk(touch const& a) {
    buffer const& b = n.p.buffers[n.p.accesses[a.at].buffer];
    n.p.fail(diag::code::crosstalk,
             diag::message() << b.name
                             << ": a thread reads what another one has written, and it is "
                             << (b.where == scope::stack ? "on the stack" : "in registers")
                             << " of each; store_in(scope::shared)");
  }
  constexpr void fail_divergent(touch const& a, handle where) {
    buffer const& b = n.p.buffers[n.p.accesses[a.at].buffer];
    auto m = diag::message() << b.name << ": threads have to wait for what others do with it ";
    if (where < 0) {
      m << "in one statement";
    } else if (at(where).kind == stmt_kind::loop) {
      m << "inside of loop " << n.p.axes[at(where).axis].name << ", which not all of a block run";
    } else {
      m << "under a condition that not all of a block meet";
    }
    n.p.fail(diag::code::divergent_barrier,
             m << "; compute it further out, or give the loops that make it the threads of the "
                  "block");
  }
  constexpr void insert_before(handle child) {
    handle const made = p().add(stmt{.kind = stmt_kind::barrier, .next = child});
    handle const up = n.up(child);
    n.parent[made] = static_cast<handle>(up + 1);
    if (!behind.full()) behind.push_back(child);
    // The launch itself has all that is inside of it, so there is a statement around.
    handle* link = &p().stmts[up].body;
    bool is_body = false;
    for (handle h = *link; h >= 0; h = at(h).next) is_body = is_body || h == child;
    if (!is_body) link = &p().stmts[up].otherwise;
    while (*link != child) link = &p().stmts[*link].next;
    *link = made;
  }
  // A barrier between the two, in front of the statement that has the second one.
  constexpr void separate(touch const& a, touch const& b) {
    handle child = b.stmt;
    handle common = n.up(b.stmt);
    if (around < 0 && a.stmt == b.stmt) return fail_divergent(b, -1);
    while (common >= 0 && (around >= 0 ? common != around : !n.is_inside(a.stmt, common))) {
      child = common;
      common = n.up(common);
    }
    for (handle h = common; h >= 0; h = n.up(h)) {
      if (!n.is_uniform_stmt(at(h))) return fail_divergent(b, h);
    }
    if (common < 0) return fail_divergent(b, -1);
    insert_before(child);
    for (int i = 0; i < touches.count; ++i) {
      bool const is_later = around < 0 && n.is_inside(touches[i].stmt, child);
      if (!is_later && is_waited_for(i)) pending.drop(i);
    }
  }

  // What is a thread's own no barrier brings to another one.
  constexpr auto is_waited_for(int i) const -> bool {
    return !is_private_memory(n.p.accesses[touches[i].at].buffer);
  }
  constexpr void wait() {
    for (int i = 0; i < touches.count; ++i) {
      if (is_waited_for(i)) pending.drop(i);
    }
  }

  // --- the walk

  // A barrier that another pass has placed.
  constexpr void given(handle h) {
    for (handle up = n.up(h); up >= 0; up = n.up(up)) {
      if (n.is_uniform_stmt(at(up))) continue;
      return n.p.fail(diag::code::divergent_barrier,
                      diag::message()
                          << "pipeline: threads wait for what others have copied inside of "
                          << (at(up).kind == stmt_kind::loop ? "loop " : "a condition that ")
                          << (at(up).kind == stmt_kind::loop ? p().axes[at(up).axis].name.view()
                                                             : std::string_view("varies"))
                          << ", which not all of a block run; give its loops the threads of the "
                             "block");
    }
    wait();
  }
  constexpr void store(handle h) {
    for (int i = 0; i < touches.count; ++i) {
      if (touches[i].stmt != h) continue;
      for (int j = 0; j < touches.count && !n.p.fault; ++j) {
        if (!pending.has(j) || !do_meet(touches[j], touches[i])) continue;
        if (is_private_memory(n.p.accesses[touches[i].at].buffer)) {
          return fail_crosstalk(touches[i]);
        }
        separate(touches[j], touches[i]);
      }
      // What is read comes before what is written, in the same thread.
      if (around < 0) pending.add(i);
    }
  }
  constexpr auto surely_runs(stmt const& s) -> bool {
    return always_nonnegative(p(), context{}, n.p.indices[s.extent] - 1);
  }
  constexpr auto has_barrier(handle h) -> bool {
    for (; h >= 0; h = at(h).next) {
      stmt const& s = at(h);
      if (s.kind == stmt_kind::barrier) return true;
      if (s.kind == stmt_kind::allocate && has_barrier(s.body)) return true;
      if (s.kind == stmt_kind::loop && surely_runs(s) && has_barrier(s.body)) return true;
      bool const both = s.kind == stmt_kind::guard && has_barrier(s.body);
      if (both && has_barrier(s.otherwise)) return true;
    }
    return false;
  }
  // What an iteration leaves meets what the next one does. True if a barrier was placed.
  constexpr auto goes_round(handle h) -> bool {
    touch_set const after = pending;
    int const before = behind.count;
    for (int i = 0; i < touches.count; ++i) {
      if (!n.is_inside(touches[i].stmt, h)) pending.drop(i);
    }
    around = h;
    is_far = !has_barrier(at(h).body);
    chain(at(h).body);
    around = -1;
    is_far = false;
    pending = after;
    return behind.count > before;
  }
  // Of a set from before a statement, what is not behind a barrier by now.
  constexpr void drop_waited(handle h, int from, touch_set& before) const {
    for (int k = from; k < behind.count; ++k) {
      if (!n.is_inside(h, behind[k])) continue;
      for (int i = 0; i < touches.count; ++i) {
        bool const is_before = around >= 0 || !n.is_inside(touches[i].stmt, behind[k]);
        if (is_before && is_waited_for(i)) before.drop(i);
      }
    }
  }
  constexpr void loop(handle h) {
    touch_set before = pending;
    int const placed = behind.count;
    chain(at(h).body);
    drop_waited(h, placed, before);
    affine const& extent = n.p.indices[at(h).extent];
    bool const is_single = extent.is_constant() && extent.offset <= 1;
    bool const repeats = !is_bound(at(h).loop) && at(h).loop != loop_kind::vectorized && !is_single;
    if (repeats && around < 0 && goes_round(h)) {
      pending = before;
      chain(at(h).body);
    }
    if (repeats && !surely_runs(at(h))) pending.join(before);
  }
  constexpr void guard(handle h) {
    touch_set before = pending;
    int const placed = behind.count;
    chain(at(h).body);
    drop_waited(h, placed, before);
    touch_set const after = pending;
    pending = before;
    chain(at(h).otherwise);
    pending.join(after);
  }
  constexpr void chain(handle h) {
    for (; h >= 0 && !n.p.fault; h = at(h).next) {
      switch (at(h).kind) {
        case stmt_kind::loop: loop(h); break;
        case stmt_kind::guard: guard(h); break;
        case stmt_kind::store: store(h); break;
        case stmt_kind::barrier: given(h); break;
        case stmt_kind::commit:
        case stmt_kind::await:
        case stmt_kind::prefetch: break;
        default: chain(at(h).body); break;
      }
    }
  }
};

}  // namespace place_barriers_impl

/// Places the barriers of one launch. Errors: E001, E096, E097.
constexpr void place_barriers(tir::program& p, tir::grid_shape const& grid) {
  using namespace place_barriers_impl;
  if (p.fault || grid.threads_per_block() == 1) return;
  placer all{.n = thread_nest(p, grid)};
  all.note_written(grid.first);
  all.collect(grid.first);
  all.chain(p.stmts[grid.first].body);
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// tir/emulate_threads: the threads of a block, each of which runs statements alone, for
// tir/emulate_grid.
//
//   takes       statements without a barrier or anything else that threads do together
//   returns     what they find: tir/grid_watch
//   invariants  a thread has its own variables, registers, stack, and copies that it has begun
#pragma once

#include <ashlar/tir/grid_shape.hpp>
#include <ashlar/tir/grid_watch.hpp>
#include <ashlar/tir/interpret.hpp>
#include <ashlar/tir/pending_copies.hpp>

#include <algorithm>
#include <random>

namespace ashlar::tir {

enum class thread_order : std::uint8_t { forward, backward, shuffled };

/// What an emulated run has found, and how much it did.
struct grid_run {
  violation found{};
  handle stmt = -1;  // where
  int block = -1;
  int thread = -1;
  int barriers = 0;  // that blocks came to
  int launches = 0;

  auto ok() const -> bool { return found.ok(); }
};

namespace emulate_grid_impl {

/// What a thread has of its own.
struct thread_state {
  std::vector<index_t> variable{};
  std::vector<std::vector<scalar>> locals{};
  pending_copies copies{};
};

using thread_set = std::vector<int>;

template <operand_like Array, class Calls>
struct thread_machine : interpret_impl::machine<Array, grid_watch, Calls> {
  using base = interpret_impl::machine<Array, grid_watch, Calls>;
  using base::fresh;
  using base::fresh_sum;
  using base::locals;
  using base::p;
  using base::stopped;
  using base::variable;
  using base::watch;

  thread_order order = thread_order::forward;
  std::mt19937 random{};
  grid_shape grid{};
  index_t block[3]{};
  std::vector<thread_state> threads{};
  std::vector<char> is_joint{};  // of a statement: a barrier or a combination of lanes is inside
  std::vector<handle> own{};     // buffers that each thread has
  int current = -1;
  grid_run run{};

  // --- what is inside of statements

  void mark(handle h) {
    for (; h >= 0; h = p.stmts[h].next) {
      auto const at = static_cast<std::size_t>(h);
      stmt const& s = p.stmts[h];
      mark(s.body);
      mark(s.otherwise);
      is_joint[at] = s.kind == stmt_kind::barrier || is_warp_call(p, s) ||
                     (s.kind == stmt_kind::store && combined_lanes(p, s.value) >= 0);
      for (handle const first : {s.body, s.otherwise}) {
        for (handle i = first; i >= 0; i = p.stmts[i].next) {
          is_joint[at] |= is_joint[static_cast<std::size_t>(i)];
        }
      }
    }
  }

  // --- threads

  void exchange(int t) {
    thread_state& s = threads[static_cast<std::size_t>(t)];
    for (std::size_t v = 0; v < s.variable.size(); ++v) std::swap(s.variable[v], variable[v]);
    for (std::size_t b = 0; b < own.size(); ++b) {
      std::swap(s.locals[b], locals[static_cast<std::size_t>(own[b])]);
    }
  }
  void become(int t) {
    if (t == current) return;
    if (current >= 0) exchange(current);
    current = t;
    if (t >= 0) exchange(t);
    watch.now.thread = t;
  }
  auto index_in_block(int t, int dim) const -> index_t {
    index_t const x = grid.threads[0];
    index_t const y = grid.threads[1];
    return dim == 0 ? t % x : dim == 1 ? t / x % y : t / (x * y);
  }
  auto in_order(thread_set set) -> thread_set {
    if (order == thread_order::backward) std::reverse(set.begin(), set.end());
    if (order == thread_order::shuffled) std::shuffle(set.begin(), set.end(), random);
    return set;
  }
  void diverge(handle h) {
    base::fail(violation_kind::divergence);
    note(h);
  }
  void note(handle h) {
    if (run.stmt >= 0 || !stopped()) return;
    run.stmt = h;
    run.block = watch.now.block;
    run.thread = current;
  }
  /// The index that a bound loop is to the thread, -1 where it does not run the body.
  auto bound_index(stmt const& s) -> index_t {
    int const dim = grid_dim(s.loop);
    index_t const i = is_block(s.loop) ? block[dim] : index_in_block(current, dim);
    return i < fresh_sum(s.extent) ? i : -1;
  }

  // --- one thread alone

  void alone(handle first, handle end) {
    for (handle h = first; h != end && !stopped(); h = p.stmts[h].next) {
      alone(p.stmts[h]);
      note(h);
    }
  }
  void alone(stmt const& s) {
    switch (s.kind) {
      case stmt_kind::loop: return alone_in_loop(s);
      case stmt_kind::guard: return alone(base::holds(s) ? s.body : s.otherwise, -1);
      case stmt_kind::tensorize: return alone(s.body, -1);
      case stmt_kind::allocate:
        base::allocate(s.target);
        alone(s.body, -1);
        return locals[static_cast<std::size_t>(s.target)].clear();
      case stmt_kind::store: return store_value(s);
      case stmt_kind::commit: return copies().commit();
      case stmt_kind::await:
        return copies().await(s.target,
                              [this](pending_copy const& c) { base::put(c.to, c.value); });
      default: return;
    }
  }
  void alone_in_loop(stmt const& s) {
    if (is_bound(s.loop)) {
      variable[s.axis] = bound_index(s);
      if (variable[s.axis] >= 0) alone(s.body, -1);
      return;
    }
    index_t const extent = fresh_sum(s.extent);
    for (index_t i = 0; i < extent && !stopped(); ++i) {
      variable[s.axis] = i;
      alone(s.body, -1);
    }
  }
  void store_value(stmt const& s) {
    watch.is_atomic = s.is_atomic;
    scalar const v = fresh(s.value);
    access const& to = p.accesses[s.target];
    bool const is_begun = s.streams && p.buffers[to.buffer].where == scope::shared;
    if (is_begun)
      begin_copy(to, v);
    else if (!stopped())
      base::store(to, v);
    watch.is_atomic = false;
  }
  auto copies() -> pending_copies& { return threads[static_cast<std::size_t>(current)].copies; }
  // From here on nobody may read the element, until this thread has waited.
  void begin_copy(access const& to, scalar v) {
    place at{};
    if (stopped() || !base::locate(to, at) || !base::is_legal(at)) return;
    watch.write(p, at);
    watch.cell_of(at).is_defined = false;
    copies().add(pending_copy{.to = at, .value = v});
  }
};

}  // namespace emulate_grid_impl

}  // namespace ashlar::tir

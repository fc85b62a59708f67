// SPDX-License-Identifier: Apache-2.0
//
// tir/emulate_grid: runs a nest for a grid as the threads of its blocks do, on the host.
//
//   takes       a program of pass/lower_grid, its operands, and the order of the threads
//   returns     the first violation, and where: two threads at one element of shared or global
//               memory, one of which writes, with no barrier between, or in two blocks; a read of
//               what nobody has written; an access outside; a barrier, or a combination of lanes,
//               that not all threads come to
//   meaning     all threads run all statements; a bound loop is the index of a thread or a block,
//               see tir/grid.hpp. Each has its own registers and stack; shared memory begins
//               without a value in every block
//   order       what has no barrier inside is run by one thread after the other as far as it goes:
//               in their order, backwards, or in another order after each barrier
//   copies      that are not waited for are done where a thread waits for them, and until then their
//               elements have no value
//   source      loop fission at barriers: Stratton et al., "MCUDA", LCPC 2008
#pragma once

#include <ashlar/tir/grid_shape.hpp>
#include <ashlar/tir/grid_watch.hpp>
#include <ashlar/tir/interpret.hpp>
#include <ashlar/tir/pending_copies.hpp>

#include <algorithm>
#include <numeric>
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
struct emulator : interpret_impl::machine<Array, grid_watch, Calls> {
  using base = interpret_impl::machine<Array, grid_watch, Calls>;
  using base::epoch;
  using base::evaluate;
  using base::fresh;
  using base::fresh_sum;
  using base::locals;
  using base::memo;
  using base::memo_of;
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
      is_joint[at] = s.kind == stmt_kind::barrier ||
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
      case stmt_kind::store: return store(s);
      case stmt_kind::commit: return copies().commit();
      case stmt_kind::await:
        return copies().await(s.target, [this](pending_copy const& c) { base::put(c.to, c.value); });
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
  void store(stmt const& s) {
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

  // --- threads together

  void together(handle h, thread_set const& all) {
    while (h >= 0 && !stopped()) {
      if (is_joint[static_cast<std::size_t>(h)]) {
        joint(h, all);
        h = p.stmts[h].next;
        continue;
      }
      handle end = h;
      while (end >= 0 && !is_joint[static_cast<std::size_t>(end)]) end = p.stmts[end].next;
      for (int const t : in_order(all)) {
        become(t);
        alone(h, end);
        if (stopped()) return;
      }
      h = end;
    }
  }
  void joint(handle h, thread_set const& all) {
    stmt const& s = p.stmts[h];
    switch (s.kind) {
      case stmt_kind::barrier:
        if (all.size() != threads.size()) return diverge(h);
        ++watch.now.phase;
        ++run.barriers;
        return;
      case stmt_kind::loop: return is_bound(s.loop) ? joint_index(h, all) : joint_loop(h, all);
      case stmt_kind::guard: return joint_guard(h, all);
      case stmt_kind::allocate: return joint_memory(h, all);
      case stmt_kind::store: return combine(h, all);
      default: return together(s.body, all);
    }
  }
  // All must agree on what a barrier is inside of.
  template <class Value>
  auto agreed(handle h, thread_set const& all, Value const& value) -> index_t {
    index_t first = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      become(all[i]);
      index_t const mine = value();
      if (i == 0) first = mine;
      if (mine != first) diverge(h);
    }
    return first;
  }
  void joint_loop(handle h, thread_set const& all) {
    stmt const& s = p.stmts[h];
    index_t const extent = agreed(h, all, [&] { return fresh_sum(s.extent); });
    for (index_t i = 0; i < extent && !stopped(); ++i) {
      for (int const t : all) {
        become(t);
        variable[s.axis] = i;
      }
      together(s.body, all);
    }
  }
  void joint_index(handle h, thread_set const& all) {
    stmt const& s = p.stmts[h];
    thread_set inside{};
    for (int const t : all) {
      become(t);
      variable[s.axis] = bound_index(s);
      if (variable[s.axis] >= 0) inside.push_back(t);
    }
    if (!inside.empty()) together(s.body, inside);
  }
  void joint_guard(handle h, thread_set const& all) {
    stmt const& s = p.stmts[h];
    thread_set yes{}, no{};
    for (int const t : all) {
      become(t);
      (base::holds(s) ? yes : no).push_back(t);
    }
    if (!yes.empty()) together(s.body, yes);
    if (!no.empty()) together(s.otherwise, no);
  }
  void joint_memory(handle h, thread_set const& all) {
    stmt const& s = p.stmts[h];
    bool const is_own = !watch.is_shared(s.target);
    for (int const t : all) {
      become(t);
      base::allocate(s.target);
      if (!is_own) break;
    }
    together(s.body, all);
  }
  // r[l] = op(v[l], v[l ^ half]) until all lanes have all.
  void combine(handle h, thread_set const& all) {
    stmt const& s = p.stmts[h];
    handle const node = combined_lanes(p, s.value);
    expr const& e = p.exprs[node];
    auto const lanes = static_cast<int>(e.c);
    std::vector<scalar> value(threads.size());
    for (int const t : all) {
      become(t);
      variable[e.b] = index_in_block(t, 0) % lanes;
      value[static_cast<std::size_t>(t)] = fresh(e.a);
    }
    for (int half = lanes / 2; half > 0; half /= 2) {
      std::vector<scalar> const before = value;
      for (int const t : all) {
        scalar const other = before[static_cast<std::size_t>(t ^ half)];
        if (!other.is_written()) return diverge(h);
        value[static_cast<std::size_t>(t)] =
            apply(static_cast<opcode>(e.bits), e.type, before[static_cast<std::size_t>(t)], other);
      }
    }
    for (int const t : all) {
      become(t);
      ++epoch;
      memo[node] = value[static_cast<std::size_t>(t)];
      memo_of[node] = epoch;
      scalar const v = evaluate(s.value);
      if (stopped()) return note(h);
      base::store(p.accesses[s.target], v);
    }
  }

  // --- blocks and launches

  void run_block_of(int number) {
    watch.now.block = number;
    ++watch.now.phase;
    thread_state fresh_thread{};
    fresh_thread.variable.assign(static_cast<std::size_t>(p.axes.count), 0);
    fresh_thread.locals.resize(own.size());
    threads.assign(static_cast<std::size_t>(grid.threads_per_block()), fresh_thread);
    thread_set all(threads.size());
    std::iota(all.begin(), all.end(), 0);
    // The statement alone: others of its block are other launches.
    if (is_joint[static_cast<std::size_t>(grid.first)]) {
      joint(grid.first, all);
    } else {
      for (int const t : in_order(all)) {
        become(t);
        alone(p.stmts[grid.first]);
        note(grid.first);
        if (stopped()) break;
      }
    }
    become(-1);
  }
  void launch(handle h) {
    grid = grid_shape_impl::shape_of(p, h);
    ++watch.now.launch;
    ++run.launches;
    own.clear();
    grid_shape_impl::each_in(p, h, [&](handle at) {
      stmt const& s = p.stmts[at];
      if (s.kind == stmt_kind::allocate && !watch.is_shared(s.target)) own.push_back(s.target);
    });
    index_t blocks[3]{};
    for (int d = 0; d < 3; ++d) blocks[d] = grid.blocks[d] < 0 ? 1 : fresh_sum(grid.blocks[d]);
    std::vector<int> numbers(static_cast<std::size_t>(blocks[0] * blocks[1] * blocks[2]));
    std::iota(numbers.begin(), numbers.end(), 0);
    for (int const n : in_order(numbers)) {
      block[0] = n % blocks[0];
      block[1] = n / blocks[0] % blocks[1];
      block[2] = n / (blocks[0] * blocks[1]);
      run_block_of(n);
      if (stopped()) return;
    }
  }
  void run_launches(handle h) {
    for (; h >= 0 && !stopped(); h = p.stmts[h].next) {
      stmt const& s = p.stmts[h];
      if (!grid_shape_impl::is_around_launches(p, s)) {
        launch(h);
        continue;
      }
      base::allocate(s.target);
      run_launches(s.body);
    }
  }
  auto run_all() -> grid_run {
    if (!p.fault.ok()) run.found.kind = violation_kind::faulty_program;
    if (run.ok() && !base::fits()) run.found.kind = violation_kind::wrong_operands;
    if (!run.ok()) return run;
    locals.resize(static_cast<std::size_t>(p.buffers.count));
    is_joint.resize(static_cast<std::size_t>(p.stmts.count));
    mark(p.root);
    base::bind_operands();
    base::check_entry();
    if (!stopped()) run_launches(p.root);
    static_cast<void>(stopped());
    run.found = base::found;
    return run;
  }
};

}  // namespace emulate_grid_impl

/// Runs the program on the operands, outputs among them, see the head of this file.
template <operand_like Array, class Calls = no_calls>
auto emulate_grid(program const& p, std::span<Array> operands,
                  thread_order order = thread_order::forward, unsigned seed = 1,
                  Calls const& calls = {}) -> grid_run {
  emulate_grid_impl::grid_watch watch{.of = &p};
  emulate_grid_impl::emulator<Array, Calls> all{
      {{p, operands.data(), operands.size(), watch, calls}}};
  all.order = order;
  all.random.seed(seed);
  return all.run_all();
}

}  // namespace ashlar::tir

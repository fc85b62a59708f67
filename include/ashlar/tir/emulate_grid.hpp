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
//   copies      that are not waited for are done where a thread waits for them, and until then
//               their elements have no value
//   source      loop fission at barriers: Stratton et al., "MCUDA", LCPC 2008
#pragma once

#include <ashlar/tir/emulate_threads.hpp>

#include <numeric>

namespace ashlar::tir {

namespace emulate_grid_impl {

template <operand_like Array, class Calls> struct emulator : thread_machine<Array, Calls> {
  using base = thread_machine<Array, Calls>;
  using base::alone;
  using base::become;
  using base::block;
  using base::bound_index;
  using base::current;
  using base::diverge;
  using base::epoch;
  using base::evaluate;
  using base::fresh;
  using base::fresh_sum;
  using base::grid;
  using base::in_order;
  using base::index_in_block;
  using base::is_joint;
  using base::locals;
  using base::mark;
  using base::memo;
  using base::memo_of;
  using base::note;
  using base::order;
  using base::own;
  using base::p;
  using base::run;
  using base::stopped;
  using base::threads;
  using base::variable;
  using base::watch;

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
      case stmt_kind::tensorize: return is_warp_call(p, s) ? warps(h, all) : together(s.body, all);
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
  // An instruction of each warp: one of its threads does what it means, on what all lanes hold.
  void warps(handle h, thread_set const& all) {
    for (std::size_t from = 0; from < all.size(); from += warp_threads) {
      bool const is_whole = all[from] % warp_threads == 0 && from + warp_threads <= all.size() &&
                            all[from + warp_threads - 1] == all[from] + warp_threads - 1;
      if (!is_whole) return diverge(h);
      become(order == thread_order::backward ? all[from + warp_threads - 1] : all[from]);
      gather_held(h, all[from], true);
      alone(p.stmts[h].body, -1);
      note(h);
      gather_held(h, all[from], false);
      if (stopped()) return;
    }
  }
  // The last dimension of what is held is the lane: each has its own elements of it.
  void gather_held(handle h, int first, bool is_before) {
    for (handle const a : p.calls[p.stmts[h].target].operand) {
      if (a < 0 || !is_of_thread(p.buffers[p.accesses[a].buffer].where)) continue;
      auto const buffer = static_cast<std::size_t>(p.accesses[a].buffer);
      std::size_t own_at = 0;
      while (own[own_at] != p.accesses[a].buffer) ++own_at;
      auto& mine = locals[buffer];
      for (std::size_t e = 0; e < mine.size(); ++e) {
        int const t = first + static_cast<int>(e % warp_threads);
        if (t == current) continue;
        scalar& theirs = threads[static_cast<std::size_t>(t)].locals[own_at][e];
        if (is_before) {
          mine[e] = theirs;
        } else {
          theirs = mine[e];
          mine[e] = scalar{};
        }
      }
    }
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

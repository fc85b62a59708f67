// SPDX-License-Identifier: Apache-2.0
//
// tir/interpret: runs a tensor program, at run time or in constant evaluation. What a lowered
// program computes, and what every backend emits, is right when it agrees with this.
//
//   takes       a program; its operands in the order of the call; what to watch; user functors
//   returns     the first violation: kind `none` if all went well
//   lowered     root >= 0: the statements. Otherwise the stages in order, each over its root axes,
//               straight from the definition: loops and placement do not matter to the result;
//               those of a system (tir/recurrence) take turns at each point of its axis
//   cost        without oracles nothing is checked: an access outside of its buffer is undefined,
//               and in constant evaluation an error
//   see also    tir/evaluate for values, tir/scalar_op for operations, tir/oracle for what is found
#pragma once

#include <ashlar/tir/evaluate.hpp>
#include <ashlar/tir/recurrence.hpp>

#include <span>

namespace ashlar::tir {

namespace interpret_impl {

template <operand_like Array, class Watch, class Calls>
struct machine : evaluator<Array, Watch, Calls> {
  using base = evaluator<Array, Watch, Calls>;
  using base::accumulator;
  using base::epoch;
  using base::evaluate;
  using base::fresh;
  using base::fresh_sum;
  using base::incoming;
  using base::locals;
  using base::p;
  using base::shape;
  using base::stopped;
  using base::variable;
  using base::watch;

  constexpr void allocate(int handle_of_buffer) {
    buffer const& b = p.buffers[handle_of_buffer];
    dimensions& s = shape[handle_of_buffer];
    s.rank = b.rank;
    index_t elements = 1;
    for (int d = 0; d < b.rank; ++d) {
      s.extent[d] = fresh_sum(b.shape[d]);
      elements *= s.extent[d];
    }
    index_t room = elements;
    if (!b.layout.empty()) {
      room = 1;
      for (auto const& l : b.layout) room *= base::layout_extent(handle_of_buffer, l);
    }
    auto& memory = locals[static_cast<std::size_t>(handle_of_buffer)];
    memory.clear();
    memory.resize(static_cast<std::size_t>(room));
    if constexpr (Watch::enabled) watch.open(p, handle_of_buffer, elements);
  }

  constexpr void run_block(handle first) {
    for (handle s = first; s >= 0 && !stopped(); s = p.stmts[s].next) run(p.stmts[s]);
  }
  constexpr void run_loop(stmt const& s) {
    index_t const extent = fresh_sum(s.extent);
    bool const is_parallel = s.loop == loop_kind::parallel;
    if constexpr (Watch::enabled) {
      if (is_parallel) watch.enter_parallel();
    }
    for (index_t i = 0; i < extent && !stopped(); ++i) {
      if constexpr (Watch::enabled) {
        if (is_parallel) watch.next_iteration();
      }
      variable[s.axis] = i;
      run_block(s.body);
    }
    if constexpr (Watch::enabled) {
      if (is_parallel) watch.leave_parallel();
    }
  }
  constexpr auto holds(stmt const& s) -> bool {
    for (handle const c : s.condition) {
      if (c >= 0 && fresh_sum(c) < 0) return false;
    }
    return true;
  }
  constexpr void run(stmt const& s) {
    switch (s.kind) {
      case stmt_kind::loop: return run_loop(s);
      case stmt_kind::guard: return run_block(holds(s) ? s.body : s.otherwise);
      case stmt_kind::prefetch:
      case stmt_kind::barrier:
      case stmt_kind::commit:
      case stmt_kind::await: return;
      case stmt_kind::tensorize: return run_block(s.body);
      case stmt_kind::allocate:
        allocate(s.target);
        run_block(s.body);
        return locals[static_cast<std::size_t>(s.target)].clear();
      case stmt_kind::store: {
        if constexpr (Watch::enabled) watch.atomic = s.is_atomic ? p.accesses[s.target].buffer : -1;
        scalar const v = fresh(s.value);
        if (!stopped()) base::store(p.accesses[s.target], v);
        if constexpr (Watch::enabled) watch.atomic = -1;
        return;
      }
    }
  }

  /// Calls `body` at every point of the axes, the first outermost.
  template <class Body>
  constexpr void for_all(static_vector<handle, max_rank> const& over, int depth, Body const& body) {
    if (depth == over.count) return body();
    index_t const extent = base::sum(p.axes[over[depth]].extent);
    for (index_t i = 0; i < extent && !stopped(); ++i) {
      variable[over[depth]] = i;
      for_all(over, depth + 1, body);
    }
  }
  constexpr void reduce(stage const& s) {
    for (int c = 0; c < s.reduce.components; ++c) accumulator[c] = fresh(s.reduce.identity[c]);
    for_all(s.reduced, 0, [&] {
      ++epoch;
      for (int c = 0; c < s.reduce.components; ++c) incoming[c] = evaluate(s.value[c]);
      ++epoch;
      scalar combined[max_components]{};
      for (int c = 0; c < s.reduce.components; ++c) combined[c] = evaluate(s.reduce.combine[c]);
      for (int c = 0; c < s.reduce.components; ++c) accumulator[c] = combined[c];
    });
  }
  // From a depth of its axes on; those outside have their values.
  constexpr void run_stage(stage const& s, int depth) {
    for_all(axes_in_order(s), depth, [&] {
      if (s.reduce.components > 0) reduce(s);
      scalar const v = fresh(s.result);
      if (!stopped()) store_at_axes(s, v);
    });
  }
  // The stages of a system, in their order at each point of what they go over; copies that they
  // read may stand between them. Returns the next stage.
  constexpr auto run_system(int first) -> int {
    stage const& leader = p.stages[first];
    int end = p.stages.count;
    while (!are_one_system(leader, p.stages[end - 1])) --end;
    for (int s = first; s < end && !stopped(); ++s) {
      if (!are_one_system(leader, p.stages[s])) run_stage(p.stages[s], 0);
    }
    index_t const extent = base::sum(p.axes[leader.pure[leader.over]].extent);
    for (index_t i = 0; i < extent; ++i) {
      for (int s = first; s < end && !stopped(); ++s) {
        stage const& each = p.stages[s];
        if (!are_one_system(leader, each)) continue;
        variable[each.pure[each.over]] = i;
        run_stage(each, 1);
      }
    }
    return end;
  }
  constexpr void run_stages() {
    for (int s = 0; s < p.stages.count && !stopped();) {
      if (p.stages[s].system >= 0) {
        s = run_system(s);
      } else {
        run_stage(p.stages[s++], 0);
      }
    }
  }
  // Like store, at the values of the axes, which need not be sums of the program.
  constexpr void store_at_axes(stage const& s, scalar v) {
    place at{.buffer = s.buffer};
    for (int d = 0; d < s.pure.count; ++d) {
      at.index[d] = variable[s.pure[d]];
      index_t const extent = shape[at.buffer].extent[d];
      bool const in = at.index[d] < extent;
      at.linear = in && at.linear >= 0 ? at.linear * extent + at.index[d] : -1;
    }
    base::put(at, v);
  }

  constexpr auto fits() const -> bool {
    for (auto const& b : p.buffers) {
      if (b.operand < 0) continue;
      if (static_cast<std::size_t>(b.operand) >= base::operand_count) return false;
      Array const& a = base::operands[b.operand];
      if (a.type != b.type || a.dims.rank != b.rank) return false;
    }
    return true;
  }
  constexpr void bind_operands() {
    for (int b = 0; b < p.buffers.count; ++b) {
      int const at = p.buffers[b].operand;
      if (at < 0) continue;
      shape[b] = base::operands[at].dims;
      if constexpr (Watch::enabled) watch.open(p, b, shape[b].count());
    }
    for (int s = 0; s < p.symbols.count; ++s) {
      symbol const& from = p.symbols[s];
      base::symbol_value[s] = shape[from.buffer].extent[from.dim] / from.multiple;
    }
  }
  constexpr void check_entry() {
    for (int c = 0; c < p.checks.count; ++c) {
      check const& k = p.checks[c];
      index_t const v = fresh_sum(k.sum);
      bool const is_kept = k.equal ? v == 0 : v >= 0;
      if (!is_kept) return base::fail(violation_kind::refused, k.buffer, c);
    }
    for (int f = 0; f < p.facts.count; ++f) {
      if (!is_so(p.facts[f])) {
        return base::fail(violation_kind::refused, p.facts[f].buffer, p.checks.count + f);
      }
    }
  }
  // Those that a kernel trusts, too: operands here have no addresses, though.
  constexpr auto is_so(fact const& f) const -> bool {
    if (f.origin == fact_origin::declined || f.kind == fact_kind::address) return true;
    dimensions const& d = shape[f.buffer];
    return tir::holds(f, f.kind == fact_kind::extent ? d.extent[f.dim] : d.stride[f.dim]);
  }
  constexpr auto run_all() -> violation {
    if (!p.fault.ok()) return violation{.kind = violation_kind::faulty_program};
    if (!fits()) return violation{.kind = violation_kind::wrong_operands};
    locals.resize(static_cast<std::size_t>(p.buffers.count));
    bind_operands();
    check_entry();
    if (stopped()) return base::found;
    if (p.root >= 0) {
      run_block(p.root);
    } else {
      for (int b = 0; b < p.buffers.count; ++b) {
        if (p.buffers[b].operand < 0) allocate(b);
      }
      run_stages();
    }
    if constexpr (Watch::enabled) {
      if (!stopped()) watch.close(p, shape);
    }
    static_cast<void>(stopped());
    return base::found;
  }
};

}  // namespace interpret_impl

/// Runs the program on the operands, outputs among them, in the order of the call. `calls` maps
/// (key, element type, a, b) to the value of a user functor.
template <operand_like Array, class Watch, class Calls = no_calls>
constexpr auto interpret(program const& p, std::span<Array> operands, Watch& watch,
                         Calls const& calls = {}) -> violation {
  interpret_impl::machine<Array, Watch, Calls> m{
      {p, operands.data(), operands.size(), watch, calls}};
  return m.run_all();
}

template <operand_like Array>
constexpr auto interpret(program const& p, std::span<Array> operands) -> violation {
  no_oracles none{};
  return interpret<Array>(p, operands, none);
}

/// The same for a vector, a std::array or a C array of operands.
template <class Operands, class... More>
  requires requires(Operands& o) { std::span(o); }
constexpr auto interpret(program const& p, Operands& operands, More&&... more) -> violation {
  return interpret(p, std::span<std::remove_reference_t<decltype(operands[0])>>(operands), more...);
}

}  // namespace ashlar::tir

// SPDX-License-Identifier: Apache-2.0
//
// kernel/recompute: how often the points of each stage are computed.
//
//   takes       the program as it was captured, scheduled and lowered; its symbols or none
//   returns     for each stage, those that a schedule made too: its points, and how many of them
//               the loop nest computes; -1 where only the call knows it
//   inlined     a stage's expression is computed once for each load that it took the place of
//   placed      a stage without a reduction: what is stored; one with a reduction, where its points
//               may be stored several times: at most the size of its buffer each time that is made
#pragma once

#include <ashlar/kernel/count.hpp>
#include <ashlar/schedule/loops.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

/// The points of one stage.
struct stage_report {
  name_text name{};
  index_t points_needed = -1;
  index_t points_computed = -1;

  /// Points computed for each that is needed; -1 where one of them is unknown.
  constexpr auto recompute() const -> double {
    if (points_needed < 0 || points_computed < 0) return -1;
    if (points_needed == 0) return 1;
    return static_cast<double>(points_computed) / static_cast<double>(points_needed);
  }
  friend constexpr auto operator==(stage_report const&, stage_report const&) -> bool = default;
};

using stage_reports = static_vector<stage_report, limits::stages>;

namespace kernel_impl {

/// A template, so that who asks for no report does not compile it.
template <class Program> struct recompute_counter {
  Program const& captured;
  Program const& scheduled;
  Program const& lowered;
  index_t const* symbols = nullptr;

  template <class Axes>
  constexpr auto points(tir::program const& p, Axes const& axes) const -> index_t {
    run_counter c{.p = p, .symbols = symbols};
    index_t n = 1;
    for (handle const a : axes) n = saturating_product(n, c.value(p.axes[a].extent));
    return c.is_known ? n : -1;
  }

  // Cut loops copy the buffers inside, and their names.
  constexpr auto is_copy(int b, int of) const -> bool {
    bool const is_local = lowered.buffers[of].operand < 0;
    return b == of || (is_local && lowered.buffers[b].name == lowered.buffers[of].name);
  }
  constexpr auto stores(int buffer) const -> index_t {
    index_t weight[limits::statements]{};
    for (int s = 0; s < lowered.stmts.count; ++s) {
      tir::stmt const& st = lowered.stmts[s];
      bool const is_one =
          st.kind == tir::stmt_kind::store && is_copy(lowered.accesses[st.target].buffer, buffer);
      weight[s] = is_one ? 1 : 0;
    }
    return count_runs(lowered, symbols, weight);
  }
  constexpr auto size_of(int buffer, run_counter& c) const -> index_t {
    index_t size = 1;
    tir::buffer const& b = lowered.buffers[buffer];
    for (int d = 0; d < b.rank; ++d) {
      size = saturating_product(size, c.value(lowered.indices[b.shape[d]]));
    }
    return size;
  }
  // The elements of a buffer, as often as it is allocated.
  constexpr auto allocated(handle chain, int buffer, run_counter& c) const -> index_t {
    index_t n = 0;
    for (handle h = chain; h >= 0; h = lowered.stmts[h].next) {
      tir::stmt const& s = lowered.stmts[h];
      bool const is_loop = s.kind == tir::stmt_kind::loop;
      index_t inside = allocated(is_loop ? s.body : c.taken(s), buffer, c);
      if (is_loop && inside > 0) {
        inside = saturating_product(inside, c.value(lowered.indices[s.extent]));
      }
      bool const is_here = s.kind == tir::stmt_kind::allocate && is_copy(s.target, buffer);
      n += inside + (is_here ? size_of(s.target, c) : 0);
    }
    return n;
  }
  constexpr auto placed(tir::stage const& s, index_t needed) const -> index_t {
    if (s.place == tir::placement::root) return needed;
    index_t const stored = stores(s.buffer);
    if (s.reduce.components == 0 || s.fold_dim >= 0) return stored;
    run_counter c{.p = lowered, .symbols = symbols};
    index_t const made = allocated(lowered.root, s.buffer, c);
    if (!c.is_known || stored < 0) return -1;
    return stored < made ? stored : made;
  }

  // How many loads of a buffer one point of a stage has, where it was captured.
  constexpr auto loads(tir::stage const& s, int buffer) const -> index_t {
    index_t in_value = 0;
    index_t in_result = 0;
    auto const count = [&](index_t& n) {
      return [&captured = captured, &n, buffer](tir::expr const& e, index_t) {
        if (e.op == tir::opcode::load && captured.accesses[e.a].buffer == buffer) ++n;
      };
    };
    for (handle const v : s.value) for_each_value(captured, v, count(in_value));
    for_each_value(captured, s.result, count(in_result));
    if (in_value == 0) return in_result;
    index_t const reduced = points(captured, s.reduced);
    return reduced < 0 ? -1 : saturating_sum(saturating_product(in_value, reduced), in_result);
  }
  constexpr auto inlined(stage_reports const& done, tir::stage const& s) const -> index_t {
    index_t n = 0;
    for (auto const& reader : captured.stages) {
      index_t const each = loads(reader, s.buffer);
      if (each == 0) continue;
      index_t const times = computed_of(done, reader.name);
      if (each < 0 || times < 0) return -1;
      n = saturating_sum(n, saturating_product(each, times));
    }
    return n;
  }
  static constexpr auto computed_of(stage_reports const& done, name_text const& name) -> index_t {
    for (auto const& r : done) {
      if (r.name == name) return r.points_computed;
    }
    return -1;
  }
  constexpr auto report() const -> stage_reports {
    stage_reports r{};
    // Not of the lowered program, where a stage that is placed has the domain of one iteration.
    for (auto const& s : scheduled.stages) {
      r.push_back(stage_report{.name = s.name, .points_needed = points(scheduled, s.pure)});
    }
    // From the last to the first: readers before what they read.
    for (int i = r.count - 1; i >= 0; --i) {
      tir::stage const& s = scheduled.stages[i];
      bool const is_inlined = s.place == tir::placement::inlined;
      r[i].points_computed = is_inlined ? inlined(r, s) : placed(s, r[i].points_needed);
    }
    return r;
  }
};

/// The points of every stage, see the head of this file.
template <class Program>
constexpr auto recompute_of(Program const& captured, Program const& scheduled,
                            Program const& lowered, index_t const* symbols) -> stage_reports {
  recompute_counter<Program> const c{
      .captured = captured, .scheduled = scheduled, .lowered = lowered, .symbols = symbols};
  return c.report();
}

}  // namespace kernel_impl
}  // namespace ashlar

ASHLAR_COMPILER_END

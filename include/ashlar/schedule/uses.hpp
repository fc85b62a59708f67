// SPDX-License-Identifier: Apache-2.0
//
// schedule/uses: what an expression reads, and which stages read a buffer.
//
//   takes       expressions of a program; loads inside of index expressions count
//   returns     every reachable node once; for a stage and a buffer, in which part it is read
//   invariants  a stage that was inlined reads nothing: its text is in its consumers
#pragma once

#include <ashlar/schedule/loops.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// Walks all expressions that are reachable from those pushed, each once.
class walker {
 public:
  constexpr void push(handle e) {
    if (e < 0 || seen_[e]) return;
    seen_[e] = true;
    stack_[count_++] = e;
  }
  constexpr void push_sum(program const& p, affine const& a) {
    for (auto const& t : a.terms) {
      tir::atom const& at = p.atoms[t.atom];
      if (at.kind == tir::atom_kind::loaded) push(at.id);
      if (at.lhs < 0) continue;
      ++divisions_;
      push_sum(p, p.indices[at.lhs]);
      push_sum(p, p.indices[at.rhs]);
    }
  }
  /// The next expression, or -1; its operands are pushed.
  constexpr auto next(program const& p) -> int {
    if (count_ == 0) return -1;
    int const h = stack_[--count_];
    tir::expr const& e = p.exprs[h];
    int const n = tir::operand_count(e.op);
    if (e.op == tir::opcode::load) {
      tir::access const& a = p.accesses[e.a];
      for (int d = 0; d < a.rank; ++d) push_sum(p, p.indices[a.index[d]]);
      push(e.b);
    } else if (e.op == tir::opcode::index || e.op == tir::opcode::in_range) {
      push_sum(p, p.indices[e.a]);
    }
    if (n > 0) push(e.a);
    if (n > 1) push(e.b);
    if (n > 2) push(e.c);
    return h;
  }
  /// The access of the next load, or -1.
  constexpr auto next_load(program const& p) -> int {
    int e = next(p);
    while (e >= 0 && p.exprs[e].op != tir::opcode::load) e = next(p);
    return e < 0 ? -1 : int{p.exprs[e].a};
  }
  constexpr auto has_seen(int e) const -> bool { return seen_[e]; }
  /// How many divisions, minima and products the sums had so far.
  constexpr auto divisions() const -> int { return divisions_; }

 private:
  bool seen_[limits::exprs]{};
  handle stack_[limits::exprs]{};
  int count_ = 0;
  int divisions_ = 0;
};

constexpr void push_values(walker& w, tir::stage const& s) {
  for (handle const v : s.value) w.push(v);
}
constexpr void push_all(walker& w, tir::stage const& s) {
  push_values(w, s);
  w.push(s.result);
}

/// Where a stage reads a buffer: in what it reduces, or in what it makes of the reduction. A stage
/// without a reduction has only a result.
struct use {
  bool in_value = false;
  bool in_result = false;
  constexpr auto any() const -> bool { return in_value || in_result; }
};

constexpr auto does_read(program const& p, walker& w, int buffer) -> bool {
  bool found = false;
  for (int a = w.next_load(p); a >= 0; a = w.next_load(p)) {
    found = found || p.accesses[a].buffer == buffer;
  }
  return found;
}

constexpr auto use_of(program const& p, int stage, int buffer) -> use {
  tir::stage const& s = p.stages[stage];
  if (s.place == tir::placement::inlined) return {};
  walker values{};
  push_values(values, s);
  walker results{};
  results.push(s.result);
  return use{.in_value = does_read(p, values, buffer), .in_result = does_read(p, results, buffer)};
}

/// How large a copy of some expressions is.
struct size {
  int exprs = 0, loads = 0, indices = 0, divisions = 0;
};

constexpr auto size_of(program const& p, walker& w, int buffer, int& reads) -> size {
  size r{};
  for (int e = w.next(p); e >= 0; e = w.next(p)) {
    tir::expr const& x = p.exprs[e];
    ++r.exprs;
    if (x.op == tir::opcode::index || x.op == tir::opcode::in_range) ++r.indices;
    if (x.op != tir::opcode::load) continue;
    ++r.loads;
    r.indices += p.accesses[x.a].rank;
    if (p.accesses[x.a].buffer == buffer) ++reads;
  }
  r.divisions = w.divisions();
  return r;
}

/// The loop of a nest, of the stage or of those that it is computed in, which is parallel and has
/// the place `position` of the stage inside it; -1 for none.
constexpr auto parallel_around(program const& p, int stage, int position) -> int {
  for (int depth = 0; depth <= p.stages.count; ++depth) {
    tir::stage const& s = p.stages[stage];
    for (int i = 0; i <= position && i < s.loops.count; ++i) {
      if (p.axes[s.loops[i]].kind == tir::loop_kind::parallel) return s.loops[i];
    }
    if (s.place != tir::placement::at) return -1;
    stage = s.at_stage;
    position = position_of(p.stages[stage], s.at_axis);
  }
  return -1;
}

/// A parallel loop at or inside the place `position` of a stage, or of a stage computed there.
constexpr auto parallel_within(program const& p, int stage, int position, int depth = 0) -> int {
  tir::stage const& s = p.stages[stage];
  for (int i = position; i < s.loops.count; ++i) {
    if (p.axes[s.loops[i]].kind == tir::loop_kind::parallel) return s.loops[i];
  }
  if (depth > p.stages.count) return -1;
  for (int d = 0; d < p.stages.count; ++d) {
    tir::stage const& other = p.stages[d];
    if (other.place != tir::placement::at || other.at_stage != stage) continue;
    if (position_of(s, other.at_axis) < position) continue;
    int const found = parallel_within(p, d, 0, depth + 1);
    if (found >= 0) return found;
  }
  return -1;
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// tir/verify: whether a program keeps every invariant of tir/invariant; it holds after each pass.
//
//   verify      of a program before, during or after lowering
//   verify_lowered  of a loop nest that is to be emitted: vectorized and unrolled loops have
//               constant extents, and locals no layouts any more, which lowering sees to on its way
//   returns     the first broken rule, or that all hold; a program with a fault is not looked at
//   cost        one walk over the program, and over each value once for each place it is used from
#pragma once

#include <ashlar/tir/grid.hpp>
#include <ashlar/tir/recurrence.hpp>
#include <ashlar/tir/verify_values.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir {

namespace verify_impl {

struct stage_verifier : value_verifier {
  handle owner[limits::axes]{};        // the stage of an axis, + 1
  handle producer[limits::buffers]{};  // the stage that defines a buffer, + 1

  // The leaves below an axis, which belong to stage s from now on.
  constexpr void claim(int axis, int s, int depth, bool (&is_leaf)[limits::axes]) {
    if (!check(depth < limits::axes && axis >= 0 && axis < p.axes.count, invariant::axis_is_tree,
               axis)) {
      return;
    }
    tir::axis const& a = p.axes[axis];
    if (owner[axis] != 0 && owner[axis] != s + 1) return fail(invariant::axis_has_one_stage, axis);
    owner[axis] = static_cast<handle>(s + 1);
    if (a.fused >= 0) {
      if (!is_in(p.axes, a.fused)) return;
      tir::axis const& f = p.axes[a.fused];
      check(f.made_by == relation::fused && (f.first == axis || f.second == axis),
            invariant::axis_is_tree, axis);
      // Both parts lead to the fused axis; it is entered once.
      if (f.first == axis) claim(a.fused, s, depth + 1, is_leaf);
      return;
    }
    if (a.outer < 0) {
      is_leaf[axis] = true;
      return;
    }
    if (!is_in(p.axes, a.outer) || !is_in(p.axes, a.inner)) return;
    for (handle const part : {a.outer, a.inner}) {
      tir::axis const& b = p.axes[part];
      auto made = part == a.outer ? relation::split_outer : relation::split_inner;
      if (b.span >= 0) made = part == a.outer ? relation::parts_outer : relation::parts_inner;
      check(b.parent == axis && b.made_by == made && b.factor >= 1, invariant::axis_is_tree, part);
      claim(part, s, depth + 1, is_leaf);
    }
  }

  constexpr void loops(stage const& st, int s) {
    bool is_leaf[limits::axes]{};
    for (auto const* axes : {&st.pure, &st.reduced}) {
      for (auto const a : *axes) {
        if (!is_in(p.axes, a)) return;
        affine const& e = p.axes[a].extent;
        for (auto const& t : e.terms) {
          auto const kind = p.atoms[t.atom].kind;
          check(kind != atom_kind::variable && kind != atom_kind::loaded, invariant::shape_is_known,
                a);
        }
        claim(a, s, 0, is_leaf);
      }
    }
    for (auto const l : st.loops) {
      if (!is_in(p.axes, l)) return;
      if (!check(is_leaf[l], invariant::loops_are_leaves, s)) return;
      is_leaf[l] = false;
      bool const is_vector = p.axes[l].kind == loop_kind::vectorized;
      check(!is_vector || p.axes[l].extent.is_constant(), invariant::vector_is_constant, l);
    }
    for (bool const left : is_leaf) check(!left, invariant::loops_are_leaves, s);
  }

  constexpr void open_axes(stage const& st, bool with_reduced) {
    for (auto& o : is_open) o = false;
    for (auto const a : st.pure) is_open[a] = true;
    if (!with_reduced) return;
    for (auto const a : st.reduced) is_open[a] = true;
  }
  constexpr void values(stage const& st, int s) {
    open_axes(st, false);
    components = st.reduce.components;
    reads_accumulator = components > 0;
    root(st.result);
    if (!found.ok()) return;
    check(type(st.result) == p.buffers[st.buffer].type, invariant::types_agree, st.result);
    for (int c = 0; c < components && found.ok(); ++c) {
      reads_accumulator = reads_incoming = false;
      open_axes(st, true);
      root(st.value[c]);
      open_axes(st, false);
      root(st.reduce.identity[c]);
      reads_accumulator = reads_incoming = true;
      root(st.reduce.combine[c]);
      if (!found.ok()) return;
      bool const agree = type(st.value[c]) == type(st.reduce.identity[c]) &&
                         type(st.value[c]) == type(st.reduce.combine[c]);
      check(agree, invariant::types_agree, s);
    }
    reads_accumulator = reads_incoming = false;
    reads_earlier(s);
  }
  // What the values above loaded from has a definition by now.
  constexpr void reads_earlier(int s) {
    for (int e = 0; e < p.exprs.count && found.ok(); ++e) {
      if (seen[e] < first_epoch || p.exprs[e].op != opcode::load) continue;
      int const b = p.accesses[p.exprs[e].a].buffer;
      bool const is_input = p.buffers[b].operand >= 0 && !p.buffers[b].is_output;
      // Only the result, which is complete when it is stored, may read what it replaces.
      access const& a = p.accesses[p.exprs[e].a];
      stage const& own = p.stages[s];
      bool const is_own = (seen[e] == first_epoch && is_in_place(own, a)) ||
                          (is_recurrence(own) && is_carried(p, own, a));
      check(is_input || is_own || producer[b] != 0 || is_in_system(own, b),
            invariant::producer_comes_first, s);
    }
  }
  // What a later stage of the system has computed at an earlier point.
  constexpr auto is_in_system(stage const& own, int buffer) const -> bool {
    for (auto const& other : p.stages) {
      if (other.buffer == buffer) return are_one_system(own, other);
    }
    return false;
  }
  // An output's values of before the call, at the place that is about to be written.
  constexpr auto is_in_place(stage const& st, access const& a) const -> bool {
    if (a.buffer != st.buffer || !p.buffers[a.buffer].is_output || a.checked != 0) return false;
    for (int d = 0; d < a.rank; ++d) {
      if (axis_of(p, p.indices[a.index[d]]) != st.pure[d]) return false;
    }
    return true;
  }
  std::int16_t first_epoch = 0;

  constexpr void place(stage const& st, int s) {
    if (st.place != placement::at) return;
    bool found_loop = false;
    bool const is_later = st.at_stage > s && st.at_stage < p.stages.count;
    if (is_later) {
      for (auto const l : p.stages[st.at_stage].loops) found_loop = found_loop || l == st.at_axis;
    }
    check(found_loop, invariant::place_is_loop, s);
    if (st.store_at < 0 || !found_loop) return;
    for (auto const l : p.stages[st.at_stage].loops) {
      if (l == st.store_at) return;
      if (l == st.at_axis) break;
    }
    fail(invariant::place_is_loop, s);
  }
  constexpr void define(stage const& st, int s) {
    if (!is_in(p.buffers, st.buffer)) return;
    buffer const& b = p.buffers[st.buffer];
    check(st.pure.count == b.rank && st.reduce.components >= 0 &&
              st.reduce.components <= max_components,
          invariant::stage_has_buffer, s);
    check(b.operand < 0 || b.is_output, invariant::input_is_not_written, s);
    check(producer[st.buffer] == 0, invariant::output_is_defined, st.buffer);
    for (auto const a : st.pure) {
      if (is_in(p.axes, a)) check(!p.axes[a].is_reduction, invariant::stage_has_buffer, s);
    }
    for (auto const a : st.reduced) {
      if (is_in(p.axes, a)) check(p.axes[a].is_reduction, invariant::stage_has_buffer, s);
    }
  }
  constexpr void stages() {
    for (int s = 0; s < p.stages.count && found.ok(); ++s) {
      stage const& st = p.stages[s];
      define(st, s);
      if (found.ok()) loops(st, s);
      first_epoch = static_cast<std::int16_t>(epoch + 1);
      if (found.ok()) values(st, s);
      if (found.ok()) place(st, s);
      if (found.ok()) producer[st.buffer] = static_cast<handle>(s + 1);
    }
    for (int b = 0; b < p.buffers.count && found.ok(); ++b) {
      check(!p.buffers[b].is_output || producer[b] != 0, invariant::output_is_defined, b);
    }
  }
};

/// The invariants of a loop nest.
struct nest_verifier : value_verifier {
  bool visited[limits::statements]{};
  bool is_allocated[limits::buffers]{};
  bool is_lowered = false;
  bool in_vector = false;
  bool in_parallel = false;
  bool in_threads = false;

  constexpr void block(handle first) {
    for (handle h = first; h >= 0 && found.ok(); h = p.stmts[h].next) {
      if (!is_in(p.stmts, h)) return;
      if (!check(!visited[h], invariant::statement_is_tree, h)) return;
      visited[h] = true;
      statement(p.stmts[h], h);
    }
  }
  constexpr void statement(stmt const& s, handle h) {
    switch (s.kind) {
      case stmt_kind::loop: return loop(s, h);
      case stmt_kind::guard: return guard(s, h);
      case stmt_kind::allocate: return allocate(s);
      case stmt_kind::store: return store(s, h);
      case stmt_kind::prefetch:
        ++epoch;
        if (address(s.target)) is_usable(p.accesses[s.target].buffer);
        return;
      case stmt_kind::tensorize: return tensorize(s, h);
      case stmt_kind::barrier:
      case stmt_kind::commit:
      case stmt_kind::await: return;
    }
  }
  constexpr void loop(stmt const& s, handle h) {
    if (!is_in(p.axes, s.axis)) return;
    ++epoch;
    sum(s.extent);
    if (s.cut >= 0) sum(s.cut);
    if (!found.ok()) return;
    bool const is_vector = s.loop == loop_kind::vectorized;
    bool const is_parallel = s.loop == loop_kind::parallel;
    bool const is_whole = is_lowered && (is_vector || is_fixed(s.loop));
    check(!is_whole || p.indices[s.extent].is_constant(), invariant::vector_is_constant, h);
    check(!in_vector, invariant::vector_is_innermost, h);
    check(!(is_parallel && in_parallel), invariant::parallel_is_outermost, h);
    check(!(is_block(s.loop) && in_threads), invariant::blocks_are_outermost, h);
    if (!check(!is_open[s.axis], invariant::loop_is_opened_once, h)) return;
    in_vector = in_vector || is_vector;
    in_parallel = in_parallel || is_parallel;
    bool const was_in_threads = in_threads;
    in_threads = in_threads || is_thread(s.loop);
    is_open[s.axis] = true;
    block(s.body);
    is_open[s.axis] = false;
    in_threads = was_in_threads;
    in_vector = in_vector && !is_vector;
    in_parallel = in_parallel && !is_parallel;
  }
  constexpr void guard(stmt const& s, handle h) {
    int conditions = 0;
    ++epoch;
    for (handle const c : s.condition) {
      if (c < 0) continue;
      sum(c);
      ++conditions;
    }
    check(conditions > 0, invariant::guard_has_condition, h);
    block(s.body);
    block(s.otherwise);
  }
  constexpr void allocate(stmt const& s) {
    if (!is_in(p.buffers, s.target)) return;
    bool const is_new = p.buffers[s.target].operand < 0 && !is_allocated[s.target];
    if (!check(is_new, invariant::local_is_allocated, s.target)) return;
    check(!is_lowered || p.buffers[s.target].layout.empty(), invariant::layout_is_applied,
          s.target);
    is_allocated[s.target] = true;
    block(s.body);
    is_allocated[s.target] = false;
  }
  // What a warp holds is indexed by its lane, which all of them are in the call.
  constexpr void open_lane(intrinsic_call const& c, intrinsic const& k, bool is_inside) {
    for (int o = 0; o < k.operands.count; ++o) {
      if (k.operands[o].held == fragment::none || c.operand[o] < 0) continue;
      access const& a = p.accesses[c.operand[o]];
      int const lane = a.rank == 0 ? -1 : axis_of(p, p.indices[a.index[a.rank - 1]]);
      if (lane >= 0 && p.axes[lane].kind == loop_kind::lane) is_open[lane] = is_inside;
    }
  }
  // The operands are those of its body, in loops that are none here.
  constexpr void tensorize(stmt const& s, handle h) {
    if (!is_in(p.calls, s.target) || !is_in(p.intrinsics, p.calls[s.target].which)) return;
    intrinsic_call const& c = p.calls[s.target];
    intrinsic const& k = p.intrinsics[c.which];
    check(!is_lowered || c.is_settled(), invariant::call_is_settled, h);
    if (c.is_settled()) {
      ++epoch;
      for (int x = 0; x < k.axes.count; ++x) {
        if (!is_in(p.axes, c.axis[x])) return;
        is_open[c.axis[x]] = true;
      }
      open_lane(c, k, true);
      for (int o = 0; o < k.operands.count && found.ok(); ++o) {
        if (!address(c.operand[o])) return;
        buffer const& b = p.buffers[p.accesses[c.operand[o]].buffer];
        is_usable(p.accesses[c.operand[o]].buffer);
        check(b.type == k.operands[o].type, invariant::types_agree, h);
        check(o > 0 || b.operand < 0 || b.is_output, invariant::input_is_not_written, h);
      }
      for (int x = 0; x < k.axes.count; ++x) is_open[c.axis[x]] = false;
      open_lane(c, k, false);
    }
    block(s.body);
  }
  constexpr void store(stmt const& s, handle h) {
    root(s.value);
    if (!found.ok() || !address(s.target)) return;
    int const b = p.accesses[s.target].buffer;
    is_usable(b);
    check(type(s.value) == p.buffers[b].type, invariant::types_agree, h);
    check(p.buffers[b].operand < 0 || p.buffers[b].is_output, invariant::input_is_not_written, h);
    for (int e = 0; e < p.exprs.count && found.ok(); ++e) {
      if (seen[e] == epoch && p.exprs[e].op == opcode::load) {
        is_usable(p.accesses[p.exprs[e].a].buffer);
      }
    }
  }
  constexpr void is_usable(int b) {
    check(p.buffers[b].operand >= 0 || is_allocated[b], invariant::local_is_allocated, b);
  }
};

constexpr auto verify(program const& p, bool is_lowered) -> verdict {
  if (!p.fault.ok()) return {};
  stage_verifier before{{p}};
  before.arrays();
  if (before.found.ok() && p.root < 0) before.stages();
  if (!before.found.ok() || p.root < 0) return before.found;
  nest_verifier after{{p}};
  after.is_lowered = is_lowered;
  after.block(p.root);
  return after.found;
}

}  // namespace verify_impl

/// The first invariant that the program breaks, see the head of this file.
constexpr auto verify(program const& p) -> verdict { return verify_impl::verify(p, false); }

/// The same for a loop nest that is to be emitted.
constexpr auto verify_lowered(program const& p) -> verdict { return verify_impl::verify(p, true); }

}  // namespace ashlar::tir

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// pass/nest_builder: the state and the small moves of building a loop nest from stages.
//
//   block        statements in order
//   builder      opens loops, guards points, clones expressions into the loops that are open
//   invariants   `scope` holds exactly the loops around the place that is being built
#pragma once

#include <ashlar/pass/footprint.hpp>
#include <ashlar/tir/clone.hpp>

namespace ashlar::pass::nest {

using namespace tir;
using tir::axis;
using tir::expr;

/// A chain of statements.
struct block {
  handle head = -1;
  handle last = -1;

  constexpr void add(program& p, handle chain) {
    if (chain < 0) return;
    if (head < 0) {
      head = chain;
    } else {
      p.stmts[last].next = chain;
    }
    last = chain;
    while (p.stmts[last].next >= 0) last = p.stmts[last].next;
  }
};

/// Where a running reduction is kept: per component a buffer and the indices into it.
struct accumulators {
  access at[max_components]{};
};

/// The most that a stage computes in a dimension, as the loops further out know it: the region that
/// is needed, and what its loops make of that.
struct granted {
  handle low = -1, span = -1, computed_low = -1, computed_span = -1;
  bool known = false;
};

struct builder {
  program& p;
  context scope{};
  domains domain{};
  substitution roots{};
  handle origin[limits::buffers][max_rank]{};  // handle + 1: what index 0 of a local stands for
  std::int32_t places[limits::buffers]{};      // of a local that is folded; 0: it is not
  std::int8_t folded[limits::buffers]{};       // the dimension
  handle tensor_shape[limits::buffers][max_rank]{};  // of stages that are bound
  handle output_of[limits::buffers]{};  // handle + 1: the output that holds a local's values
  accumulators running{};
  bool is_read[limits::buffers]{};    // by any stage
  bool is_padded[limits::buffers]{};  // beyond the end of the tensor
  nest::granted granted[limits::stages][max_rank]{};

  using conditions = static_vector<affine, 24>;

  constexpr auto sum(affine const& a) -> handle { return p.add(a); }

  /// The hooks of clone: accumulators become loads, indices into locals become relative.
  struct hooks {
    builder& b;
    handle incoming[max_components] = {-1, -1};

    constexpr auto leaf(program& in, handle h) const -> handle {
      expr const e = in.exprs[h];
      if (e.op == opcode::incoming) return incoming[e.a];
      if (e.op == opcode::load && b.is_part(in.accesses[e.a])) return bounded(in, e);
      if (e.op != opcode::accumulator) return -1;
      return in.add(expr{.op = opcode::load, .type = e.type, .a = in.add(b.running.at[e.a])});
    }
    constexpr void rewrite(program&, access& a) const { b.make_relative(a); }

    // A load with checks from a local that holds a part of its tensor, or pads it: what lies
    // outside of the tensor may well be inside of the local.
    constexpr auto bounded(program& in, expr const& e) const -> handle {
      access a = in.accesses[e.a];
      auto const copy = [&](handle x) { return clone(in, x, b.roots, *this); };
      handle inside = -1;
      for (int d = 0; d < a.rank; ++d) {
        affine const i = substitute(in, affine(in.indices[a.index[d]]), b.roots, copy);
        a.index[d] = in.add(i);
        if (b.is_checked_part(a, d)) {
          b.require_inside(inside, i, in.indices[b.tensor_shape[a.buffer][d]]);
        }
      }
      b.make_relative(a);
      handle const outside = e.b >= 0 ? copy(e.b) : in.add(expr{.type = e.type});
      handle const held =
          in.add(expr{.op = opcode::load, .type = e.type, .a = in.add(a), .b = outside});
      return in.add(
          expr{.op = opcode::select, .type = e.type, .a = inside, .b = held, .c = outside});
    }
  };

  constexpr auto is_checked_part(access const& a, int d) const -> bool {
    bool const differs =
        origin[a.buffer][d] != 0 || is_padded[a.buffer] || !p.buffers[a.buffer].layout.empty();
    return ((a.checked >> static_cast<unsigned>(d)) & 1U) != 0 && differs;
  }
  constexpr auto is_part(access const& a) const -> bool {
    for (int d = 0; d < a.rank; ++d) {
      if (is_checked_part(a, d)) return true;
    }
    return false;
  }
  // all = all and 0 <= index < extent
  constexpr void require_inside(handle& all, affine const& index, affine const& extent) {
    for (affine const& c : {index, extent - index - 1}) {
      handle const one = p.add(expr{.op = opcode::in_range, .type = dtype::boolean, .a = sum(c)});
      all =
          all < 0
              ? one
              : p.add(expr{.op = opcode::logical_and, .type = dtype::boolean, .a = all, .b = one});
    }
  }

  constexpr void make_relative(access& a) {
    for (int d = 0; d < a.rank; ++d) {
      if (origin[a.buffer][d] == 0) continue;
      affine at = p.indices[a.index[d]] - p.indices[origin[a.buffer][d] - 1];
      bool const is_folded = places[a.buffer] > 0 && folded[a.buffer] == d;
      if (is_folded) at = floor_mod(p, at, constant(places[a.buffer]));
      a.index[d] = sum(at);
    }
    if (output_of[a.buffer] > 0) a.buffer = static_cast<handle>(output_of[a.buffer] - 1);
  }

  constexpr auto instantiate(handle e) -> handle { return clone(p, e, roots, hooks{.b = *this}); }
  constexpr auto instantiate(handle e, handle const (&incoming)[max_components]) -> handle {
    hooks h{.b = *this};
    for (int c = 0; c < max_components; ++c) h.incoming[c] = incoming[c];
    return clone(p, e, roots, h);
  }

  /// body, inside a loop over `axis`; `body` is called while the loop is open.
  template <class Body> constexpr auto loop(int axis, Body const& body) -> handle {
    // All threads come to what is inside, and points beyond the end are guarded one by one.
    bool const is_grown = is_bound(p.axes[axis].kind);
    handle const extent =
        sum(is_grown ? grown_extent(p, domain, scope, axis) : loop_extent(p, domain, scope, axis));
    scope.open(axis, extent);
    handle const inside = body();
    scope.close(axis);
    loop_kind const kind = p.axes[axis].kind;
    handle const made = p.add(stmt{.kind = stmt_kind::loop,
                                   .loop = kind == loop_kind::tensorized ? loop_kind::serial : kind,
                                   .body = inside,
                                   .axis = static_cast<handle>(axis),
                                   .extent = extent,
                                   .cut = cut_of(axis, extent)});
    if (p.axes[axis].tails == tail::narrow) p.stmts[made].condition[0] = rest_of(axis);
    return made;
  }

  /// A nest that an intrinsic takes the place of.
  constexpr auto tensorized(int s, handle nest) -> handle {
    if (p.calls.full()) {
      p.fail(diag::code::capacity_exceeded,
             diag::message() << "more than " << max_intrinsic_calls << " calls of intrinsics");
      return nest;
    }
    int const call = p.calls.push_back(intrinsic_call{.which = p.stages[s].intrinsic});
    return p.add(
        stmt{.kind = stmt_kind::tensorize, .body = nest, .target = static_cast<handle>(call)});
  }

  // The number of full blocks of a loop whose tail is cut off; the extent of one that is peeled; -1
  // for other loops.
  constexpr auto cut_of(int axis, handle extent) -> handle {
    tir::axis const& a = p.axes[axis];
    if (a.first_peeled + a.last_peeled > 0) return extent;
    if (a.tails != tail::cut && a.tails != tail::narrow) return -1;
    // Full blocks are counted from the start of the tensor, not of a part.
    if (a.made_by == relation::factored) return domain.of[axis] > 0 ? handle{-1} : a.cut_at;
    if (a.made_by != relation::split_outer) return -1;
    return sum(floor_div(p, nominal_extent(p, domain, a.parent), constant(a.factor)));
  }

  // The points after the full blocks where narrower vectors are to take them, or -1.
  constexpr auto rest_of(int axis) -> handle {
    tir::axis const& a = p.axes[axis];
    if (a.made_by != relation::split_outer) return -1;
    tir::axis const& inner = p.axes[p.axes[a.parent].inner];
    // It was split, as it is wider than a vector of the machine: then the rest has a mask.
    if (inner.outer >= 0) return -1;
    affine const whole = nominal_extent(p, domain, a.parent);
    return sum(whole - floor_div(p, whole, constant(a.factor)) * a.factor);
  }

  /// The pure loops of a stage from `level` on, around `body`.
  template <class Body> constexpr auto pure_loops(int s, int level, Body const& body) -> handle {
    if (level == p.stages[s].loops.count) return body();
    int const axis = p.stages[s].loops[level];
    if (p.axes[axis].is_reduction) return pure_loops(s, level + 1, body);
    return loop(axis, [&] { return pure_loops(s, level + 1, body); });
  }

  constexpr auto guarded(conditions const& all, handle body, handle otherwise = -1) -> handle {
    stmt g{.kind = stmt_kind::guard, .body = body, .otherwise = otherwise};
    int n = 0;
    for (auto const& c : all) {
      // Others may fail yet: vector and unrolled loops will be rounded up to whole ones.
      if (c.is_constant() && c.offset >= 0) continue;
      if (n == 4) {
        g.body = p.add(g);
        for (auto& old : g.condition) old = -1;
        n = 0;
      }
      g.condition[n++] = sum(c);
    }
    return n == 0 ? body : p.add(g);
  }

  constexpr auto store(access const& to, handle value, bool streams = false) -> handle {
    return p.add(
        stmt{.kind = stmt_kind::store, .target = p.add(to), .value = value, .streams = streams});
  }

  /// The stage's own place in its buffer.
  constexpr auto own_access(int s) -> access {
    stage const st = p.stages[s];
    access a{.buffer = st.buffer, .rank = static_cast<std::int8_t>(st.pure.count)};
    for (int d = 0; d < a.rank; ++d) {
      a.index[d] = sum(substitute(p, variable(p, st.pure[d]), roots));
    }
    make_relative(a);
    return a;
  }

  constexpr void pure_conditions(int s, conditions& out, int but = -1) {
    stage const& st = p.stages[s];
    for (int d = 0; d < st.pure.count; ++d) {
      int const axis = st.pure[d];
      if (axis == but) continue;
      add_conditions(p, domain, axis, out);
      // Points that pad_to has added to an output have no memory.
      bool const is_local = p.buffers[st.buffer].operand < 0;
      if (is_local || p.axes[axis].made_by != relation::padded) continue;
      out.push_back(p.indices[p.buffers[st.buffer].shape[d]] - value_of(p, axis) - 1);
    }
  }
  constexpr void reduction_conditions(int s, conditions& out) {
    for (auto const axis : p.stages[s].reduced) add_conditions(p, domain, axis, out);
  }

  /// What the stage asks for where a point is computed, in front of `body`.
  constexpr auto with_hints(int s, handle body) -> handle {
    block all{};
    for (handle const h : p.stages[s].hints) {
      access a = p.accesses[h];
      for (int d = 0; d < a.rank; ++d) {
        a.index[d] = sum(substitute(p, affine(p.indices[a.index[d]]), roots));
      }
      all.add(p, p.add(stmt{.kind = stmt_kind::prefetch, .target = p.add(a)}));
    }
    all.add(p, body);
    return all.head;
  }

  // The domain of a dimension with tail::round_up, and its memory where the stage has all of it.
  constexpr void pad(stage const& st, int d) {
    int const axis = st.pure[d];
    bool const is_operand = p.buffers[st.buffer].operand >= 0;
    affine const points =
        domain.of[axis] > 0 ? p.indices[domain.of[axis] - 1] : p.axes[axis].extent;
    affine const all = rounded_up(p, axis, points, is_operand);
    if (!is_operand && domain.of[axis] == 0) p.buffers[st.buffer].shape[d] = sum(all);
    is_padded[st.buffer] = !is_operand;
    domain.of[axis] = static_cast<handle>(sum(all) + 1);
  }

  /// Binds the root axes of a stage that covers its whole domain, or a region of its buffer.
  /// One that is stored further out has its origin already.
  constexpr void bind(int s, region const* r) {
    stage const st = p.stages[s];
    for (int d = 0; d < st.pure.count; ++d) {
      bool const is_part = r != nullptr && !r->dim[d].whole;
      if (is_part) domain.of[st.pure[d]] = static_cast<handle>(sum(r->dim[d].span + 1) + 1);
      tensor_shape[st.buffer][d] = sum(p.axes[st.pure[d]].extent);
      if (is_rounded_up(p, st.pure[d])) pad(st, d);
      settle_extents(p, domain, scope, st.pure[d]);
    }
    for (int d = 0; d < st.pure.count; ++d) {
      affine low = constant(0);
      if (r != nullptr && !r->dim[d].whole) {
        low = r->dim[d].low;
        bool const begins_here = st.held_in < 0 && st.store_at == -1;
        if (begins_here) origin[st.buffer][d] = static_cast<handle>(sum(low) + 1);
      }
      roots.bind(st.pure[d], low + value_of(p, st.pure[d]));
    }
    for (auto const axis : st.reduced) roots.bind(axis, value_of(p, axis));
    if (st.held_in >= 0) output_of[st.buffer] = static_cast<handle>(st.held_in + 1);
  }
};

}  // namespace ashlar::pass::nest

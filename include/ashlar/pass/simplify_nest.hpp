// SPDX-License-Identifier: Apache-2.0
//
// pass/simplify_nest: drops what the loops around prove.
//
//   for ii < min(8, n - 8*io)   -->   for ii < 8          where io < n / 8
//   if (n - 8*io - ii > 0) s    -->   s
//   unroll ii < min(8, n - ..)  -->   unroll ii < 8       the guards inside stay
//
//   takes       a loop nest
//   returns     the nest with extents and guards simplified; unrolled and vectorized loops have
//               constant extents, vectorized ones a power of two; accesses that are not proved to
//               be inside their buffer are marked as checked
//   invariants  every point that was computed still is, and no other is stored
#pragma once

#include <ashlar/tir/bounds.hpp>

#include <bit>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace simplify_nest_impl {

using namespace tir;
using tir::axis;
using tir::expr;

struct simplifier {
  program& p;
  context scope{};
  handle lane = -1;        // the axis of the vectorized loop around
  bool is_peeled = false;  // some loop: in its middle, what clamps an index has no effect

  // Resolves minima and maxima whose sides the loops order.
  constexpr auto resolve(affine const& a) -> affine {
    affine r = constant(a.offset);
    for (auto const& t : a.terms) {
      atom const at = p.atoms[t.atom];
      affine part = multiple(t.atom);
      if (at.kind == atom_kind::minimum || at.kind == atom_kind::maximum) {
        affine const x = resolve(p.indices[at.lhs]);
        affine const y = resolve(p.indices[at.rhs]);
        bool const low = at.kind == atom_kind::minimum;
        if (always_nonnegative(p, scope, y - x)) {
          part = low ? x : y;
        } else if (always_nonnegative(p, scope, x - y)) {
          part = low ? y : x;
        }
      } else if (at.kind == atom_kind::floor_div || at.kind == atom_kind::floor_mod) {
        affine const n = resolve(p.indices[at.lhs]);
        if (n != p.indices[at.lhs]) {
          affine const d = p.indices[at.rhs];
          part = at.kind == atom_kind::floor_div ? floor_div(p, n, d) : floor_mod(p, n, d);
        }
      }
      r = add_scaled(r, part, t.coef);
    }
    return r;
  }

  constexpr void loop(stmt& s) {
    affine extent = resolve(p.indices[s.extent]);
    if (s.loop == loop_kind::unrolled || s.loop == loop_kind::vectorized) {
      // What is smaller in every iteration need not have the smaller bound.
      auto const most =
          bounds_impl::least(upper_bound(p, scope, extent, -1),
                             upper_bound(p, scope, affine(p.indices[s.extent]), -1), -1);
      if (most < 0) {
        p.fail(diag::code::bad_unroll_extent,
               diag::message() << p.axes[s.axis].name << " has no constant extent here");
        return;
      }
      extent = constant(most);
      if (s.loop == loop_kind::vectorized) {
        extent =
            constant(static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(most))));
      }
    }
    s.extent = p.add(extent);
    handle const outer = lane;
    if (s.loop == loop_kind::vectorized) lane = s.axis;
    scope.open(s.axis, s.extent);
    s.body = chain(s.body);
    scope.close(s.axis);
    lane = outer;
  }

  constexpr auto uses_lane(affine const& a) const -> bool {
    return lane >= 0 && any_variable(p, a, [this](int v) { return v == lane; });
  }

  enum class verdict : std::uint8_t { always, never, open };

  constexpr auto conditions(stmt& s) -> verdict {
    int n = 0;
    handle kept[4] = {-1, -1, -1, -1};
    for (handle const c : s.condition) {
      if (c < 0) continue;
      affine const sum = resolve(p.indices[c]);
      if (always_nonnegative(p, scope, sum)) continue;
      if (always_nonnegative(p, scope, sum * -1 - 1)) return verdict::never;
      kept[n++] = p.add(sum);
    }
    for (int i = 0; i < 4; ++i) s.condition[i] = kept[i];
    return n == 0 ? verdict::always : verdict::open;
  }

  // What a guard becomes: itself, one of its branches, or nothing.
  constexpr auto guard(handle h) -> handle {
    switch (conditions(p.stmts[h])) {
      case verdict::always: return chain(p.stmts[h].body);
      case verdict::never: return chain(p.stmts[h].otherwise);
      default: break;
    }
    int const before = scope.facts.count;
    for (handle const c : p.stmts[h].condition) {
      // Lanes run together: what holds for some of them holds for no load of the vector.
      if (c >= 0 && !uses_lane(p.indices[c]) && !scope.facts.full()) {
        scope.facts.push_back(p.indices[c]);
      }
    }
    handle const body = chain(p.stmts[h].body);
    while (scope.facts.count > before) scope.facts.pop_back();
    handle const otherwise = chain(p.stmts[h].otherwise);
    p.stmts[h].body = body;
    p.stmts[h].otherwise = otherwise;
    return h;
  }

  // The values that an index loads are accesses of their own, in the same lanes.
  constexpr void loaded(handle sum) {
    for (auto const& t : p.indices[sum].terms) {
      atom const at = p.atoms[t.atom];
      if (at.kind == atom_kind::loaded) value(at.id);
      if (at.lhs < 0) continue;
      loaded(at.lhs);
      loaded(at.rhs);
    }
  }

  // True if a minimum or a maximum is divided somewhere in the sum: blocks of a clipped extent.
  constexpr auto divides_extremum(affine const& a, bool is_divided) const -> bool {
    for (auto const& t : a.terms) {
      atom const at = p.atoms[t.atom];
      if (at.lhs < 0) continue;
      bool const is_least = at.kind == atom_kind::minimum || at.kind == atom_kind::maximum;
      bool const below =
          is_divided || at.kind == atom_kind::floor_div || at.kind == atom_kind::floor_mod;
      if ((is_least && is_divided) || divides_extremum(p.indices[at.lhs], below)) return true;
    }
    return false;
  }

  // Proofs are dear: what clamps an index is left where it can have an effect.
  constexpr void settle(access& a) {
    for (int d = 0; d < a.rank; ++d) {
      if (!is_peeled && !divides_extremum(p.indices[a.index[d]], false)) continue;
      affine const index = resolve(p.indices[a.index[d]]);
      if (index != p.indices[a.index[d]]) a.index[d] = p.add(index);
    }
  }

  constexpr void inside(access& a) {
    buffer const& b = p.buffers[a.buffer];
    settle(a);
    for (int d = 0; d < a.rank; ++d) loaded(a.index[d]);
    for (int d = 0; d < a.rank; ++d) {
      affine const index = p.indices[a.index[d]];
      bool const low = always_nonnegative(p, scope, index);
      bool const high = always_nonnegative(p, scope, p.indices[b.shape[d]] - index - 1);
      unsigned const bit = 1U << static_cast<unsigned>(d);
      a.checked = static_cast<std::uint8_t>(low && high ? a.checked & ~bit : a.checked | bit);
      a.nonnegative = static_cast<std::uint8_t>(low ? a.nonnegative | bit : a.nonnegative & ~bit);
    }
  }

  // Conditions that are decided become constants, and what they select takes their place.
  constexpr void value(handle h) {
    if (h < 0) return;
    expr const e = p.exprs[h];
    int const n = operand_count(e.op);
    if (e.op == opcode::index || e.op == opcode::in_range) loaded(e.a);
    if (e.op == opcode::in_range) return decide(h);
    if (n > 0) value(e.a);
    if (e.op == opcode::select && is_true(e.a)) {
      value(e.b);
      p.exprs[h] = p.exprs[e.b];
      return;
    }
    if (n > 1) value(e.b);
    if (n > 2) value(e.c);
    if (e.op == opcode::logical_and && is_true(e.a)) p.exprs[h] = p.exprs[e.b];
    if (e.op == opcode::logical_and && is_true(e.b)) p.exprs[h] = p.exprs[e.a];
    if (e.op != opcode::load) return;
    inside(p.accesses[e.a]);
    value(e.b);
  }

  constexpr void decide(handle h) {
    if (!always_nonnegative(p, scope, p.indices[p.exprs[h].a])) return;
    p.exprs[h] = expr{.op = opcode::constant, .type = dtype::boolean, .bits = 1};
  }

  constexpr auto is_true(handle h) const -> bool {
    expr const& e = p.exprs[h];
    return e.op == opcode::constant && e.type == dtype::boolean && e.bits != 0;
  }

  // The chain after simplification of each of its statements.
  constexpr auto chain(handle h) -> handle {
    if (h < 0 || p.fault) return h;
    handle const next = p.stmts[h].next;
    handle head = h;
    stmt& s = p.stmts[h];
    switch (s.kind) {
      case stmt_kind::loop:
        loop(s);
        if (p.indices[s.extent].is_constant() && p.indices[s.extent].offset <= 0) head = -1;
        if (s.body < 0) head = -1;  // nothing counts in any of its iterations
        break;
      case stmt_kind::guard:
        s.next = -1;
        head = guard(h);
        break;
      case stmt_kind::store:
        settle(p.accesses[s.target]);
        for (int d = 0; d < p.accesses[s.target].rank; ++d) loaded(p.accesses[s.target].index[d]);
        value(s.value);
        // What adds nothing leaves what is there.
        if (s.is_atomic && p.exprs[s.value].op == opcode::load) head = -1;
        break;
      case stmt_kind::prefetch: settle(p.accesses[s.target]); break;
      case stmt_kind::allocate: s.body = chain(s.body); break;
      case stmt_kind::tensorize:
        s.body = chain(s.body);
        if (s.body < 0) head = -1;
        break;
      case stmt_kind::barrier:
      case stmt_kind::commit:
      case stmt_kind::await: break;
    }
    handle const rest = chain(next);
    if (head < 0) return rest;
    handle last = head;
    while (last != h && p.stmts[last].next >= 0) last = p.stmts[last].next;
    p.stmts[last].next = rest;
    return head;
  }
};

}  // namespace simplify_nest_impl

constexpr void simplify_nest(tir::program& p) {
  if (p.fault) return;
  simplify_nest_impl::simplifier s{.p = p};
  for (auto const& c : p.checks) {
    if (!c.equal && !s.scope.facts.full()) s.scope.facts.push_back(p.indices[c.sum]);
  }
  // The lanes of a reduction have no loop, but all places see their range.
  for (int i = 0; i < p.exprs.count; ++i) {
    tir::expr const e = p.exprs[i];
    if (e.op == tir::opcode::reduce_lanes) s.scope.open(e.b, p.add(tir::constant(e.c)));
  }
  for (auto const& a : p.axes) {
    if (a.first_peeled + a.last_peeled > 0) s.is_peeled = true;
  }
  p.root = s.chain(p.root);
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

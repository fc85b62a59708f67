// SPDX-License-Identifier: Apache-2.0
//
// kernel/count: how often the statements of a loop nest run, weighted.
//
//   takes       a lowered program; values of its symbols, or none; a weight for each statement
//   returns     the sum of weight times runs over all stores; -1 where that is known at the call
//               only
//   cost        loops are not run: one whose variable decides nothing inside is multiplied, and of
//               others the ranges with equal counts are found by bisection
//   limits      the largest index_t where that does not hold the number
//   invariants  exact where counts do not rise and fall again along a loop, which holds for all
//               conditions that passes make: they clip the ends of domains
#pragma once

#include <ashlar/emit/workspace.hpp>
#include <ashlar/tir/index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::kernel_impl {

using tir::handle;

/// The runs of statements in one program.
struct run_counter {
  tir::program const& p;
  index_t const* symbols = nullptr;  // null: unknown
  index_t const* weight = nullptr;   // by statement
  index_t variable[limits::axes]{};
  bool is_known = true;

  constexpr auto value(tir::affine const& a) -> index_t {
    index_t sum = a.offset;
    for (auto const& t : a.terms) sum += t.coef * value(p.atoms[t.atom]);
    return sum;
  }
  constexpr auto value(tir::atom const& at) -> index_t {
    using kind = tir::atom_kind;
    if (at.kind == kind::variable) return variable[at.id];
    if (at.kind == kind::symbol && symbols != nullptr) return symbols[at.id];
    if (at.kind == kind::symbol || at.kind == kind::loaded) {
      is_known = false;
      return 1;
    }
    index_t const x = value(p.indices[at.lhs]);
    index_t const y = value(p.indices[at.rhs]);
    switch (at.kind) {
      case kind::floor_div: return y > 0 ? tir::floor_div(x, y) : 0;
      case kind::floor_mod: return y > 0 ? tir::floor_mod(x, y) : 0;
      case kind::minimum: return x < y ? x : y;
      case kind::maximum: return x < y ? y : x;
      default: return x * y;
    }
  }

  constexpr auto mentions(handle sum, handle axis) const -> bool {
    return sum >= 0 && tir::any_variable(p, p.indices[sum], [axis](int v) { return v == axis; });
  }
  /// True if how often something runs in the chain depends on the variable of a loop around.
  constexpr auto depends(handle chain, handle axis) const -> bool {
    for (handle h = chain; h >= 0; h = p.stmts[h].next) {
      tir::stmt const& s = p.stmts[h];
      if (mentions(s.extent, axis)) return true;
      for (handle const c : s.condition) {
        if (mentions(c, axis)) return true;
      }
      if (depends(s.body, axis) || depends(s.otherwise, axis)) return true;
    }
    return false;
  }
  constexpr auto has_weight(handle chain) const -> bool {
    for (handle h = chain; h >= 0; h = p.stmts[h].next) {
      tir::stmt const& s = p.stmts[h];
      if (weight[h] != 0 || has_weight(s.body) || has_weight(s.otherwise)) return true;
    }
    return false;
  }

  constexpr auto at(tir::stmt const& s, index_t i) -> index_t {
    variable[s.axis] = i;
    return chain(s.body);
  }
  // The sum over first..last, of which both ends are known.
  constexpr auto between(tir::stmt const& s, index_t first, index_t low, index_t last, index_t high)
      -> index_t {
    if (last == first) return low;
    if (last - first == 1) return saturating_sum(low, high);
    index_t const middle = first + (last - first) / 2;
    index_t const mean = at(s, middle);
    if (low == mean && mean == high) return saturating_product(mean, last - first + 1);
    index_t const before = between(s, first, low, middle, mean);
    return saturating_sum(before, between(s, middle, mean, last, high) - mean);
  }
  constexpr auto loop(tir::stmt const& s) -> index_t {
    index_t const n = value(p.indices[s.extent]);
    if (n <= 0 || !is_known) return 0;
    index_t const first = at(s, 0);
    if (n == 1) return first;
    if (!depends(s.body, s.axis)) return saturating_product(n, first);
    return between(s, 0, first, n - 1, at(s, n - 1));
  }
  /// What runs of a statement that is no loop: of a guard one branch.
  constexpr auto taken(tir::stmt const& s) -> handle {
    for (handle const c : s.condition) {
      if (c >= 0 && value(p.indices[c]) < 0) return s.otherwise;
    }
    return s.body;
  }
  constexpr auto chain(handle h) -> index_t {
    index_t sum = 0;
    for (; h >= 0 && is_known; h = p.stmts[h].next) {
      tir::stmt const& s = p.stmts[h];
      if (s.kind == tir::stmt_kind::store)
        sum = saturating_sum(sum, weight[h]);
      else if (!has_weight(s.body) && !has_weight(s.otherwise))
        continue;
      else if (s.kind == tir::stmt_kind::loop)
        sum = saturating_sum(sum, loop(s));
      else if (s.kind == tir::stmt_kind::guard)
        sum = saturating_sum(sum, chain(taken(s)));
      else
        sum = saturating_sum(sum, chain(s.body));
    }
    return sum;
  }
};

/// See the head of this file.
constexpr auto count_runs(tir::program const& p, index_t const* symbols,
                          index_t const (&weight)[limits::statements]) -> index_t {
  run_counter c{.p = p, .symbols = symbols, .weight = weight};
  index_t const n = c.chain(p.root);
  return c.is_known ? n : -1;
}

/// f(e, times) for each expression that a value is made of, once; those that its indices load are
/// among them. `times`: how often it is evaluated for one value, more than once in reduce_lanes.
template <class F> struct value_visitor {
  tir::program const& p;
  F const& f;
  bool seen[limits::exprs]{};

  constexpr void sum(handle h, index_t times) {
    for (auto const& t : p.indices[h].terms) {
      tir::atom const& at = p.atoms[t.atom];
      if (at.kind == tir::atom_kind::loaded) value(at.id, times);
      if (at.lhs < 0) continue;
      sum(at.lhs, times);
      sum(at.rhs, times);
    }
  }
  constexpr void value(handle h, index_t times) {
    if (h < 0 || seen[h]) return;
    seen[h] = true;
    tir::expr const& e = p.exprs[h];
    f(e, times);
    int const n = tir::operand_count(e.op);
    index_t const inside = e.op == tir::opcode::reduce_lanes ? times * e.c : times;
    if (n > 0) value(e.a, inside);
    if (n > 1) value(e.b, inside);
    if (n > 2) value(e.c, inside);
    if (e.op == tir::opcode::index || e.op == tir::opcode::in_range) sum(e.a, times);
    if (e.op != tir::opcode::load) return;
    value(e.b, times);
    tir::access const& a = p.accesses[e.a];
    for (int d = 0; d < a.rank; ++d) sum(a.index[d], times);
  }
};

template <class F> constexpr void for_each_value(tir::program const& p, handle root, F const& f) {
  value_visitor<F> v{.p = p, .f = f};
  v.value(root, 1);
}

}  // namespace ashlar::kernel_impl

ASHLAR_COMPILER_END

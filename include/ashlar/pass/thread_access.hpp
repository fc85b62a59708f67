// SPDX-License-Identifier: Apache-2.0
//
// pass/thread_access: whether two accesses to one buffer can meet in different threads of a block.
//
//   a[4*tx + i] written, a[4*tx + i] read    the same thread: one follows the other by itself
//   a[tx] written, a[31 - tx] read           another thread: a barrier has to be between
//   a[k % 2, tx] read, a[(k + 1) % 2, tx]    different places
//
//   takes       a lowered nest; two accesses, each with the statement that it is in
//   returns     proofs: true is certain
//   parts       x / n and x % n of a thread's variable, in two dimensions, are digits of it, too
//   method      the place is a sum of loop variables. Where threads have the same part in both, and
//               each thread's variable moves it further than all smaller terms together can, each
//               thread has places of its own, as digits make different numbers
//   invariants  a thread's variable has one meaning in all loops that are bound to its axis
#pragma once

#include <ashlar/tir/bounds.hpp>
#include <ashlar/tir/grid_shape.hpp>
#include <ashlar/tir/index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace thread_access_impl {

using namespace tir;
using tir::axis;

/// An access, and how it is done.
struct touch {
  handle at = -1;    // an access
  handle stmt = -1;  // the store
  bool writes = false;
  bool is_atomic = false;
};

/// A nest, and for each of its statements the one that it is directly inside of.
struct thread_nest {
  program& p;
  grid_shape grid{};
  handle parent[limits::statements]{};  // handle + 1
  handle same[limits::axes]{};          // handle + 1: an axis that stands for a thread's index
  handle first_of[3] = {-1, -1, -1};    // and which one, along x, y and z
  handle extent_of[limits::axes]{};     // handle + 1: of the loop, where it is known

  constexpr explicit thread_nest(program& of, grid_shape const& shape) : p(of), grid(shape) {
    link_one(shape.first, -1);
    // Lanes that are combined have no loop, but an axis.
    for (auto const& e : p.exprs) {
      if (e.op == opcode::reduce_lanes && p.axes[e.b].kind == loop_kind::lane) {
        stands_for(e.b, loop_kind::lane);
      }
    }
  }
  constexpr void link(handle h, handle up) {
    for (; h >= 0; h = p.stmts[h].next) link_one(h, up);
  }
  constexpr void link_one(handle h, handle up) {
    stmt const& s = p.stmts[h];
    parent[h] = static_cast<handle>(up + 1);
    if (s.kind == stmt_kind::loop) {
      // Of two loops over an axis, what is known of both.
      handle& extent = extent_of[s.axis];
      affine const& e = p.indices[s.extent];
      bool const is_more =
          extent == 0 || !e.is_constant() ||
          (p.indices[extent - 1].is_constant() && p.indices[extent - 1].offset < e.offset);
      if (is_more) extent = static_cast<handle>(s.extent + 1);
      if (is_thread(s.loop)) stands_for(s.axis, s.loop);
    }
    link(s.body, h);
    link(s.otherwise, h);
  }
  constexpr void stands_for(handle axis, loop_kind kind) {
    handle& first = first_of[grid_dim(kind)];
    if (first < 0) first = axis;
    same[axis] = static_cast<handle>(first + 1);
  }
  constexpr auto up(handle h) const -> handle { return static_cast<handle>(parent[h] - 1); }
  constexpr auto is_inside(handle h, handle outer) const -> bool {
    while (h >= 0 && h != outer) h = up(h);
    return h == outer;
  }
  constexpr auto is_threads(int axis) const -> bool { return same[axis] != 0; }
  /// True if the sum is the same for all threads of a block.
  constexpr auto is_uniform(affine const& a) const -> bool {
    return !depends_on_data(p, a) && !any_variable(p, a, [this](int v) { return is_threads(v); });
  }
  constexpr auto is_uniform(handle sum) const -> bool {
    return sum < 0 || is_uniform(affine(p.indices[sum]));
  }
  /// True if all threads of the block are inside of the statement together.
  constexpr auto is_uniform_stmt(stmt const& s) const -> bool {
    if (s.kind == stmt_kind::guard) {
      for (handle const c : s.condition) {
        if (!is_uniform(c)) return false;
      }
      return true;
    }
    if (s.kind != stmt_kind::loop) return true;
    if (is_thread(s.loop)) {
      return p.indices[s.extent].is_constant(grid.threads[grid_dim(s.loop)]);
    }
    return s.loop != loop_kind::vectorized && is_uniform(s.extent);
  }
};

/// What is compared: the threads' variables of both accesses are one, and a loop that both are
/// inside of has one value for both, but for `around` and those inside of it, -1 for none.
struct meeting {
  thread_nest& n;
  touch first, second;
  handle around = -1;  // a loop: the first access is in an earlier iteration of it

  constexpr auto canonical(handle sum) -> affine {
    substitution to{};
    affine const a = n.p.indices[sum];
    any_variable(n.p, a, [&](int v) {
      bool const is_zero = n.extent_of[v] != 0 && n.p.indices[n.extent_of[v] - 1].is_constant(1);
      if (is_zero) {
        to.bind(v, constant(0));
      } else if (n.same[v] != 0 && n.same[v] != v + 1) {
        to.bind(v, variable(n.p, n.same[v] - 1));
      }
      return false;
    });
    return substitute(n.p, a, to);
  }
  constexpr auto access_of(touch const& t) const -> access const& { return n.p.accesses[t.at]; }

  /// True if the variable has one value for both accesses, and in all threads.
  constexpr auto is_fixed_here(int v) const -> bool {
    if (n.is_threads(v)) return false;
    for (handle h = first.stmt; h >= 0; h = n.up(h)) {
      stmt const& s = n.p.stmts[h];
      if (s.kind != stmt_kind::loop || s.axis != v) continue;
      if (!n.is_inside(second.stmt, h)) return false;
      return around < 0 || (h != around && !n.is_inside(h, around));
    }
    return false;
  }
  /// True if the access is done by one thread along a dimension of the block.
  constexpr auto is_alone(touch const& t, int dim) const -> bool {
    for (handle h = t.stmt; h >= 0; h = n.up(h)) {
      stmt const& s = n.p.stmts[h];
      bool const is_here =
          s.kind == stmt_kind::loop && is_thread(s.loop) && grid_dim(s.loop) == dim;
      if (is_here && n.p.indices[s.extent].is_constant(1)) return true;
    }
    return false;
  }

  struct digit {
    std::int64_t step = 0, most = 0;  // most: of the variable; -1: not known
    int thread = -1;                  // the dimension of the block
    unsigned part = in_full;          // of the thread's index: index / base, or index % base
    std::int64_t base = 1;
  };
  static constexpr unsigned as_quotient = 1, as_rest = 2, in_full = 3;
  using digits = static_vector<digit, 2 * max_terms>;

  constexpr auto digit_of(term const& t) const -> digit {
    digit d{.step = t.coef < 0 ? -t.coef : t.coef, .most = -1};
    atom const& a = n.p.atoms[t.atom];
    if (a.kind == atom_kind::floor_div || a.kind == atom_kind::floor_mod) return part_of(a, d);
    if (a.kind != atom_kind::variable) return d;
    if (n.is_threads(a.id)) {
      loop_kind const kind = n.p.axes[a.id].kind;
      d.thread = grid_dim(kind);
      d.most = n.grid.threads[d.thread] - 1;
    } else if (n.extent_of[a.id] != 0) {
      affine const& e = n.p.indices[n.extent_of[a.id] - 1];
      auto const most = e.is_constant() ? e.offset : upper_bound(n.p, context{}, e, -1);
      d.most = most < 0 ? -1 : most - 1;
    }
    return d;
  }
  // Of a thread's index divided by a constant.
  constexpr auto part_of(atom const& a, digit d) const -> digit {
    int const v = axis_of(n.p, n.p.indices[a.lhs]);
    if (v < 0 || !n.is_threads(v) || !n.p.indices[a.rhs].is_constant()) return d;
    d.thread = grid_dim(n.p.axes[v].kind);
    d.base = n.p.indices[a.rhs].offset;
    bool const is_quotient = a.kind == atom_kind::floor_div;
    d.part = is_quotient ? as_quotient : as_rest;
    d.most = is_quotient ? (n.grid.threads[d.thread] - 1) / d.base : d.base - 1;
    return d;
  }
  constexpr auto is_fixed_term(term const& t) const -> bool {
    affine const one = multiple(t.atom);
    return !depends_on_data(n.p, one) &&
           !any_variable(n.p, one, [&](int v) { return !is_fixed_here(v); });
  }
  static constexpr auto place_of(digits const& all, digit const& d) -> int {
    int place = 0;
    while (place < all.count && all[place].step < d.step) ++place;
    return place;
  }
  // Adds a digit in order; two loops with one step reach further together. False where one of two
  // is that of threads: then these have no places of their own.
  static constexpr auto add(digits& all, digit const& d) -> bool {
    int const place = place_of(all, d);
    if (place == all.count || all[place].step != d.step) {
      all.insert(place, d);
      return true;
    }
    digit& old = all[place];
    old.most = old.most < 0 || d.most < 0 ? -1 : old.most + d.most;
    return old.thread < 0 && d.thread < 0;
  }
  // Adds a digit of the other access: of one that both have, the longer.
  static constexpr auto widen(digits& all, digit const& d) -> bool {
    int const place = place_of(all, d);
    if (place == all.count || all[place].step != d.step) {
      if (all.full()) return false;
      all.insert(place, d);
      return true;
    }
    digit& old = all[place];
    if (old.most >= 0 && (d.most < 0 || d.most > old.most)) old.most = d.most;
    return old.thread == d.thread && old.part == d.part && old.base == d.base;
  }
  // What is left of a sum without the variables that are loops of one access alone: these become
  // digits, and so do the threads. False where something else varies.
  constexpr auto spread(affine const& a, digits& all, affine& left) const -> bool {
    left = constant(a.offset);
    for (auto const& t : a.terms) {
      bool const is_fixed = is_fixed_term(t);
      digit const d = is_fixed ? digit{} : digit_of(t);
      if (is_fixed || d.thread >= 0) left = add_scaled(left, multiple(t.atom), t.coef);
      if (is_fixed) continue;
      bool const is_known = d.thread >= 0 || n.p.atoms[t.atom].kind == atom_kind::variable;
      bool const is_digit = is_known && (d.thread >= 0 || t.coef > 0) && !all.full();
      if (!is_digit || !add(all, d)) return false;
    }
    return true;
  }
  /// What of the index of a thread makes places of their own, along each dimension of the block.
  struct told_apart {
    unsigned part[3] = {};
    std::int64_t base[3] = {};

    // Quotient and remainder by one number are the whole; the first number counts.
    constexpr void add(digit const& d) {
      bool const fits = d.part == in_full || base[d.thread] == 0 || base[d.thread] == d.base;
      if (fits) part[d.thread] |= d.part;
      if (fits && d.part != in_full) base[d.thread] = d.base;
    }
    constexpr auto has(int dim) const -> bool { return part[dim] == in_full; }
  };
  // Adds the threads that have places of their own whatever the others are.
  static constexpr void add_apart(digits const& all, told_apart& to) {
    told_apart found = to;
    bool any = false;
    std::int64_t reach = 0;
    for (auto const& d : all) {
      bool const counts = d.thread >= 0 || any;
      if (counts && (reach < 0 || d.step <= reach)) return;
      if (d.thread >= 0) found.add(d);
      any = any || d.thread >= 0;
      reach = reach < 0 || d.most < 0 ? -1 : reach + d.step * d.most;
    }
    to = found;
  }
  // x / n in one dimension and x % n in another are x.
  constexpr auto rejoined(affine const& a, access const& whole, int d) -> affine {
    for (auto const& t : a.terms) {
      atom const quotient = n.p.atoms[t.atom];
      if (quotient.kind != atom_kind::floor_div || t.coef != 1) continue;
      for (int other = 0; other < whole.rank; ++other) {
        if (other == d) continue;
        for (auto const& u : canonical(whole.index[other]).terms) {
          atom const& rest = n.p.atoms[u.atom];
          bool const is_pair = rest.kind == atom_kind::floor_mod && u.coef == 1 &&
                               n.p.indices[rest.lhs] == n.p.indices[quotient.lhs] &&
                               n.p.indices[rest.rhs] == n.p.indices[quotient.rhs];
          if (is_pair) return add_scaled(a, multiple(t.atom), -1) + n.p.indices[quotient.lhs];
        }
      }
    }
    return a;
  }

  /// True if both accesses reach the same place in the same thread only, as far as threads along
  /// the dimensions of the set are different ones.
  constexpr auto is_private(unsigned dims) -> bool {
    access const x = access_of(first);
    access const y = access_of(second);
    told_apart apart{};
    for (int d = 0; d < x.rank; ++d) {
      digits all{}, more{};
      affine mine{}, other{};
      bool is_known = spread(rejoined(canonical(x.index[d]), x, d), all, mine) &&
                      spread(rejoined(canonical(y.index[d]), y, d), more, other);
      for (auto const& e : more) is_known = is_known && widen(all, e);
      if (is_known && mine == other) add_apart(all, apart);
    }
    for (int dim = 0; dim < 3; ++dim) {
      if ((dims >> static_cast<unsigned>(dim) & 1U) == 0 || apart.has(dim)) continue;
      if (!is_alone(first, dim) || !is_alone(second, dim)) return false;
    }
    return true;
  }

  // n of a sum that is a % n.
  constexpr auto divisor_of(affine const& v) -> std::int64_t {
    if (v.terms.count != 1 || v.offset != 0 || v.terms[0].coef != 1) return 0;
    atom const& a = n.p.atoms[v.terms[0].atom];
    bool const is_rest = a.kind == atom_kind::floor_mod && n.p.indices[a.rhs].is_constant();
    return is_rest ? n.p.indices[a.rhs].offset : 0;
  }
  // True if a % n is never b: if it were, n would divide a - b.
  constexpr auto is_never(affine const& rest, std::int64_t by, affine const& b) -> bool {
    affine const step = n.p.indices[n.p.atoms[rest.terms[0].atom].lhs] - b;
    return step.is_constant() && floor_mod(step.offset, by) != 0;
  }
  // True if the sums differ by a constant that is no multiple of what both are divided by.
  constexpr auto differ(affine const& x, affine const& y) -> bool {
    affine const d = x - y;
    if (d.is_constant()) return d.offset != 0;
    std::int64_t const by[2] = {divisor_of(x), divisor_of(y)};
    if (by[0] > 0 && by[1] == 0) return is_never(x, by[0], y);
    if (by[1] > 0 && by[0] == 0) return is_never(y, by[1], x);
    if (x.terms.count != 1 || y.terms.count != 1 || x.offset != y.offset) return false;
    atom const a = n.p.atoms[x.terms[0].atom];
    atom const b = n.p.atoms[y.terms[0].atom];
    bool const are_rests =
        a.kind == atom_kind::floor_mod && b.kind == a.kind && x.terms[0].coef == y.terms[0].coef &&
        n.p.indices[a.rhs] == n.p.indices[b.rhs] && n.p.indices[a.rhs].is_constant();
    if (!are_rests) return false;
    affine const step = n.p.indices[a.lhs] - n.p.indices[b.lhs];
    return step.is_constant() && floor_mod(step.offset, n.p.indices[a.rhs].offset) != 0;
  }
  /// True if they reach different places; where `around` is a loop, one iteration apart.
  constexpr auto is_disjoint() -> bool {
    access const x = access_of(first);
    access const y = access_of(second);
    handle const moving = around < 0 ? handle{-1} : n.p.stmts[around].axis;
    substitution before{};
    if (moving >= 0) before.bind(moving, variable(n.p, moving) - 1);
    for (int d = 0; d < x.rank; ++d) {
      affine const a = n.p.indices[x.index[d]];
      affine const b = n.p.indices[y.index[d]];
      auto const is_free = [&](int v) { return v != moving && !is_fixed_here(v); };
      if (any_variable(n.p, a, is_free) || any_variable(n.p, b, is_free)) continue;
      if (depends_on_data(n.p, a) || depends_on_data(n.p, b)) continue;
      if (differ(substitute(n.p, a, before), b)) return true;
    }
    return false;
  }
};

}  // namespace thread_access_impl

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

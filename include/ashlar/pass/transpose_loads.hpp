// SPDX-License-Identifier: Apache-2.0
//
// pass/transpose_loads: loads whole rows where lanes go along a column.
//
//   unrolled i (4): vectorized j (8): y[i, j] = x[j, i]
//     -->   allocate t: registers [4, 8]
//           unrolled i (4): vectorized j (8): t[i, j] = x[j, i]          eight rows of four
//           unrolled i (4): vectorized j (8): y[i, j] = t[i, j]
//
//   takes       a loop nest whose locals have their order in memory
//   returns     the nest in which loads whose lanes are rows apart, while an unrolled loop around
//               goes along the row, fill a tile of registers first. Emission has vectors of rows
//               for that, and turns them (emit/simd/transpose)
//   invariants  each element is loaded as before, earlier than what is stored in between, which is
//               another buffer
//   source      interleaved accesses: Nuzman, Rosen, Zaks, PLDI 2006
#pragma once

#include <ashlar/tir/clone.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace transpose_loads_impl {

using namespace tir;
using tir::axis;
using tir::expr;

/// The registers that tiles of one nest may take.
inline constexpr std::int64_t most_vectors = 16;

// Unrolled loops directly inside of each other around one vectorized store.
struct nest {
  static_vector<handle, 4> unrolled{};  // statements, outermost first
  handle lanes = -1;                    // the statement of the vectorized loop
  handle store = -1;

  constexpr auto is_whole() const -> bool { return !unrolled.empty() && store >= 0; }
};

constexpr auto find_nest(program const& p, handle h) -> nest {
  nest n{};
  for (; h >= 0; h = p.stmts[h].body) {
    stmt const& s = p.stmts[h];
    if (s.loop != loop_kind::unrolled) break;
    if (n.unrolled.full() || (!n.unrolled.empty() && s.next >= 0)) return n;
    n.unrolled.push_back(h);
  }
  bool const has_lanes = h >= 0 && p.stmts[h].next < 0 && p.stmts[h].loop == loop_kind::vectorized;
  if (!has_lanes) return n;
  n.lanes = h;
  h = p.stmts[h].body;
  while (h >= 0 && p.stmts[h].kind == stmt_kind::prefetch) h = p.stmts[h].next;
  if (h >= 0 && p.stmts[h].kind == stmt_kind::store && p.stmts[h].next < 0) n.store = h;
  return n;
}

// By how much a sum grows with a variable; -1 where that is not a constant of 0 or more.
constexpr auto step_along(program const& p, handle sum, int variable) -> std::int64_t {
  std::int64_t step = 0;
  for (auto const& t : p.indices[sum].terms) {
    atom const& a = p.atoms[t.atom];
    if (a.kind == atom_kind::variable) {
      if (a.id == variable) step = t.coef;
    } else if (any_variable(p, multiple(t.atom), [variable](int v) { return v == variable; })) {
      return -1;
    }
  }
  return step;
}

// True if the load is contiguous along the unrolled variable, and rows apart from lane to lane.
constexpr auto is_column(program const& p, access const& a, int unrolled, int lane) -> bool {
  int const last = a.rank - 1;
  bool const goes_along =
      step_along(p, a.index[last], lane) == 0 && step_along(p, a.index[last], unrolled) == 1;
  if (!goes_along) return false;
  bool moves = false;
  for (int d = 0; d < a.rank; ++d) {
    if (depends_on_data(p, p.indices[a.index[d]])) return false;
    if (d == last) continue;
    auto const step = step_along(p, a.index[d], lane);
    if (step < 0 || step_along(p, a.index[d], unrolled) != 0) return false;
    moves = moves || step > 0;
  }
  return moves;
}

struct transposer {
  program& p;

  struct hooks {
    handle load, tile;
    constexpr auto leaf(program&, handle h) const -> handle { return h == load ? tile : -1; }
    constexpr void rewrite(program&, access&) const {}
  };

  constexpr auto extent(handle loop) const -> std::int64_t {
    return p.indices[p.stmts[loop].extent].offset;
  }
  constexpr auto vectors(nest const& n) const -> std::int64_t {
    std::int64_t all = 1;
    for (handle const u : n.unrolled) all *= extent(u);
    return all;
  }
  // The loop of the nest along whose row the load goes, -1 for none.
  constexpr auto row_of(nest const& n, expr const& load) const -> handle {
    access const& a = p.accesses[load.a];
    buffer const& b = p.buffers[a.buffer];
    if (b.where == scope::registers || a.rank < 2 || a.checked != 0) return -1;
    bool const is_row = b.operand < 0 || b.stride[a.rank - 1] == 1;
    bool const is_apart =
        a.buffer != p.accesses[p.stmts[n.store].target].buffer && !b.may_alias_output;
    int const bytes = bytes_of(load.type);
    bool const has_bytes = load.type != dtype::boolean && !is_nibble(load.type);
    bool const is_wide = extent(n.lanes) * bytes >= 16 && has_bytes;
    if (!is_row || !is_apart || !is_wide || load.b >= 0) return -1;
    for (handle const u : n.unrolled) {
      bool const is_full = extent(u) * bytes % 16 == 0;
      if (is_full && is_column(p, a, p.stmts[u].axis, p.stmts[n.lanes].axis)) return u;
    }
    return -1;
  }
  // A load of the value that is to be transposed, -1 for none.
  constexpr auto find_load(nest const& n, handle h, bool (&seen)[limits::exprs]) const -> handle {
    if (h < 0 || seen[h]) return -1;
    seen[h] = true;
    expr const& e = p.exprs[h];
    if (e.op == opcode::load) return row_of(n, e) >= 0 ? h : handle{-1};
    int const count = operand_count(e.op);
    handle const parts[3] = {e.a, e.b, e.c};
    for (int i = 0; i < count; ++i) {
      if (handle const found = find_load(n, parts[i], seen); found >= 0) return found;
    }
    return -1;
  }

  // A loop like another one, around `body`.
  constexpr auto again(handle loop, handle body) -> handle {
    stmt s = p.stmts[loop];
    s.next = -1;
    s.body = body;
    return p.add(s);
  }
  // The nest that fills the tile: the loop along the row is the innermost around the lanes.
  constexpr auto fill(nest const& n, access const& tile, handle load) -> handle {
    handle const row = row_of(n, p.exprs[load]);
    handle const store =
        p.add(stmt{.kind = stmt_kind::store, .target = p.add(tile), .value = load});
    handle body = again(row, again(n.lanes, store));
    for (int i = n.unrolled.count - 1; i >= 0; --i) {
      if (n.unrolled[i] != row) body = again(n.unrolled[i], body);
    }
    return body;
  }
  constexpr auto make_tile(nest const& n, expr const& load) -> access {
    buffer t{.name = p.buffers[p.accesses[load.a].buffer].name,
             .type = load.type,
             .where = scope::registers};
    access a{};
    t.name << ".t";
    for (handle const u : n.unrolled) {
      t.shape[t.rank++] = p.stmts[u].extent;
      a.index[a.rank++] = p.add(variable(p, p.stmts[u].axis));
    }
    t.shape[t.rank++] = p.stmts[n.lanes].extent;
    a.index[a.rank++] = p.add(variable(p, p.stmts[n.lanes].axis));
    a.buffer = p.add(t);
    return a;
  }
  // Transposes a load of the nest at `h`, which then allocates the tile. False if there is none.
  constexpr auto step(handle h, nest const& n) -> bool {
    bool seen[limits::exprs]{};
    handle const load = find_load(n, p.stmts[n.store].value, seen);
    if (load < 0 || p.buffers.full()) return false;
    access const tile = make_tile(n, p.exprs[load]);
    handle const filled = fill(n, tile, load);
    handle const read =
        p.add(expr{.op = opcode::load, .type = p.exprs[load].type, .a = p.add(tile)});
    handle const value =
        clone(p, p.stmts[n.store].value, substitution{}, hooks{.load = load, .tile = read});
    p.stmts[n.store].value = value;
    stmt const before = p.stmts[h];
    handle const inner = p.add(before);
    p.stmts[inner].next = -1;
    p.stmts[filled].next = inner;
    p.stmts[h] = stmt{
        .kind = stmt_kind::allocate, .next = before.next, .body = filled, .target = tile.buffer};
    return true;
  }
  // What there is to transpose in the nest at `h`, an unrolled loop; false if it is none.
  constexpr auto is_done(handle h) -> bool {
    nest n = find_nest(p, h);
    if (!n.is_whole()) return false;
    auto const each = vectors(n);
    for (auto left = most_vectors; left >= each && step(h, n); left -= each) {
      h = p.stmts[p.stmts[h].body].next;
      n.unrolled[0] = h;
    }
    return true;
  }
  constexpr void chain(handle h) {
    while (h >= 0) {
      stmt const& s = p.stmts[h];
      if (s.loop != loop_kind::unrolled || !is_done(h)) {
        if (s.body >= 0) chain(s.body);
        if (s.otherwise >= 0) chain(s.otherwise);
      }
      h = s.next;
    }
  }
};

}  // namespace transpose_loads_impl

constexpr void transpose_loads(tir::program& p) {
  if (p.fault) return;
  transpose_loads_impl::transposer t{.p = p};
  t.chain(p.root);
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

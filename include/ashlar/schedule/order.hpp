// SPDX-License-Identifier: Apache-2.0
//
// schedule/order: the order of loops, and two loops made one.
//
//   for a in A: for b in B: f(a, b)   -->   for c in A * B: f(c / B, c % B)
//
//   fuse        two neighbours, both pure or both reduction loops
//   reorder     the loops that are named change places among themselves, the others stay
//   invariants  where sums may not be reassociated (fp::strict, or a combiner that does not
//               commute), the reduction loops keep their order; what was placed at or above a loop
//               stays legal, or the primitive is refused
//   names       Halide: fuse, reorder (innermost first there, outermost first here as in TVM);
//               TVM: sch.fuse, sch.reorder; Exo: mult_loops, reorder_loops
#pragma once

#include <ashlar/schedule/recurrence.hpp>
#include <ashlar/schedule/store_at.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// True if no value that is combined by the stage's monoid is rounded.
constexpr auto is_exact(program const& p, tir::stage const& s) -> bool {
  walker w{};
  for (handle const c : s.reduce.combine) w.push(c);
  for (int e = w.next(p); e >= 0; e = w.next(p)) {
    if (is_float(p.exprs[e].type)) return false;
  }
  return true;
}

/// True if the combinations of a reduction may be done in another order.
constexpr auto may_reassociate(program const& p, tir::stage const& s) -> bool {
  return s.reduce.commutative && (p.allowed.reassociate || is_exact(p, s));
}

/// "fp::strict keeps its order", or the other reason for which may_reassociate is false.
constexpr auto order_reason(tir::stage const& s) -> std::string_view {
  return s.reduce.commutative ? "fp::strict keeps the order of its additions"
                              : "its combiner is not declared commutative";
}

/// After a change of a stage's loops: E013, E017 or E019 where what was placed by them is illegal,
/// E063 where a recurrence would read what is not there yet.
constexpr void check_places(program& p, int stage) {
  if (!p.fault.ok()) return;
  tir::stage const& s = p.stages[stage];
  for (int d = 0; d < p.stages.count; ++d) {
    tir::stage const& other = p.stages[d];
    if (other.place != tir::placement::at || other.at_stage != stage) continue;
    auto const why = obstacle_at(p, d, stage, other.at_axis);
    if (!why.none()) return fail_place(p, d, stage, other.at_axis, why);
    if (other.store_at != -1) check_store_at(p, d);
  }
  check_recurrence(p, stage);
  diag::message m{};
  m << s.name << ": ";
  if (s.init_above >= 0 && position_of(s, s.init_above) > first_reduction(p, s)) {
    m << "decompose_reduction placed the start of the reduction above " << p.axes[s.init_above].name
      << ", which is now inside a reduction loop";
    p.fail(diag::code::bad_decompose, m);
  } else if (s.tile_at >= 0 && position_of(s, s.tile_at) < 0) {
    m << "cache_write placed the tile above a loop that is gone";
    p.fail(diag::code::bad_cache_write, m);
  }
}

namespace order_impl {

constexpr auto are_neighbours(program& p, tir::stage const& s, int a, int b) -> bool {
  int const at = position_of(s, a);
  if (at >= 0 && at + 1 < s.loops.count && s.loops[at + 1] == b) return true;
  diag::message m{};
  m << "fuse " << p.axes[a].name << ", " << p.axes[b].name << ": "
    << "the first must be directly outside the second; loops: ";
  list_loops(m, p, s);
  p.fail(diag::code::fuse_not_adjacent, m);
  return false;
}

constexpr auto are_alike(program& p, int a, int b) -> bool {
  tir::axis const& x = p.axes[a];
  tir::axis const& y = p.axes[b];
  if (x.is_reduction == y.is_reduction) return true;
  tir::axis const& reduced = x.is_reduction ? x : y;
  diag::message m{};
  m << "fuse " << x.name << ", " << y.name << ": " << reduced.name
    << " is a reduction loop and the other is not; fuse two of a kind";
  p.fail(diag::code::fuse_mixed_kinds, m);
  return false;
}

// Fusing a with b removes the place between them.
constexpr auto is_place_free(program& p, int stage, int a, int b) -> bool {
  tir::stage const& s = p.stages[stage];
  diag::message m{};
  m << "fuse " << p.axes[a].name << ", " << p.axes[b].name << ": ";
  for (auto const& d : p.stages) {
    bool const is_stored = d.store_at == a;
    if (d.place != tir::placement::at || (d.at_axis != a && !is_stored)) continue;
    m << d.name << (is_stored ? " is stored at " : " is computed at ") << p.axes[a].name
      << (is_stored ? "; fuse first, or store it at another"
                    : "; fuse first, or compute it at another");
    p.fail(is_stored ? diag::code::bad_store_at : diag::code::bad_compute_at, m);
    return false;
  }
  if (s.init_above != b && s.tile_at != b) return true;
  bool const tile = s.tile_at == b;
  m << (tile ? "the tile of cache_write" : "the start of the reduction") << " is above "
    << p.axes[b].name << "; fuse first";
  p.fail(tile ? diag::code::bad_cache_write : diag::code::bad_decompose, m);
  return false;
}

constexpr auto fused_axis(program& p, int a, int b, name_text const& name) -> handle {
  tir::axis c{};
  c.name = name;
  c.is_reduction = p.axes[a].is_reduction;
  c.made_by = tir::relation::fused;
  c.first = static_cast<handle>(a);
  c.second = static_cast<handle>(b);
  c.extent = product(p, p.axes[a].extent, p.axes[b].extent);
  handle const h = p.add(c);
  p.axes[a].fused = h;
  p.axes[b].fused = h;
  return h;
}

// The extent of a fused loop must fit as the extents themselves did.
constexpr auto fits(program& p, int a, int b) -> bool {
  affine const& x = p.axes[a].extent;
  affine const& y = p.axes[b].extent;
  constexpr std::int64_t most = std::int64_t{1} << 46;
  auto const small = [](affine const& e) { return !e.is_constant() || e.offset <= most; };
  bool const both = x.is_constant() && y.is_constant();
  if (small(x) && small(y) && !(both && y.offset > 0 && x.offset > most / y.offset)) return true;
  diag::message m{};
  m << "fuse " << p.axes[a].name << ", " << p.axes[b].name << ": an extent above " << most
    << " is not supported";
  p.fail(diag::code::extent_overflow, m);
  return false;
}

}  // namespace order_impl

/// Fuses loop a with loop b, which is directly inside it. Errors: E011, E012, E013, E017, E019,
/// E021, E024, E025, E045, E063. Returns the new loop, -1 on a faulty program.
constexpr auto fuse(program& p, int stage, int a, int b, name_text name = {}) -> handle {
  using namespace order_impl;
  if (!p.fault.ok()) return -1;
  tir::stage& s = p.stages[stage];
  if (name.empty()) name << p.axes[a].name << '_' << p.axes[b].name;
  if (!are_neighbours(p, s, a, b) || !are_alike(p, a, b) || !is_serial(p, a, "fuse") ||
      !is_serial(p, b, "fuse") || !is_not_cut(p, a, "fuse") || !is_not_cut(p, b, "fuse") ||
      !is_not_carried(p, stage, a, "fuse") || !is_not_carried(p, stage, b, "fuse") ||
      !fits(p, a, b) || !is_place_free(p, stage, a, b)) {
    return -1;
  }
  if (name != p.axes[b].name && !is_free(p, s, name, a, "fuse")) return -1;
  if (!has_room(p, demand{.axes = 1, .indices = 2, .atoms = 1}, "fuse")) return -1;
  handle const c = fused_axis(p, a, b, name);
  int const at = position_of(s, a);
  s.loops.erase(at);
  s.loops[at] = c;
  if (s.init_above == a) s.init_above = c;
  if (s.tile_at == a) s.tile_at = c;
  for (auto& d : p.stages) {
    if (d.with_axis == b) d.with_axis = c;
    if (d.place != tir::placement::at) continue;
    if (d.at_axis == b) d.at_axis = c;
    if (d.store_at == b) d.store_at = c;
  }
  return c;
}

/// False, and E005, for an order of no loops, or of more than a stage can have.
constexpr auto is_order(program& p, int stage, int n) -> bool {
  if (!p.fault.ok()) return false;
  if (n >= 1 && n <= limits::loops_per_stage) return true;
  diag::message m{};
  m << "reorder of " << n << " loops: name 1 to " << p.stages[stage].loops.count
    << " of them; loops: ";
  list_loops(m, p, p.stages[stage]);
  p.fail(diag::code::bad_reorder, m);
  return false;
}

namespace order_impl {

constexpr auto are_distinct(program& p, tir::stage const& s, handle const* list, int n) -> bool {
  for (int i = 0; i < n; ++i) {
    for (int j = i + 1; j < n; ++j) {
      if (list[i] != list[j]) continue;
      diag::message m{};
      m << "reorder: " << p.axes[list[i]].name << " is named twice; loops: ";
      list_loops(m, p, s);
      p.fail(diag::code::bad_reorder, m);
      return false;
    }
  }
  return true;
}

using nest = static_vector<handle, limits::loops_per_stage>;

// The loops after the change: the named ones, in the order given, at the places they occupied.
constexpr auto permuted(tir::stage const& s, handle const* list, int n) -> nest {
  nest r = s.loops;
  int next = 0;
  for (auto& l : r) {
    for (int i = 0; i < n; ++i) {
      if (l != list[i]) continue;
      l = list[next++];
      break;
    }
  }
  return r;
}

constexpr auto keeps_reductions(program& p, tir::stage const& s, nest const& after) -> bool {
  if (may_reassociate(p, s)) return true;
  int i = 0;
  for (handle const l : after) {
    if (!p.axes[l].is_reduction) continue;
    while (!p.axes[s.loops[i]].is_reduction) ++i;
    if (s.loops[i++] == l) continue;
    diag::message m{};
    m << "reorder: " << p.axes[l].name << " would move outside " << p.axes[s.loops[i - 1]].name
      << ", and " << s.name << " keeps that order: " << order_reason(s);
    p.fail(diag::code::reorder_reduction, m);
    return false;
  }
  return true;
}

}  // namespace order_impl

/// Puts the n loops of the list, outermost first, at the places that they occupy. Errors: E005,
/// E006, E013, E017, E019, E024, E063.
constexpr void reorder(program& p, int stage, handle const* list, int n) {
  using namespace order_impl;
  if (!p.fault.ok()) return;
  tir::stage& s = p.stages[stage];
  if (!are_distinct(p, s, list, n)) return;
  auto const after = permuted(s, list, n);
  for (int i = 0; i < s.loops.count; ++i) {
    if (after[i] != s.loops[i] && !is_serial(p, s.loops[i], "reorder")) return;
  }
  if (!keeps_reductions(p, s, after)) return;
  s.loops = after;
  check_places(p, stage);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

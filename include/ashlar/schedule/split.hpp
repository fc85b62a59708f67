// SPDX-License-Identifier: Apache-2.0
//
// schedule/split: one loop becomes two.
//
//   for i in E   -->   for io in ceil(E / f): for ii in f: i = f * io + ii
//
//   takes       a serial loop, a factor of at least 1, what happens to a rest, two names
//   invariants  every point of i is visited once and in the same order; automatic tails are
//               resolved, and where f provably divides E the tail is `exact`, whatever was asked
//   note        a stage that is computed at a loop of another covers a part of its domain only: its
//               exactness is proved again for that part when the program is lowered
//   names       Halide: Func::split, TVM: sch.split, Exo: divide_loop
#pragma once

#include <ashlar/schedule/tails.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

struct axis_pair {
  handle outer = -1, inner = -1;
};

namespace split_impl {

constexpr auto gcd(std::int64_t a, std::int64_t b) -> std::int64_t {
  while (b != 0) {
    std::int64_t const rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

// The largest number known to divide the sum; 0 for the sum 0.
constexpr auto content(affine const& e) -> std::int64_t {
  std::int64_t g = gcd(0, e.offset);
  for (auto const& t : e.terms) g = gcd(g, t.coef);
  return g;
}

constexpr void fail_inexact(program& p, tir::axis const& a, std::int64_t f) {
  diag::message m{};
  m << "split " << a.name << " by " << f << ": extent ";
  put_extent(m, p, a.extent);
  std::int64_t const n = content(a.extent);
  if (a.extent.is_constant()) {
    m << " is not a multiple; exact factors: ";
  } else {
    m << " is only known to be a multiple of " << n << "; exact factors: ";
  }
  if (!list_divisors(m, n, f)) m << "none above 1";
  m << ", or use tail::guard";
  p.fail(diag::code::inexact_split, m);
}

// How far neighbours of the axis are apart in its root.
constexpr auto scale_of(program const& p, int axis) -> std::int64_t {
  std::int64_t scale = 1;
  while (p.axes[axis].parent >= 0) {
    if (p.axes[axis].made_by == tir::relation::split_outer) scale *= p.axes[axis].factor;
    axis = p.axes[axis].parent;
  }
  return scale;
}

constexpr auto has_legal_factor(program& p, int axis, std::int64_t f, std::string_view verb,
                                std::string_view by = " by ") -> bool {
  diag::message m{};
  m << verb << ' ' << p.axes[axis].name << by << f << ": ";
  if (f < 1) {
    m << "the factor must be at least 1; 1 leaves the loop as it is";
  } else if (f > max_factor || f > max_factor_product / scale_of(p, axis)) {
    m << "the factor must be at most " << max_factor << ", and all factors above a loop at most "
      << max_factor_product << " together";
  } else {
    return true;
  }
  p.fail(diag::code::bad_split_factor, m);
  return false;
}

constexpr auto resolve_tail(program& p, int axis, std::int64_t f, tail wanted) -> tail {
  affine const& e = p.axes[axis].extent;
  if (content(e) % f == 0) return tail::exact;
  if (wanted == tail::exact) fail_inexact(p, p.axes[axis], f);
  return wanted == tail::automatic ? tail::guard : wanted;
}

constexpr auto default_name(name_text const& of, char suffix) -> name_text {
  name_text r = of;
  r << suffix;
  return r;
}

constexpr auto add_parts(program& p, int axis, std::int64_t f, tail tails, name_text const& outer,
                         name_text const& inner) -> axis_pair {
  tir::axis const whole = p.axes[axis];
  tir::axis part{};
  part.is_reduction = whole.is_reduction;
  part.parent = static_cast<handle>(axis);
  part.factor = f;
  part.tails = tails;
  part.name = outer;
  part.made_by = tir::relation::split_outer;
  part.extent = ceil_div(p, whole.extent, f);
  bool const is_cut = tails == tail::cut || tails == tail::narrow;
  if (is_cut) part.cut_at = p.add(floor_div(p, whole.extent, tir::constant(f)));
  axis_pair r{};
  r.outer = p.add(part);
  part.cut_at = -1;
  part.name = inner;
  part.made_by = tir::relation::split_inner;
  part.extent = tir::constant(f);
  r.inner = p.add(part);
  p.axes[axis].outer = r.outer;
  p.axes[axis].inner = r.inner;
  return r;
}

// Where a place in the nest was given by the loop: inside it, or above it.
constexpr void move_places(program& p, int stage, int axis, axis_pair to) {
  tir::stage& s = p.stages[stage];
  if (s.init_above == axis) s.init_above = to.outer;
  if (s.tile_at == axis) s.tile_at = to.outer;
  for (auto& producer : p.stages) {
    if (producer.with_axis == axis) producer.with_axis = to.inner;
    if (producer.place != tir::placement::at) continue;
    if (producer.at_axis == axis) producer.at_axis = to.inner;
    if (producer.store_at == axis) producer.store_at = to.inner;
  }
}

// What every split asks of a loop; names that are empty get their default.
constexpr auto is_splittable(program& p, int stage, int axis, std::string_view verb,
                             name_text& outer, name_text& inner) -> bool {
  tir::stage const& s = p.stages[stage];
  name_text const name = p.axes[axis].name;
  if (outer.empty()) outer = default_name(name, 'o');
  if (inner.empty()) inner = default_name(name, 'i');
  if (!is_serial(p, axis, verb) || !is_not_cut(p, axis, verb) ||
      !is_free(p, s, outer, axis, verb) || !is_free(p, s, inner, axis, verb)) {
    return false;
  }
  diag::message m{};
  m << verb << ' ' << name << ": ";
  if (outer == inner) {
    m << "both parts are called " << outer << "; pass two unlike names";
    p.fail(diag::code::duplicate_name, m);
  } else if (s.loops.full()) {
    m << "a stage has at most " << limits::loops_per_stage
      << " loops; raise limits::loops_per_stage in <ashlar_config.hpp>";
    p.fail(diag::code::capacity_exceeded, m);
  }
  return p.fault.ok();
}

// The parts take the place of the loop in its nest.
constexpr auto put_parts(program& p, int stage, int axis, axis_pair parts) -> axis_pair {
  tir::stage& s = p.stages[stage];
  int const at = position_of(s, axis);
  s.loops[at] = parts.outer;
  s.loops.insert(at + 1, parts.inner);
  move_places(p, stage, axis, parts);
  return parts;
}

}  // namespace split_impl

/// Splits a loop. Errors: E003 factor, E004 tail exact, E021 a cut loop, E024 a bound loop, E025 a
/// name that is taken. Returns {-1, -1} on a faulty program.
constexpr auto split(program& p, int stage, int axis, std::int64_t factor, tail tails,
                     name_text outer = {}, name_text inner = {}) -> axis_pair {
  using namespace split_impl;
  if (!p.fault.ok() || !has_legal_factor(p, axis, factor, "split") ||
      !is_splittable(p, stage, axis, "split", outer, inner)) {
    return {};
  }
  tail const resolved = resolve_tail(p, axis, factor, tails);
  require_tail(p, stage, axis, factor, resolved);
  if (!p.fault.ok() || !has_room(p, demand{.axes = 2, .indices = 5, .atoms = 2}, "split"))
    return {};
  return put_parts(p, stage, axis, add_parts(p, axis, factor, resolved, outer, inner));
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

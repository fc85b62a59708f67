// SPDX-License-Identifier: Apache-2.0
//
// schedule/recurrence: what a schedule may do with a stage that reads its own values.
//
//   h(t, j) = f(h(t - 1, k))    t: serial or unrolled, in order, outside of j and of k
//                               j: anything, inside of t
//
//   invariants   the loops of a dimension along which the stage is carried go up, none is fused,
//                and they are outside of its reduction; those along which a whole value must be
//                complete are outside of the dimensions that it is read across
//   see also     tir/recurrence.hpp; the region of a recurrence that is computed at a loop is whole
//                along all these dimensions (pass/place_stages.hpp)
//   errors       E063
#pragma once

#include <ashlar/schedule/loops.hpp>
#include <ashlar/tir/axis_tree.hpp>
#include <ashlar/tir/grid.hpp>
#include <ashlar/tir/recurrence.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace recurrence_impl {

// True if the loop is, or has in it, a part of one of the dimensions.
constexpr auto is_along(program const& p, tir::stage const& s, std::uint8_t dims, int loop)
    -> bool {
  for (int d = 0; d < s.pure.count; ++d) {
    if (tir::has_dim(dims, d) && tir::is_part_of(p, loop, s.pure[d])) return true;
  }
  return false;
}

constexpr void fail_order(program& p, tir::stage const& s, int first, int second,
                          std::string_view why) {
  diag::message m{};
  m << s.name << ": loop " << p.axes[first].name << " must be outside of " << p.axes[second].name
    << why << "; loops: ";
  list_loops(m, p, s);
  p.fail(diag::code::bad_recurrence, m);
}

}  // namespace recurrence_impl

/// True if the stage is carried along the loop.
constexpr auto is_carried_along(program const& p, tir::stage const& s, int loop) -> bool {
  return recurrence_impl::is_along(p, s, s.carried, loop);
}

/// True if the stage reads its own values across the loop.
constexpr auto is_crossed_along(program const& p, tir::stage const& s, int loop) -> bool {
  return recurrence_impl::is_along(p, s, s.crossed, loop);
}

/// The place of the innermost loop over the axis of the stage's system; -1 where it has none.
constexpr auto system_position(program const& p, tir::stage const& s) -> int {
  int at = s.loops.count - 1;
  while (at >= 0 && (s.system < 0 || !tir::is_part_of(p, s.loops[at], s.pure[s.over]))) --at;
  return at;
}

/// True unless the stage is carried along the loop; otherwise E063.
constexpr auto is_not_carried(program& p, int stage, int axis, std::string_view verb) -> bool {
  tir::stage const& s = p.stages[stage];
  if (!is_carried_along(p, s, axis)) return true;
  diag::message m{};
  m << verb << ' ' << p.axes[axis].name << ": " << s.name
    << " is carried along it, each point from those before; ";
  bool any = false;
  for (handle const l : s.loops) {
    if (p.axes[l].is_reduction || is_carried_along(p, s, l)) continue;
    m << (any ? ", " : "legal loops: ") << p.axes[l].name;
    any = true;
  }
  if (!any) m << s.name << " has no other loop";
  p.fail(diag::code::bad_recurrence, m);
  return false;
}

namespace recurrence_impl {

// E063 where a loop along which the stage is carried has come to run in threads or lanes, or was
// fused: loops that were taken over from another stage have the kinds that they had there.
constexpr void check_kinds(program& p, tir::stage const& s) {
  for (handle const l : s.loops) {
    tir::axis const& a = p.axes[l];
    bool const is_free = a.kind == tir::loop_kind::parallel ||
                         a.kind == tir::loop_kind::vectorized || tir::is_bound(a.kind) ||
                         a.made_by == tir::relation::fused;
    if (!is_free || !is_carried_along(p, s, l)) continue;
    diag::message m{};
    m << s.name << ": loop " << a.name << " is "
      << (a.made_by == tir::relation::fused ? "fused" : kind_name(a.kind)) << ", and " << s.name
      << " is carried along it, each point from those before; loops: ";
    list_loops(m, p, s);
    return p.fail(diag::code::bad_recurrence, m);
  }
}

}  // namespace recurrence_impl

/// E063 where the loops of a recurrence have kinds or an order in which values are read before they
/// are computed.
constexpr void check_recurrence(program& p, int stage) {
  using recurrence_impl::is_along;
  tir::stage const& s = p.stages[stage];
  if (!p.fault.ok() || !tir::is_recurrence(s)) return;
  recurrence_impl::check_kinds(p, s);
  int const start = reduction_start(p, s);
  for (int i = start; i < s.loops.count; ++i) {
    if (!is_carried_along(p, s, s.loops[i])) continue;
    diag::message m{};
    m << s.name << ": loop " << p.axes[s.loops[i]].name
      << " must be outside of the reduction, which "
      << "starts above " << p.axes[s.loops[start]].name
      << ", as it is complete before the next point begins; loops: ";
    list_loops(m, p, s);
    return p.fail(diag::code::bad_recurrence, m);
  }
  for (int i = 0; i < s.loops.count; ++i) {
    for (int j = i + 1; j < s.loops.count; ++j) {
      int const outer = s.loops[i];
      int const inner = s.loops[j];
      if (!is_carried_along(p, s, inner)) continue;
      if (tir::is_inner_of(p, outer, inner)) {
        return recurrence_impl::fail_order(p, s, inner, outer, ", as its blocks follow each other");
      }
      if (is_along(p, s, tir::outer_dims(s), inner) && is_along(p, s, s.crossed, outer)) {
        return recurrence_impl::fail_order(p, s, inner, outer,
                                           ", of which all points are read before the next one");
      }
    }
  }
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

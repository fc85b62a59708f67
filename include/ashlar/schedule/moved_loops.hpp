// SPDX-License-Identifier: Apache-2.0
//
// schedule/moved_loops: where a loop is that reverse_compute_at has moved to another stage.
//
//   takes       a loop of a stage, as it was when its handle was taken
//   returns     the loop that took its place, of the stage that this one is computed in now
//   invariants  what has taken a loop's place stands for it only as long as its stage is computed
//               there: another placement gives a stage its own loops back
#pragma once

#include <ashlar/schedule/handles.hpp>
#include <ashlar/schedule/place.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// The loop that an axis stands for now: itself, or the last one that took its place.
constexpr auto where_is(program const& p, int axis) -> int {
  int const from = stage_of_axis(p, axis);
  if (from < 0) return axis;
  int now = axis;
  int to = p.axes[axis].moved_to;
  for (int n = 0; n < p.stages.count && to >= 0; ++n) {
    int const owner = stage_of_axis(p, to);
    if (owner >= 0 && is_under(p, from, owner, to)) now = to;
    to = p.axes[to].moved_to;
  }
  return now;
}

/// The loop that a reference means, which is still one of the stage itself. Errors: those of
/// resolve, E058 where it was moved to another stage.
constexpr auto resolve_own(program& p, int stage, loop_ref const& ref, std::string_view verb,
                           diag::code foreign = diag::code::unknown_axis) -> int {
  int const axis = resolve(p, stage, ref, verb, foreign);
  int const now = where_is(p, axis);
  if (axis == now) return axis;
  diag::message m{};
  auto const owner = p.stages[stage_of_axis(p, now)].name;
  m << verb << ' ' << p.axes[axis].name << ": reverse_compute_at has moved this loop of "
    << p.stages[stage].name << " to " << owner << ", where it is " << p.axes[now].name << "; take "
    << "it of " << owner;
  p.fail(diag::code::bad_reverse, m);
  return -1;
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

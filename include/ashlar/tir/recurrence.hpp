// SPDX-License-Identifier: Apache-2.0
//
// tir/recurrence: stages that read their own values of points that come before.
//
//   h(t, j) = f(h(t - 1, k))     carried along t; read across j
//   g(t, j) = f(h(t - 1, k)); h(t, j) = f(g(t, j), h(t - 1, j))     a system over t
//
//   step_back    of one index of an access to the stage's own buffer: so many points before
//   carried      dimensions with a step back: their points are computed in order
//   crossed      dimensions with any other index: all of their points are computed before the next
//                point of a dimension that is carried and never crossed
//   system       stages that read each other so: all are carried along one axis, and each point of
//                that is computed in all of them before the next
//   order        that of the left side, but what is crossed is inside, and the axis of a system
//                outside
//   invariants   every carried access has a step back; one that crosses a dimension has it along a
//                dimension that none crosses
//   source       distance vectors: Wolfe, "Optimizing Supercompilers for Supercomputers", 1989
#pragma once

#include <ashlar/tir/index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir {

/// c where index d of the access is the stage's axis less c, c >= 0; -1 where it is anything else.
constexpr auto step_back(program const& p, stage const& s, access const& a, int d) -> std::int64_t {
  affine const& i = p.indices[a.index[d]];
  bool const is_before = i.offset <= 0 && axis_of(p, i - i.offset) == s.pure[d];
  return is_before ? -i.offset : -1;
}

/// True if the access is to the stage's own values at another point than the one that is computed.
constexpr auto is_carried(program const& p, stage const& s, access const& a) -> bool {
  if (a.buffer != s.buffer) return false;
  for (int d = 0; d < a.rank; ++d) {
    if (step_back(p, s, a, d) != 0) return true;
  }
  return false;
}

constexpr auto has_dim(std::uint8_t set, int d) -> bool {
  return ((unsigned{set} >> static_cast<unsigned>(d)) & 1U) != 0;
}

/// True if the stage is a recurrence.
constexpr auto is_recurrence(stage const& s) -> bool { return s.carried != 0; }

/// The dimensions along which all that is crossed is complete: their loops are outside.
constexpr auto outer_dims(stage const& s) -> std::uint8_t {
  return static_cast<std::uint8_t>(s.carried & ~s.crossed);
}

/// Adds the dimensions of a carried access to the stage's sets.
constexpr void note_carried(program const& p, access const& a, stage& s) {
  for (int d = 0; d < a.rank; ++d) {
    auto const back = step_back(p, s, a, d);
    auto const bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(d));
    if (back > 0) s.carried = static_cast<std::uint8_t>(s.carried | bit);
    if (back < 0) s.crossed = static_cast<std::uint8_t>(s.crossed | bit);
  }
}

/// True if two stages are in one system.
constexpr auto are_one_system(stage const& a, stage const& b) -> bool {
  return a.system >= 0 && a.system == b.system;
}

/// True if the stage is computed in the loops of another one of its system.
constexpr auto is_computed_inside(program const& p, stage const& s) -> bool {
  return s.place == placement::at && are_one_system(s, p.stages[s.at_stage]);
}

/// The dimensions along which a stage is whole wherever it is computed. What is computed in the
/// loops of its own system is made for the point that these are at.
constexpr auto whole_dims(program const& p, stage const& s) -> std::uint8_t {
  if (is_computed_inside(p, s)) return 0;
  return static_cast<std::uint8_t>(s.carried | s.crossed);
}

/// The pure axes in an order in which every value comes after those that it is computed from.
constexpr auto axes_in_order(stage const& s) -> static_vector<handle, max_rank> {
  static_vector<handle, max_rank> all{};
  if (s.system >= 0) all.push_back(s.pure[s.over]);
  for (bool const is_inside : {false, true}) {
    for (int d = 0; d < s.pure.count; ++d) {
      bool const is_first = s.system >= 0 && d == s.over;
      if (has_dim(s.crossed, d) == is_inside && !is_first) all.push_back(s.pure[d]);
    }
  }
  return all;
}

}  // namespace ashlar::tir

ASHLAR_COMPILER_END

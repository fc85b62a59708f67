// SPDX-License-Identifier: Apache-2.0
//
// schedule/place: where a stage is computed, and where its values are kept.
//
//   for y: for x: blur_x(y, x)             for y:
//   for y: for x: blur_y(y, x)     -->       for x: blur_x(y .. y + 2, x)
//                                            for x: blur_y(y, x)
//
//   compute_root  before the stages that read it, all of its domain at once
//   compute_at    in each iteration of a consumer's loop, exactly what that iteration reads
//   store_at      a loop further out that keeps the values (schedule/store_at.hpp)
//   store_in      the memory of the stage's values: workspace, stack or registers, or an output's
//                 (schedule/hold.hpp)
//   invariants    all stages that read a stage are inside the loop that it is computed at, or its
//                 values are in the output that reads them when the loop is over; a stage which
//                 only the epilogue of a reduction reads stays outside the reduction loops
//   names         Halide: compute_root, compute_at, store_in; TVM: sch.compute_at, sch.set_scope
//   source        Ragan-Kelley et al., "Halide", PLDI 2013, section 3
#pragma once

#include <ashlar/schedule/hold.hpp>
#include <ashlar/schedule/recurrence.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// True if stage d is computed inside the loop `axis` of stage c, or is c.
constexpr auto is_under(program const& p, int d, int c, int axis) -> bool {
  if (d == c) return true;
  for (int depth = 0; depth <= p.stages.count; ++depth) {
    tir::stage const& s = p.stages[d];
    if (s.place != tir::placement::at) return false;
    if (s.at_stage == c) {
      return position_of(p.stages[c], s.at_axis) >= position_of(p.stages[c], axis);
    }
    d = s.at_stage;
  }
  return false;
}

/// Why a stage cannot be computed at a loop; `text` is empty where it can.
struct obstacle {
  std::string_view text{};
  int stage = -1;  // named in front of the text
  diag::code id = diag::code::bad_compute_at;
  constexpr auto none() const -> bool { return text.empty(); }
};

namespace place_impl {

constexpr auto at_reduction(program const& p, int producer, int consumer, int position)
    -> obstacle {
  bool const inside = position >= reduction_start(p, p.stages[consumer]);
  if (inside && use_of(p, consumer, p.stages[producer].buffer).in_result) {
    return obstacle{.text = " reads it after its reduction, outside of that loop",
                    .stage = consumer};
  }
  return {};
}

// True if reverse_compute_at has put the loop in the place of one of the stage's own.
constexpr auto has_moved_to(program const& p, int stage, int axis) -> bool {
  for (handle const l : p.stages[stage].loops) {
    if (p.axes[l].moved_to == axis) return true;
  }
  return false;
}

constexpr auto by_consumers(program const& p, int producer, int consumer, int axis) -> obstacle {
  bool any = false;
  for (int d = 0; d < p.stages.count; ++d) {
    if (d == producer || !use_of(p, d, p.stages[producer].buffer).any()) continue;
    any = true;
    if (is_under(p, d, consumer, axis) || is_held_for(p, producer, d, consumer)) continue;
    if (!has_moved_to(p, producer, axis)) {
      return obstacle{.text = " reads it outside of that loop", .stage = d};
    }
    return obstacle{.text = " reads it outside of that loop, and has to move there, too",
                    .stage = d,
                    .id = diag::code::bad_reverse};
  }
  return any ? obstacle{} : obstacle{.text = " is read by no stage", .stage = producer};
}

}  // namespace place_impl

namespace place_impl {

// True if the stage is read in its own definition, or at an earlier point than that of the reader.
constexpr auto is_kept_for_later(program const& p, int stage) -> bool {
  tir::stage const& s = p.stages[stage];
  for (int r = 0; r < p.stages.count; ++r) {
    tir::stage const& reader = p.stages[r];
    if (!tir::are_one_system(reader, s) || !use_of(p, r, s.buffer).any()) continue;
    if (r <= stage) return true;
    walker w{};
    push_all(w, reader);
    for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
      tir::access const& a = p.accesses[at];
      int const axis = reader.pure[reader.over];
      if (a.buffer == s.buffer && tir::axis_of(p, p.indices[a.index[s.over]]) != axis) return true;
    }
  }
  return false;
}

// True if blocks of the axis of the stage's system are rounded up: to points that come later.
constexpr auto goes_beyond(program const& p, tir::stage const& s) -> bool {
  for (handle const l : s.loops) {
    bool const is_padded = p.axes[l].tails == tail::round_up;
    if (is_padded && tir::is_part_of(p, l, s.pure[s.over])) return true;
  }
  return false;
}

// A stage of a system is computed in the nest of that.
constexpr auto in_system(program const& p, int producer, int consumer, int position) -> obstacle {
  tir::stage const& s = p.stages[producer];
  std::string_view text{};
  if (s.system < 0) return {};
  if (!tir::are_one_system(s, p.stages[consumer])) {
    text = " is computed from what is computed from it, point by point, at root";
  } else if (is_kept_for_later(p, producer)) {
    text = " is read at later points, and shares the loop over these";
  } else if (position < system_position(p, p.stages[consumer])) {
    text = " is computed point by point, in the loop over these or inside of it";
  } else if (goes_beyond(p, s)) {
    text = " is computed point by point, and its blocks of these are rounded up";
  }
  return obstacle{.text = text, .stage = producer, .id = diag::code::bad_system};
}

}  // namespace place_impl

/// What keeps a stage from being computed at a loop of another.
constexpr auto obstacle_at(program const& p, int producer, int consumer, int axis) -> obstacle {
  tir::stage const& s = p.stages[producer];
  tir::stage const& c = p.stages[consumer];
  if (p.buffers[s.buffer].is_output) {
    return obstacle{.text = " is an output, computed at root", .stage = producer};
  }
  if (s.place == tir::placement::inlined) {
    return obstacle{.text = " is inlined", .stage = producer};
  }
  int const position = position_of(c, axis);
  if (producer == consumer || position < 0 || c.place == tir::placement::inlined) {
    return obstacle{.text = " has no such loop", .stage = consumer};
  }
  if (axis == c.scattered) {
    return obstacle{.text = " has that loop scattered", .stage = consumer};
  }
  if (p.axes[axis].kind == tir::loop_kind::vectorized) {
    return obstacle{.text = " has that loop vectorized", .stage = consumer};
  }
  auto const inside = place_impl::in_system(p, producer, consumer, position);
  if (!inside.none()) return inside;
  auto const reader = place_impl::by_consumers(p, producer, consumer, axis);
  if (!reader.none()) return reader;
  auto const epilogue = place_impl::at_reduction(p, producer, consumer, position);
  if (!epilogue.none()) return epilogue;
  if (parallel_around(p, consumer, position) >= 0 && parallel_within(p, producer, 0) >= 0) {
    return obstacle{.text = " has a parallel loop, and that loop is in another",
                    .stage = producer,
                    .id = diag::code::nested_parallel};
  }
  return {};
}

/// Appends where a stage can be computed: root, and the loops of one consumer.
constexpr void list_places(diag::message& m, program const& p, int producer, int consumer) {
  m << "root";
  for (handle const l : p.stages[consumer].loops) {
    if (obstacle_at(p, producer, consumer, l).none()) m << ", " << p.axes[l].name;
  }
}

constexpr void fail_place(program& p, int producer, int consumer, int axis, obstacle const& why) {
  diag::message m{};
  m << p.stages[producer].name << " cannot be computed at ";
  if (axis >= 0) m << p.axes[axis].name << " of ";
  m << p.stages[consumer].name << ": " << p.stages[why.stage].name << why.text
    << "; it can be at: ";
  list_places(m, p, producer, consumer);
  p.fail(why.id, m);
}

/// Computes the stage at its consumer's loop. Errors: E013, E022.
constexpr void compute_at(program& p, int producer, int consumer, int axis) {
  if (!p.fault.ok()) return;
  auto const why = obstacle_at(p, producer, consumer, axis);
  if (!why.none()) return fail_place(p, producer, consumer, axis, why);
  tir::stage& s = p.stages[producer];
  s.place = tir::placement::at;
  s.at_stage = static_cast<handle>(consumer);
  s.at_axis = static_cast<handle>(axis);
  s.store_at = -1;
  s.fold_dim = -1;
}

/// Computes the stage before all stages that read it. Errors: E013 where a stage that it reads is
/// computed inside of a loop which does not contain it any more, or where it is inlined.
constexpr void compute_root(program& p, int stage) {
  if (!p.fault.ok()) return;
  tir::stage& s = p.stages[stage];
  if (s.place == tir::placement::inlined) {
    diag::message m{};
    m << s.name << " is inlined already: call compute_root in place of compute_inline";
    return p.fail(diag::code::bad_compute_at, m);
  }
  s.place = tir::placement::root;
  s.at_stage = -1;
  s.at_axis = -1;
  s.store_at = -1;
  s.fold_dim = -1;
  for (int d = 0; d < p.stages.count; ++d) {
    tir::stage const& other = p.stages[d];
    if (other.place != tir::placement::at || !use_of(p, stage, other.buffer).any()) continue;
    auto const why = obstacle_at(p, d, other.at_stage, other.at_axis);
    if (!why.none()) return fail_place(p, d, other.at_stage, other.at_axis, why);
  }
}

/// An axis along which the stage is computed as a whole wherever that is, and whose extent the call
/// knows; -1 for none.
constexpr auto whole_axis(program const& p, tir::stage const& s) -> int {
  for (int d = 0; d < s.pure.count; ++d) {
    bool const is_whole = tir::has_dim(tir::whole_dims(p, s), d) || s.pure[d] == s.scattered;
    if (is_whole && !is_constant(p, s.pure[d])) return s.pure[d];
  }
  return -1;
}

/// True if what one iteration of the place where the stage is computed reads has constant extents.
constexpr auto has_constant_region(program const& p, int stage) -> bool {
  tir::stage const& s = p.stages[stage];
  if (whole_axis(p, s) >= 0) return false;
  if (s.place != tir::placement::at) {
    for (handle const a : s.pure) {
      if (!is_constant(p, a)) return false;
    }
    return true;
  }
  tir::stage const& c = p.stages[s.at_stage];
  int const kept = s.store_at == -1 ? s.at_axis : s.store_at;
  for (int i = position_of(c, kept) + 1; i < c.loops.count; ++i) {
    if (!is_constant(p, c.loops[i])) return false;
  }
  return true;
}

/// E018 if the stage's values are to lie on the stack or in registers and their number is not
/// constant. Part of `finish`: where the stage is computed may be said after store_in.
constexpr void check_store(program& p, int stage) {
  tir::stage const& s = p.stages[stage];
  scope const where = p.buffers[s.buffer].where;
  bool const fixed = where == scope::stack || where == scope::registers || where == scope::shared;
  if (!p.fault.ok() || !fixed || s.place == tir::placement::inlined) return;
  if (has_constant_region(p, stage)) return;
  diag::message m{};
  m << "store_in(" << scope_name(where) << ") of " << s.name << ": ";
  if (int const whole = whole_axis(p, s); whole >= 0) {
    m << "it is computed as a whole along " << p.axes[whole].name
      << ", whose extent is known at the call";
  } else if (s.place == tir::placement::at) {
    tir::stage const& c = p.stages[s.at_stage];
    m << "a loop of " << c.name;
    if (s.store_at != tir::at_root) {
      m << " inside " << p.axes[s.store_at < 0 ? s.at_axis : s.store_at].name;
    }
    m << " has an extent known at the call; split it and compute deeper";
  } else {
    m << "its extents are known at the call; compute it at a loop";
  }
  m << ", or use scope::workspace";
  p.fail(diag::code::bad_store_in, m);
}

/// Keeps the stage's values in a memory. Errors: E018.
constexpr void store_in(program& p, int stage, scope where) {
  if (!p.fault.ok()) return;
  tir::stage const& s = p.stages[stage];
  if (p.buffers[s.buffer].where != scope::operand && where != scope::operand) {
    p.buffers[s.buffer].where = where;
    p.stages[stage].held_in = -1;
    return;
  }
  diag::message m{};
  m << "store_in(" << scope_name(where) << ") of " << s.name << ": ";
  if (where == scope::operand) {
    m << "a local stage is in scope::workspace, stack, registers or shared";
  } else {
    m << "it is an operand of the call; cache_write keeps its accumulator in registers";
  }
  p.fail(diag::code::bad_store_in, m);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

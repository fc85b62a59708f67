// SPDX-License-Identifier: Apache-2.0
//
// schedule/hold: values of a stage in the memory of an output that is computed from them.
//
//   e(i, j) = exp(x(i, j))                 for i:
//   y(i, j) = e(i, j) / sum(j, e(i, j))      for j: y(i, j) = exp(x(i, j))
//                                     -->    for j: s += y(i, j)
//                                            for j: y(i, j) = y(i, j) / s
//
//   takes       a stage that computes each element by itself, and an output of the same shape whose
//               stage reads it only where it writes
//   invariants  an element of the output is written again, with its own value, after its last
//               reader; a part of the output holds only what the same part will be computed from,
//               of one stage; no input is in the same memory
//   wins        no memory beside the output: half of what a long row takes of a cache
//   source      updates in place, as TVM's StorageRewrite finds them; here the schedule says so
#pragma once

#include <ashlar/schedule/trace.hpp>
#include <ashlar/schedule/uses.hpp>
#include <ashlar/tir/recurrence.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// True if every read of `buffer` is at the reader's own leading axes in its first `depth` indices,
/// and surely inside of it.
constexpr auto reads_at_own_axes(program const& p, tir::stage const& reader, int buffer, int depth)
    -> bool {
  walker w{};
  push_all(w, reader);
  for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
    tir::access const& a = p.accesses[at];
    if (a.buffer != buffer) continue;
    if (a.rank < depth || reader.pure.count < depth) return false;
    for (int d = 0; d < depth; ++d) {
      if (tir::axis_of(p, p.indices[a.index[d]]) != reader.pure[d]) return false;
    }
  }
  return true;
}

/// True if an axis of the stage, or a part of one, or what some were fused into, is split with that
/// tail.
constexpr auto has_tail(program const& p, int stage, tail which) -> bool {
  for (int a = 0; a < p.axes.count; ++a) {
    if (p.axes[a].tails == which && stage_of_axis(p, a) == stage) return true;
  }
  return false;
}

/// True if the output holds the values of another stage.
constexpr auto is_taken(program const& p, int stage, int output) -> bool {
  for (int d = 0; d < p.stages.count; ++d) {
    tir::stage const& other = p.stages[d];
    bool const holds = other.held_in == output && other.place != tir::placement::inlined;
    if (d != stage && holds) return true;
  }
  return false;
}

/// Why an output cannot hold the values of a stage; empty where it can. What depends on the loops
/// that the stage is computed at is judged by pass/place_stages.hpp.
constexpr auto obstacle_to_hold(program const& p, int stage, int output) -> std::string_view {
  tir::stage const& s = p.stages[stage];
  tir::buffer const& from = p.buffers[s.buffer];
  tir::buffer const& to = p.buffers[output];
  int const owner = stage_of(p, output);
  if (from.is_output) return "it is an output itself";
  if (!to.is_output || owner < 0) return "that is no output";
  if (from.type != to.type || from.rank != to.rank) return "its elements or dimensions differ";
  for (int d = 0; d < from.rank; ++d) {
    if (p.indices[from.shape[d]] != p.indices[to.shape[d]]) return "its extents differ";
  }
  if (is_taken(p, stage, output)) return "that holds another stage already";
  if (s.reduce.components > 0) return "it is a reduction";
  if (tir::is_recurrence(s)) return "it is a recurrence";
  if (has_tail(p, stage, tail::round_up)) return "it runs beyond its end, where that has nothing";
  tir::stage const& last = p.stages[owner];
  if (last.reduce.components > 0) return "that is a reduction, with partial results of its own";
  if (has_tail(p, owner, tail::shift_inwards)) return "that is computed twice where blocks overlap";
  if (use_of(p, owner, output).any()) return "that is updated in place, from its old values";
  if (!use_of(p, owner, s.buffer).any()) return "that is not computed from it";
  if (!reads_at_own_axes(p, last, s.buffer, to.rank)) {
    return "that reads it at other indices than it writes";
  }
  return {};
}

/// Keeps the stage's values in the memory of an output. Errors: E018.
constexpr void hold_in(program& p, int stage, int output) {
  if (!p.fault.ok()) return;
  auto const why = obstacle_to_hold(p, stage, output);
  if (why.empty()) {
    p.stages[stage].held_in = static_cast<handle>(output);
    // An input in the same memory would be lost before it is read.
    for (auto& b : p.buffers) b.may_alias_output = false;
    return;
  }
  diag::message m{};
  m << "store_in(" << p.buffers[output].name << ") of " << p.stages[stage].name << ": " << why
    << "; use scope::workspace, stack or registers, or one of the outputs: ";
  bool any = false;
  for (int b = 0; b < p.buffers.count; ++b) {
    if (!obstacle_to_hold(p, stage, b).empty()) continue;
    m << (any ? ", " : "") << p.buffers[b].name;
    any = true;
  }
  if (!any) m << "(none)";
  p.fail(diag::code::bad_store_in, m);
}

/// True if the values are still there, and whole, where the stage of the output reads them: the
/// stage is computed in a loop of that stage, or of one that is complete before it.
constexpr auto is_held_for(program const& p, int stage, int reader, int consumer) -> bool {
  tir::stage const& s = p.stages[stage];
  if (s.held_in < 0 || p.stages[reader].buffer != s.held_in) return false;
  while (p.stages[consumer].place == tir::placement::at) consumer = p.stages[consumer].at_stage;
  bool const is_before = p.stages[reader].place == tir::placement::root && consumer < reader;
  return consumer == reader || is_before;
}

namespace hold_impl {

// What a stage is computed in, itself perhaps, directly at a loop of `owner` or at root.
constexpr auto outermost(program const& p, int stage, int owner) -> int {
  while (p.stages[stage].place == tir::placement::at && p.stages[stage].at_stage != owner) {
    stage = p.stages[stage].at_stage;
  }
  return stage;
}

// A stage that reads the values when the owner may have written over some: -1 if there is none.
// What is computed at the loop of the owner where they are made comes before the loops inside of
// it; at root, what comes before the owner.
constexpr auto late_reader(program const& p, int stage, int owner) -> int {
  tir::stage const& made = p.stages[outermost(p, stage, owner)];
  for (int d = 0; d < p.stages.count; ++d) {
    if (d == owner || !use_of(p, d, p.stages[stage].buffer).any()) continue;
    int const top = outermost(p, d, owner);
    tir::stage const& reader = p.stages[top];
    bool const is_in_time = made.place == tir::placement::at
                                ? reader.place == made.place && reader.at_axis == made.at_axis
                                : reader.place == made.place && top < owner;
    if (!is_in_time) return d;
  }
  return -1;
}

}  // namespace hold_impl

/// E018 if a stage that was placed, or changed, after store_in is not held any more, or not as long
/// as it is read. Part of `finish`.
constexpr void check_held(program& p, int stage) {
  tir::stage const& s = p.stages[stage];
  if (!p.fault.ok() || s.held_in < 0 || s.place == tir::placement::inlined) return;
  hold_in(p, stage, s.held_in);
  int const owner = stage_of(p, s.held_in);
  if (!p.fault.ok()) return;
  diag::message m{};
  m << "store_in(" << p.buffers[s.held_in].name << ") of " << s.name << ": ";
  int const late = hold_impl::late_reader(p, stage, owner);
  if (s.place == tir::placement::at && !is_held_for(p, stage, owner, s.at_stage)) {
    m << "it is not computed before, or in a loop of, " << p.stages[owner].name;
  } else if (late >= 0) {
    m << p.stages[late].name << " reads it where " << p.stages[owner].name
      << " has written over some of it; compute that where it is computed";
  } else {
    return;
  }
  p.fail(diag::code::bad_store_in, m << "; use scope::workspace");
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

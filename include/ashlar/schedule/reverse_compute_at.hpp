// SPDX-License-Identifier: Apache-2.0
//
// schedule/reverse_compute_at: a stage moves to the loop of one that it reads.
//
//   for io: for jo: for k: for ii: for ji: y       for io: for jo:
//   for i: for j: c(i, j) = relu(y(i, j))     -->    for k: for ii: for ji: y
//                                                    for ii: for ji: c = relu(y)
//
//   takes       a consumer, and a loop of a producer which has no reduction loop around it
//   method      the consumer takes the producer's loops down to that one over: its axes are split,
//               fused and ordered as those of the producer are, and its loops get their kinds. Then
//               the producer is computed at the innermost of them. So there is one mechanism, and
//               footprints, tails and storage are those of compute_at
//   inside      the producer keeps its loops inside of that one with all that was said of them; of
//               those that moved it keeps the one iteration which its part leaves of each
//   invariants  the consumer reads the producer, along the axes which those loops are made of, at
//               axes of its own: so its blocks are the producer's, each is complete where it is
//               read, and no other one is needed. What was computed at a loop that moved is
//               computed at what took its place
//   names       TVM: sch.reverse_compute_at; in Halide the producer's compute_at is said instead
#pragma once

#include <ashlar/schedule/bind.hpp>
#include <ashlar/schedule/moved_loops.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace reverse_impl {

using axis_list = order_impl::nest;

/// Of each axis of the producer: the consumer's that stands for it.
struct counterparts {
  handle of[limits::axes]{};  // handle + 1
  constexpr auto has(int a) const -> bool { return of[a] > 0; }
  constexpr auto at(int a) const -> handle { return static_cast<handle>(of[a] - 1); }
  constexpr void set(int a, int c) { of[a] = static_cast<handle>(c + 1); }
};

// The axis that a stage has at dimension d of every read of a buffer; -1 where it has another
// index, or not always the same.
constexpr auto axis_at(program const& p, tir::stage const& reader, int buffer, int d) -> int {
  walker w{};
  push_all(w, reader);
  int found = -1;
  for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
    if (p.accesses[at].buffer != buffer) continue;
    int const a = tir::axis_of(p, p.indices[p.accesses[at].index[d]]);
    if (a < 0 || (found >= 0 && found != a)) return -1;
    found = a;
  }
  return found;
}

// True if the loops of the axis are cut into blocks of a length that the call knows.
constexpr auto is_cut_at_call(program const& p, int axis) -> bool {
  tir::axis const& a = p.axes[axis];
  if (a.fused >= 0) return is_cut_at_call(p, a.fused);
  if (a.outer < 0) return false;
  return p.axes[a.outer].span >= 0 || is_cut_at_call(p, a.outer) || is_cut_at_call(p, a.inner);
}

// Binds the consumer's axis for dimension d of the producer; says why there is none.
constexpr void bind_dim(diag::message& m, program const& p, int consumer, tir::stage const& s,
                        int d, counterparts& to) {
  tir::stage const& c = p.stages[consumer];
  int const root = s.pure[d];
  int const own = axis_at(p, c, s.buffer, d);
  auto const reads = [&]() -> diag::message& {
    return m << c.name << " reads " << s.name << " along " << p.axes[root].name;
  };
  if (own < 0) {
    reads() << " at another index than one axis of its own";
    return;
  }
  if (p.axes[own].is_reduction) {
    reads() << " in its reduction over " << p.axes[own].name;
    return;
  }
  for (handle const other : s.pure) {
    if (!to.has(other) || to.at(other) != own) continue;
    reads() << " and along " << p.axes[other].name << " at the same axis " << p.axes[own].name;
    return;
  }
  bool const is_new = position_of(c, own) >= 0 && !is_divided(p.axes[own]) &&
                      p.axes[own].kind == tir::loop_kind::serial;
  if (!is_new) {
    m << p.axes[own].name << " of " << c.name << " is split, fused or "
      << "bound already; reverse_compute_at comes first, and gives it the loops of "
      << p.axes[root].name;
  } else if (is_cut_at_call(p, root) && p.axes[own].extent != p.axes[root].extent) {
    m << p.axes[own].name << " of " << c.name << " has another extent than " << p.axes[root].name
      << ", and the call decides how long a block is";
  }
  to.set(root, own);
}

// The same for all axes that a loop is made of.
constexpr void bind_roots(diag::message& m, program const& p, int consumer, tir::stage const& s,
                          int axis, counterparts& to) {
  tir::axis const& a = p.axes[axis];
  if (a.parent >= 0) return bind_roots(m, p, consumer, s, a.parent, to);
  if (a.first >= 0) {
    bind_roots(m, p, consumer, s, a.first, to);
    return bind_roots(m, p, consumer, s, a.second, to);
  }
  for (int d = 0; d < s.pure.count && m.empty() && !to.has(axis); ++d) {
    if (s.pure[d] == axis) bind_dim(m, p, consumer, s, d, to);
  }
}

constexpr auto is_inside_of(program const& p, int stage, int other) -> bool {
  for (int n = 0; n <= p.stages.count; ++n) {
    if (stage == other) return true;
    if (p.stages[stage].place != tir::placement::at) return false;
    stage = p.stages[stage].at_stage;
  }
  return false;
}

// A stage whose values are kept across iterations of a loop that moves, and which stays; -1: none.
constexpr auto kept_across(program const& p, int producer, int position) -> int {
  tir::stage const& s = p.stages[producer];
  for (int d = 0; d < p.stages.count; ++d) {
    tir::stage const& a = p.stages[d];
    bool const stays = a.place == tir::placement::at && a.at_stage == producer &&
                       position_of(s, a.at_axis) > position;
    if (!stays || a.store_at == -1) continue;
    if (a.store_at == tir::at_root || position_of(s, a.store_at) <= position) return d;
  }
  return -1;
}

// Why the stages themselves, or the loop, forbid it; nothing where they do not.
constexpr void obstacle_of_loop(diag::message& m, program const& p, int consumer, int producer,
                                int axis) {
  tir::stage const& s = p.stages[producer];
  tir::stage const& c = p.stages[consumer];
  int const position = position_of(s, axis);
  int const reduced = first_reduction(p, s);
  bool const in_order = is_carried_along(p, s, axis) || is_crossed_along(p, s, axis);
  if (producer == consumer || !use_of(p, consumer, s.buffer).any()) {
    m << c.name << " does not read " << s.name;
  } else if (p.buffers[s.buffer].is_output) {
    m << s.name << " is an output, computed at root";
  } else if (is_inside_of(p, producer, consumer)) {
    m << s.name << " is computed in a loop of " << c.name << " already";
  } else if (position >= reduced) {
    m << s.name << " is not complete inside of its reduction loop "
      << p.axes[s.loops[reduced]].name;
  } else if (in_order || position >= reduction_start(p, s)) {
    m << s.name << " is computed as a whole along it";
  } else if (p.axes[axis].kind == tir::loop_kind::vectorized) {
    m << "that loop is vectorized";
  } else if (p.axes[axis].kind == tir::loop_kind::tensorized) {
    m << "that loop is in an intrinsic";
  } else if (int const d = kept_across(p, producer, position); d >= 0) {
    m << p.stages[d].name << " is computed inside of that loop, and stored around it";
  }
}

constexpr void obstacle_to_reverse(diag::message& m, program const& p, int consumer, int producer,
                                   int axis, counterparts& to) {
  tir::stage const& s = p.stages[producer];
  obstacle_of_loop(m, p, consumer, producer, axis);
  for (int i = 0; m.empty() && i <= position_of(s, axis); ++i) {
    bind_roots(m, p, consumer, s, s.loops[i], to);
  }
  if (!m.empty() || s.place != tir::placement::at) return;
  auto const why = obstacle_at(p, consumer, s.at_stage, s.at_axis);
  if (why.none()) return;
  m << "it is to be where " << s.name << " is computed, in " << p.axes[s.at_axis].name << " of "
    << p.stages[s.at_stage].name << ", and " << p.stages[why.stage].name << why.text;
}

constexpr auto can_reverse(program const& p, int consumer, int producer, int axis) -> bool {
  diag::message why{};
  counterparts to{};
  obstacle_to_reverse(why, p, consumer, producer, axis, to);
  return why.empty();
}

constexpr void fail(program& p, int consumer, int producer, int axis, diag::message const& why) {
  diag::message m{};
  m << "reverse_compute_at " << p.axes[axis].name << " of " << p.stages[consumer].name << ": "
    << why << "; legal loops of " << p.stages[producer].name << ": ";
  bool any = false;
  for (handle const l : p.stages[producer].loops) {
    if (!can_reverse(p, consumer, producer, l)) continue;
    m << (any ? ", " : "") << p.axes[l].name;
    any = true;
  }
  if (!any) m << "(none)";
  p.fail(diag::code::bad_reverse, m);
}

// Does to the consumer's axes what was done to the producer's.
struct follower {
  program& p;
  int consumer;
  counterparts& to;

  constexpr void follow(int axis) {
    if (to.has(axis) || !p.fault.ok()) return;
    tir::axis const a = p.axes[axis];
    if (a.parent >= 0) return split(a.parent);
    follow(a.first);
    follow(a.second);
    if (p.fault.ok()) fuse(axis, to.at(a.first), to.at(a.second));
  }
  constexpr void order(axis_list const& list) {
    if (p.fault.ok()) reorder(p, consumer, list.begin(), list.count);
  }

 private:
  // The parts have the names of the producer's where the whole has the name of its whole.
  constexpr void split(int whole) {
    follow(whole);
    if (!p.fault.ok()) return;
    tir::axis const from = p.axes[whole];
    tir::axis const outer = p.axes[from.outer];
    int const mine = to.at(whole);
    bool const is_namesake = p.axes[mine].name == from.name;
    name_text a = is_namesake ? outer.name : name_text{};
    name_text b = is_namesake ? p.axes[from.inner].name : name_text{};
    bool const keeps = outer.tails == tail::cut || outer.tails == tail::shift_inwards;
    tail const tails = keeps ? outer.tails : tail::automatic;
    axis_pair r{};
    if (outer.span < 0) {
      r = scheduling::split(p, consumer, mine, outer.factor, tails, a, b);
    } else if (split_impl::is_splittable(p, consumer, mine, "split", a, b) &&
               has_room(p, split_evenly_impl::room, "split")) {
      split_evenly_impl::blocks const blocks{.length = block_of(p, outer), .count = outer.extent};
      r = split_evenly_impl::split_at_call(p, consumer, mine, blocks, tail::guard, a, b);
    }
    if (!p.fault.ok()) return;
    to.set(from.outer, r.outer);
    to.set(from.inner, r.inner);
  }
  constexpr void fuse(int axis, handle a, handle b) {
    axis_list list{};
    for (handle const l : p.stages[consumer].loops) {
      if (l == b) continue;
      list.push_back(l);
      if (l == a) list.push_back(b);
    }
    order(list);
    auto const c = scheduling::fuse(p, consumer, a, b, p.axes[axis].name);
    if (c >= 0) to.set(axis, c);
  }
};

// The loop is one of the consumer's now: so are its kind, its peeled ends and its rest.
constexpr void hand_over(program& p, int consumer, int loop, int to) {
  tir::axis& l = p.axes[loop];
  tir::axis const before = l;
  l.kind = tir::loop_kind::serial;
  l.first_peeled = l.last_peeled = 0;
  l.moved_to = static_cast<handle>(to);
  if (before.kind == tir::loop_kind::parallel) parallel(p, consumer, to);
  if (before.kind == tir::loop_kind::unrolled) unroll(p, consumer, to);
  if (before.first_peeled + before.last_peeled > 0) {
    peel(p, to, before.first_peeled, before.last_peeled);
  }
}

// One block is left of a split that the consumer has taken over.
constexpr void settle_tails(program& p, tir::axis const& whole) {
  for (handle const part : {whole.outer, whole.inner}) {
    tir::axis& a = p.axes[part];
    a.cut_at = -1;
    bool const is_divided =
        a.tails == tail::cut || a.tails == tail::narrow || a.tails == tail::shift_inwards;
    if (is_divided) a.tails = tail::guard;
  }
}

// Everything that is computed at, or stored in, a loop that moved is so in what took its place.
constexpr void move_guests(program& p, int producer, int consumer, int position,
                           counterparts const& to) {
  tir::stage const& s = p.stages[producer];
  for (auto& d : p.stages) {
    if (d.place != tir::placement::at || d.at_stage != producer) continue;
    if (position_of(s, d.at_axis) > position) continue;
    d.at_stage = static_cast<handle>(consumer);
    d.at_axis = to.at(d.at_axis);
    if (d.store_at >= 0) d.store_at = to.at(d.store_at);
  }
}

// The consumer is computed where the producer was.
constexpr void take_place(program& p, int consumer, int producer) {
  tir::stage const& s = p.stages[producer];
  tir::stage const& c = p.stages[consumer];
  if (s.place == tir::placement::at) {
    compute_at(p, consumer, s.at_stage, s.at_axis);
  } else if (c.place == tir::placement::at) {
    compute_root(p, consumer);
  }
}

constexpr auto outer_first(program const& p, int consumer, tir::stage const& s, int position,
                           counterparts const& to) -> axis_list {
  axis_list list{};
  for (int i = 0; i <= position; ++i) list.push_back(to.at(s.loops[i]));
  int const moved = list.count;
  for (handle const l : p.stages[consumer].loops) {
    bool is_moved = false;
    for (int i = 0; i < moved; ++i) is_moved = is_moved || list[i] == l;
    if (!is_moved) list.push_back(l);
  }
  return list;
}

}  // namespace reverse_impl

/// Computes a consumer in a producer's loop, once that has made its part of the iteration. Errors:
/// E058, and what the splits and kinds of the producer's loops are not legal for: E001, E009, E013,
/// E021, E022, E024, E025.
constexpr void reverse_compute_at(program& p, int consumer, int producer, int axis) {
  using namespace reverse_impl;
  if (!p.fault.ok()) return;
  diag::message why{};
  counterparts to{};
  obstacle_to_reverse(why, p, consumer, producer, axis, to);
  if (!why.empty()) return fail(p, consumer, producer, axis, why);
  take_place(p, consumer, producer);
  tir::stage const s = p.stages[producer];
  int const position = position_of(s, axis);
  follower f{.p = p, .consumer = consumer, .to = to};
  for (int i = 0; i <= position; ++i) f.follow(s.loops[i]);
  if (!p.fault.ok()) return;
  f.order(outer_first(p, consumer, s, position, to));
  move_guests(p, producer, consumer, position, to);
  tir::stage& moved = p.stages[producer];
  moved.place = tir::placement::at;
  moved.at_stage = static_cast<handle>(consumer);
  moved.at_axis = to.at(axis);
  moved.store_at = moved.fold_dim = -1;
  for (int i = 0; i <= position; ++i) hand_over(p, consumer, s.loops[i], to.at(s.loops[i]));
  for (int a = 0; a < p.axes.count; ++a) {
    if (p.axes[a].outer >= 0 && to.has(p.axes[a].outer)) settle_tails(p, p.axes[a]);
  }
  auto const late = place_impl::at_reduction(p, producer, consumer, position);
  if (!late.none()) fail_place(p, producer, consumer, moved.at_axis, late);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

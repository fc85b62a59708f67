// SPDX-License-Identifier: Apache-2.0
//
// schedule/joint_nests: which stages share loops, and what has to come before them.
//
//   takes       a program in which compute_with has said with which loop a stage runs
//   returns     the stage whose loops a stage runs in; the stages of a place in an order in which
//               those that share loops are neighbours, and each comes after what it reads
//   invariants  there is such an order where nothing that shares loops reads itself on the way
//               through others; without compute_with it is the order of the stages
#pragma once

#include <ashlar/schedule/uses.hpp>
#include <ashlar/tir/recurrence.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// The stage whose loops a stage runs in: itself, or the one that it is computed with, and so on.
constexpr auto leader_of(program const& p, int stage) -> int {
  for (int n = 0; n < p.stages.count && p.stages[stage].with_axis >= 0; ++n) {
    int const next = stage_of_axis(p, p.stages[stage].with_axis);
    if (next < 0) return stage;
    stage = next;
  }
  return stage;
}

/// True if some stage shares loops with another.
constexpr auto has_joint_nests(program const& p) -> bool {
  for (auto const& s : p.stages) {
    if (s.with_axis >= 0) return true;
  }
  return false;
}

constexpr auto are_together(tir::stage const& a, tir::stage const& b) -> bool {
  return a.place == b.place && a.at_stage == b.at_stage && a.at_axis == b.at_axis;
}

/// Which nests of one place need which, directly and by others. A nest is that of a stage at the
/// place, with all that is computed inside of it; those that share loops are one, by its leader.
class nest_order {
 public:
  constexpr nest_order(program const& p, tir::stage const& place) : p_(p) {
    for (int s = 0; s < p.stages.count; ++s) nest_[s] = nest_of(s, place);
    for (int s = 0; s < p.stages.count; ++s) {
      if (nest_[s] >= 0 && p.stages[s].place != tir::placement::inlined) add_reads(s);
    }
    for (int via = 0; via < p.stages.count; ++via) {
      for (int a = 0; a < p.stages.count; ++a) {
        if (!needs_[a][via]) continue;
        for (int b = 0; b < p.stages.count; ++b) needs_[a][b] = needs_[a][b] || needs_[via][b];
      }
    }
  }

  /// True if a nest needs another, or itself on the way through others.
  constexpr auto needs(int leader, int other) const -> bool { return needs_[leader][other]; }

  /// The stages, in the order in which their nests come.
  template <class List> constexpr auto sorted(List const& stages) const -> List {
    List out{};
    bool done[limits::stages]{};
    for (auto const s : stages) put(stages, s, out, done);
    return out;
  }

 private:
  constexpr auto nest_of(int s, tir::stage const& place) const -> int {
    for (int n = 0; n < p_.stages.count; ++n) {
      if (are_together(p_.stages[s], place)) return s;
      if (p_.stages[s].place != tir::placement::at) return -1;
      s = p_.stages[s].at_stage;
    }
    return -1;
  }
  constexpr void add_reads(int s) {
    walker w{};
    push_all(w, p_.stages[s]);
    for (int at = w.next_load(p_); at >= 0; at = w.next_load(p_)) {
      int const read = stage_of(p_, p_.accesses[at].buffer);
      if (read < 0 || nest_[read] < 0 || nest_[read] == nest_[s]) continue;
      // Those of a system share loops, in their order.
      if (tir::are_one_system(p_.stages[s], p_.stages[read])) continue;
      needs_[leader_of(p_, nest_[s])][leader_of(p_, nest_[read])] = true;
    }
  }
  // What a group of stages needs, and then all of them: the leader, and each after its own.
  template <class List>
  constexpr void put(List const& stages, int s, List& out, bool (&done)[limits::stages]) const {
    int const leader = leader_of(p_, s);
    if (done[leader]) return;
    done[leader] = true;
    bool const is_joint = needs_any(stages, leader);
    for (auto const t : stages) {
      int const other = leader_of(p_, t);
      if (is_joint && other != leader && needs(leader, other)) put(stages, t, out, done);
    }
    put_group(stages, leader, out);
  }
  // True if stages share loops with the leader.
  template <class List> constexpr auto needs_any(List const& stages, int leader) const -> bool {
    for (auto const t : stages) {
      if (t != leader && leader_of(p_, t) == leader) return true;
    }
    return false;
  }
  template <class List> constexpr void put_group(List const& stages, int stage, List& out) const {
    for (auto const t : stages) {
      if (t == stage) out.push_back(t);
    }
    for (auto const t : stages) {
      int const with = p_.stages[t].with_axis;
      if (with >= 0 && stage_of_axis(p_, with) == stage) put_group(stages, t, out);
    }
  }

  program const& p_;
  int nest_[limits::stages]{};
  bool needs_[limits::stages][limits::stages]{};
};

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

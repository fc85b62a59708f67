// SPDX-License-Identifier: Apache-2.0
//
// pass/build_nest: from stages with schedules to one loop nest.
//
//   stage y(i, j) = sum(k, a(i, k) * b(k, j)); loops i, j, k
//     -->   for i: for j: allocate acc: acc = 0; for k: acc = acc + ...; y[i, j] = acc
//
//   takes       a program whose stages are scheduled
//   returns     the same program with statements from `root`
//   invariants  each point of each stage is computed where its schedule says, before it is read;
//               loops that are shared are opened once, around what all of their stages do there
//   source      computing a stage inside a loop of its consumer: Halide's compute_at; the split of
//               a reduction into init, update and write-back: TensorIR's decompose_reduction
#pragma once

#include <ashlar/pass/join_loops.hpp>
#include <ashlar/pass/place_stages.hpp>
#include <ashlar/pass/reduce_nest.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace build_nest_impl {

using namespace nest;

using stage_list = static_vector<std::int16_t, limits::stages>;

constexpr auto build_stages(builder& b, stage_list const& stages) -> handle;

// The memory of stages that are stored in a loop of stage s, around its body.
constexpr auto kept(builder& b, int s, int axis, handle body) -> handle {
  for (auto const& st : b.p.stages) {
    if (st.place != placement::at || st.at_stage != s || st.store_at != axis) continue;
    body = b.p.add(stmt{.kind = stmt_kind::allocate, .body = body, .target = st.buffer});
  }
  return body;
}

// What runs in the body of loop `axis` of stage s: the stages computed there, then `rest`.
template <class Rest>
constexpr auto with_producers(builder& b, int s, int axis, Rest const& rest) -> handle {
  stage_list here{};
  bool keeps = false;
  for (int i = 0; i < b.p.stages.count; ++i) {
    stage const& st = b.p.stages[i];
    if (st.place != placement::at || st.at_stage != s) continue;
    if (st.at_axis == axis) here.push_back(static_cast<std::int16_t>(i));
    keeps = keeps || st.store_at == axis;
  }
  if (here.empty()) return keeps ? kept(b, s, axis, rest()) : rest();
  warm_up const w = place_stages(b, s, axis);
  block all{};
  // The reduction that this loop belongs to goes on after those of its producers.
  accumulators const running = b.running;
  all.add(b.p, build_stages(b, here));
  b.running = running;
  if (w.axis >= 0) all.head = all.last = first_or_later(b, w, all.head);
  all.add(b.p, rest());
  handle body = all.head;
  for (auto const i : here) {
    if (b.p.stages[i].held_in >= 0 || b.p.stages[i].store_at != -1) continue;
    body = b.p.add(stmt{.kind = stmt_kind::allocate, .body = body, .target = b.p.stages[i].buffer});
  }
  return keeps ? kept(b, s, axis, body) : body;
}

constexpr auto store_point(builder& b, int s) -> handle {
  builder::conditions points{};
  b.pure_conditions(s, points);
  stage const& st = b.p.stages[s];
  handle const point = b.store(b.own_access(s), b.instantiate(st.result), st.streams);
  return b.guarded(points, b.with_hints(s, point));
}

// Unrolling brings a loop beyond its end where its extent varies. A point there is computed and
// dropped, but what is more than a point is skipped: producers, since nothing need have written
// what they would read, and tiles of a reduction, since its last iteration is over.
constexpr void add_live(builder& b, int s, int level, int stop, builder::conditions& out) {
  int const axis = b.p.stages[s].loops[level];
  affine const extent = b.p.indices[b.scope.extent[axis] - 1];
  if (b.p.axes[axis].kind != loop_kind::unrolled || extent.is_constant()) return;
  bool holds_more = b.p.axes[axis].is_reduction && stop > level;
  for (int i = 0; i < b.p.stages.count && !holds_more; ++i) {
    holds_more = place_stages_impl::is_under(b.p, i, s, axis);
  }
  if (holds_more) out.push_back(extent - variable(b.p, axis) - 1);
}

constexpr auto loops_from(builder& b, int s, int level, int stop, int first) -> handle;

// The level of the loops of stage s from which a sum is known. Producers in its loops have values
// for later iterations, too, so they are not skipped.
constexpr auto level_of(program const& p, stage const& s, affine const& a) -> int {
  int level = 0;
  auto const after = [&](int axis) {
    int const at = position_of(s, axis) + 1;
    if (at > level) level = at;
    return false;
  };
  any_variable(p, a, after);
  for (auto const& t : p.stages) {
    if (t.place == placement::at && p.stages[t.at_stage].buffer == s.buffer) after(t.at_axis);
  }
  return level;
}

// body, of the loops of a reduction from `level` on, where what it combines counts. The first of
// those loops is at `first`: what is known before is tested there.
constexpr auto where_counted(builder& b, int s, int first, int level, handle body) -> handle {
  program& p = b.p;
  if (!skip_identity_impl::is_choice(p, p.stages[s])) return body;
  counted const c = counted_of(p, p.stages[s]);
  builder::conditions here{};
  for (int i = 0; c.value >= 0 && i < c.where.count; ++i) {
    affine const sum = substitute(p, c.where[i], b.roots);
    int const known = level_of(p, p.stages[s], sum);
    if ((known > first ? known : first) == level) here.push_back(sum);
  }
  return b.guarded(here, body);
}

// The loop at `level`, or a point.
constexpr auto loop_at(builder& b, int s, int level, int stop, int first) -> handle {
  stage const& st = b.p.stages[s];
  bool const reducing = first >= 0;
  if (level == st.loops.count) return reducing ? update_point(b, s) : store_point(b, s);
  int const axis = st.loops[level];
  if (reducing && axis == st.scattered) return loops_from(b, s, level + 1, stop, first);
  handle const nest = b.loop(axis, [&] {
    builder::conditions live{};
    add_live(b, s, level, stop, live);
    auto const rest = [&] { return loops_from(b, s, level + 1, stop, first); };
    return b.guarded(live, with_producers(b, s, axis, rest));
  });
  return axis == st.tensorized_at ? b.tensorized(s, nest) : nest;
}

// The loops of stage s from `level` on; once its reduction has been started, at loop `first`.
constexpr auto loops_from(builder& b, int s, int level, int stop, int first) -> handle {
  if (level == stop && first >= 0) {
    return reduce_tiled(b, s, level, [&](int from) { return loops_from(b, s, from, -1, from); });
  }
  // Before the end of the loops: what rfactor leaves may reduce over no loop.
  if (first < 0 && level == reduction_level(b.p, s)) {
    return reduce(b, s, level,
                  [&](int from, int tile) { return loops_from(b, s, from, tile, from); });
  }
  handle const body = loop_at(b, s, level, stop, first);
  // Around a tile the first iteration and the last have other things to do.
  if (first < 0 || stop >= 0) return body;
  return where_counted(b, s, first, level, body);
}

// The stages of a list that have the loop number `level` of one of them.
constexpr auto sharing(builder const& b, stage_list const& stages, int s, int level) -> stage_list {
  stage_list r{};
  for (auto const t : stages) {
    auto const& loops = b.p.stages[t].loops;
    bool const is_shared = level < loops.count && level < b.p.stages[s].loops.count &&
                           loops[level] == b.p.stages[s].loops[level];
    if (t == s || is_shared) r.push_back(t);
  }
  return r;
}

constexpr auto levels_from(builder& b, stage_list const& stages, int level) -> handle;

// The next loops of stages that share them as well as loop `axis`, and what is computed in front.
constexpr auto around(builder& b, stage_list const& stages, int n, int axis, int level) -> handle {
  if (n == stages.count) return levels_from(b, stages, level + 1);
  builder::conditions live{};
  add_live(b, stages[n], level, -1, live);
  auto const rest = [&] { return around(b, stages, n + 1, axis, level); };
  return b.guarded(live, with_producers(b, stages[n], axis, rest));
}

// The loops from `level` on of stages whose loops are the same so far: each once for those that
// share it.
constexpr auto levels_from(builder& b, stage_list const& stages, int level) -> handle {
  if (stages.count == 1) return loops_from(b, stages[0], level, -1, -1);
  block all{};
  for (auto const s : stages) {
    stage_list const group = sharing(b, stages, s, level);
    if (group[0] != s) continue;
    if (group.count == 1) {
      all.add(b.p, levels_from(b, group, level));
      continue;
    }
    int const axis = b.p.stages[s].loops[level];
    all.add(b.p, b.loop(axis, [&] {
      block inside{};
      for (auto const t : group) {
        require_same_extent(b, t, axis);
        stage_list const next = sharing(b, group, t, level + 1);
        if (next[0] == t) inside.add(b.p, around(b, next, 0, axis, level));
      }
      return inside.head;
    }));
  }
  return all.head;
}

// Stages of one place, one after the other, and together where they share loops.
constexpr auto build_stages(builder& b, stage_list const& stages) -> handle {
  if (!scheduling::has_joint_nests(b.p)) {
    block all{};
    for (auto const s : stages) all.add(b.p, loops_from(b, s, 0, -1, -1));
    return all.head;
  }
  scheduling::nest_order const order(b.p, b.p.stages[stages[0]]);
  return levels_from(b, order.sorted(stages), 0);
}

}  // namespace build_nest_impl

/// Builds the loop nest of all stages, see the head of this file.
constexpr void build_nest(tir::program& p) {
  if (p.fault) return;
  nest::builder b{.p = p};
  for (auto const& a : p.accesses) b.is_read[a.buffer] = true;
  for (auto const& c : p.checks) {
    if (!c.equal && !b.scope.facts.full()) b.scope.facts.push_back(p.indices[c.sum]);
  }
  nest::join_loops(p);
  build_nest_impl::stage_list here{};
  for (int s = 0; s < p.stages.count; ++s) {
    // An inlined stage has no values to keep.
    bool const is_inlined = p.stages[s].place == tir::placement::inlined;
    if (is_inlined) p.buffers[p.stages[s].buffer].where = tir::scope::workspace;
    if (p.stages[s].place != tir::placement::root) continue;
    nest::set_root_storage(b, s);
    b.bind(s, nullptr);
    here.push_back(static_cast<std::int16_t>(s));
  }
  tir::handle body = build_nest_impl::build_stages(b, here);
  nest::part_loops(p);
  for (int s = 0; s < p.stages.count; ++s) {
    tir::stage const& st = p.stages[s];
    bool const is_here = st.place == tir::placement::root || st.store_at == tir::at_root;
    if (!is_here || p.buffers[st.buffer].operand >= 0 || st.held_in >= 0) continue;
    body = p.add(tir::stmt{.kind = tir::stmt_kind::allocate, .body = body, .target = st.buffer});
  }
  p.root = body;
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

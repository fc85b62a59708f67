// SPDX-License-Identifier: Apache-2.0
//
// pass/reduce_nest: init, update and write-back of a reduction, at its outermost reduction loop.
//
//   loops i, k, j (all of j unrolled or vectorized)
//     -->   for i: allocate t: t = identity; for k: for j: t[j] = combine(...); y[i, j] = result(t)
//
//   where      the running values are kept: in a tile of registers (or the stack) over the pure
//              loops inside; with reduction loops outside of the tile, partial results wait in the
//              stage's own buffer, or in a local where types or the result expression forbid that
//   scatter    the update has no loop over the axis that it is scattered along; running values wait
//              in the output, or a local, all of them
//   rounding   a partial result is loaded into the tile and continued, never added afterwards, so
//              the order of the reduction is that of the loops
//   source     register promotion of accumulators: the measurement is in docs/design
#pragma once

#include <ashlar/pass/nest_builder.hpp>
#include <ashlar/pass/skip_identity.hpp>
#include <ashlar/schedule/atomic.hpp>
#include <ashlar/schedule/scatter.hpp>
#include <ashlar/tir/axis_tree.hpp>

#include <bit>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass::nest {

/// A tile of at most this many elements becomes registers without being asked for.
inline constexpr std::int64_t register_tile_elements = 1024;

/// The loop above which a stage starts its reduction, -1 if it is none.
constexpr auto reduction_level(program const& p, int s) -> int {
  stage const& st = p.stages[s];
  if (st.reduce.components == 0) return -1;
  for (int i = 0; i < st.loops.count; ++i) {
    if (st.loops[i] == st.init_above || st.loops[i] == st.scattered ||
        p.axes[st.loops[i]].is_reduction)
      return i;
  }
  // Without a loop to reduce over, lanes are still inside: each has a running value of its own.
  bool const has_lanes =
      st.loops.count > 0 && p.axes[st.loops.back()].kind == loop_kind::vectorized;
  return has_lanes ? st.loops.count - 1 : st.loops.count;
}

namespace reduce_nest_impl {

constexpr auto in_registers(loop_kind k) -> bool {
  return k == loop_kind::unrolled || k == loop_kind::vectorized;
}

// The number of elements of a tile over the pure loops from `level` on; -1 unless constant.
constexpr auto tile_elements(builder& b, int s, int level, bool registers) -> std::int64_t {
  std::int64_t n = 1;
  stage const& st = b.p.stages[s];
  for (int i = level; i < st.loops.count; ++i) {
    axis const& a = b.p.axes[st.loops[i]];
    if (a.is_reduction) continue;
    affine const e = nominal_extent(b.p, b.domain, st.loops[i]);
    if (!e.is_constant() || (registers && !in_registers(a.kind))) return -1;
    n *= e.offset;
  }
  return n;
}

// The level that cache_write asks for; -1 if it asks for none, or its tile has no constant size.
constexpr auto requested_tile(builder& b, int s, int level) -> int {
  stage const& st = b.p.stages[s];
  for (int i = level; i < st.loops.count; ++i) {
    if (st.loops[i] == st.tile_at) return tile_elements(b, s, i, false) > 0 ? i : -1;
  }
  return -1;
}

// The level above which the tile lives, -1 for none.
constexpr auto tile_level(builder& b, int s, int level) -> int {
  bool const is_shared = scheduling::has_parallel_reduction(b.p, b.p.stages[s]);
  if (is_shared || b.p.stages[s].scattered >= 0) return -1;
  int const requested = requested_tile(b, s, level);
  if (requested >= 0) return requested;
  stage const& st = b.p.stages[s];
  // No tile begins inside of what an intrinsic takes the place of.
  int const called = position_of(st, st.tensorized_at);
  for (int i = level; i < st.loops.count && (called < 0 || i <= called); ++i) {
    if (i > level && !b.p.axes[st.loops[i]].is_reduction) continue;
    auto const n = tile_elements(b, s, i, true);
    if (n > 0 && n <= register_tile_elements) return i;
  }
  // A running value inside of all loops, lanes among them, would be one for all of them.
  return level == st.loops.count ? level : -1;
}

constexpr auto component_type(builder& b, int s, int c) -> dtype {
  return b.p.exprs[b.p.stages[s].value[c]].type;
}

constexpr auto bit_ceil(std::int64_t n) -> std::int64_t {
  return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(n)));
}

// A local over the pure loops from `level` on, and its place in each iteration.
constexpr auto make_local(builder& b, int s, int level, int c, char const* name, scope where)
    -> access {
  program& p = b.p;
  buffer t{.name = p.stages[s].name, .type = component_type(b, s, c), .where = where};
  t.name << name;
  access at{};
  for (int i = level; i < p.stages[s].loops.count; ++i) {
    handle const leaf = p.stages[s].loops[i];
    if (p.axes[leaf].is_reduction) continue;
    if (t.rank == max_rank) {
      p.fail(diag::code::capacity_exceeded,
             diag::message() << "the running values of " << p.stages[s].name
                             << " are over more than 8 pure loops inside its reduction; reorder or "
                                "fuse some, or split less");
      break;
    }
    affine const all = nominal_extent(p, b.domain, leaf);
    affine e = where == scope::workspace ? bound_at_call(p, b.scope, all).value
                                         : bound_extent(p, b.scope, all).value;
    if (p.axes[leaf].kind == loop_kind::vectorized) e = constant(bit_ceil(e.offset));
    t.shape[t.rank++] = p.add(e);
    at.index[at.rank++] = p.add(variable(p, leaf));
  }
  at.buffer = p.add(t);
  return at;
}

// True if an expression may read what the stage's buffer held before: an operand's, or values that
// are carried. All others read a local once it is complete.
constexpr auto is_read_before(builder const& b, stage const& st) -> bool {
  bool const is_local = b.p.buffers[st.buffer].operand < 0 && st.held_in < 0;
  return is_local ? st.carried != 0 : b.is_read[st.buffer];
}

// True where partial results can wait in the stage's own buffer: it has their type, and no
// expression reads what it held before.
constexpr auto output_holds_partials(builder& b, int s) -> bool {
  stage const& st = b.p.stages[s];
  return st.reduce.components == 1 && !is_read_before(b, st) &&
         component_type(b, s, 0) == b.p.buffers[st.buffer].type;
}

constexpr auto result_is_accumulator(program const& p, int s) -> bool {
  expr const& e = p.exprs[p.stages[s].result];
  return e.op == opcode::accumulator && e.a == 0;
}

// True if the last iterations of the reduction loops outside of loop `tile` have a point. Blocks
// are clipped to the loops around them: of loops in another order than the splits made, the last
// one may find nothing left.
constexpr auto ends_with_point(program const& p, int s, int tile) -> bool {
  auto const& loops = p.stages[s].loops;
  for (int i = 0; i < tile; ++i) {
    for (int j = i + 1; j < tile; ++j) {
      if (p.axes[loops[j]].is_reduction && is_inner_of(p, loops[i], loops[j])) return false;
    }
  }
  return true;
}

constexpr auto wrap(builder& b, int s, accumulators const& a, handle body) -> handle {
  for (int c = 0; c < b.p.stages[s].reduce.components; ++c) {
    if (a.at[c].buffer == b.p.stages[s].buffer) continue;
    body = b.p.add(stmt{.kind = stmt_kind::allocate, .body = body, .target = a.at[c].buffer});
  }
  return body;
}

// Stores one value per component into `to`, over the pure loops from `level` on.
template <class Value>
constexpr auto fill(builder& b, int s, int level, accumulators const& to, bool guard,
                    Value const& value) -> handle {
  return b.pure_loops(s, level, [&] {
    builder::conditions points{};
    if (guard) b.pure_conditions(s, points);
    block all{};
    for (int c = 0; c < b.p.stages[s].reduce.components; ++c) {
      all.add(b.p, b.store(to.at[c], value(c)));
    }
    return b.guarded(points, all.head);
  });
}

constexpr auto fill_identity(builder& b, int s, int level, accumulators const& to, bool guard)
    -> handle {
  return fill(b, s, level, to, guard,
              [&](int c) { return b.instantiate(b.p.stages[s].reduce.identity[c]); });
}

constexpr auto copy(builder& b, int s, int level, accumulators const& from, accumulators const& to,
                    bool guard) -> handle {
  return fill(b, s, level, to, guard, [&](int c) {
    return b.p.add(
        expr{.op = opcode::load, .type = component_type(b, s, c), .a = b.p.add(from.at[c])});
  });
}

// Writes the result of what `b.running` holds to the stage's buffer; for good, or to be continued.
constexpr auto write_result(builder& b, int s, int level, bool is_last = true) -> handle {
  return b.pure_loops(s, level, [&] {
    builder::conditions points{};
    b.pure_conditions(s, points);
    handle const result = b.instantiate(b.p.stages[s].result);
    bool const streams = is_last && b.p.stages[s].streams;
    return b.guarded(points, b.store(b.own_access(s), result, streams));
  });
}

// Where partial results wait while outer reduction loops run.
constexpr auto partial_storage(builder& b, int s, int level) -> accumulators {
  accumulators a{};
  if (output_holds_partials(b, s)) {
    a.at[0] = b.own_access(s);
    return a;
  }
  for (int c = 0; c < b.p.stages[s].reduce.components; ++c) {
    a.at[c] = make_local(b, s, level, c, ".partial", scope::workspace);
  }
  return a;
}

// What the loops would never write where a reduction axis is empty: partial results, and where
// nothing comes after the loops, the result.
constexpr auto if_empty(builder& b, int s, int level, int stop, accumulators const& partial,
                        bool with_result) -> handle {
  block all{};
  for (int i = level; i < stop; ++i) {
    int const leaf = b.p.stages[s].loops[i];
    if (!b.p.axes[leaf].is_reduction) continue;
    builder::conditions empty{};
    empty.push_back(nominal_extent(b.p, b.domain, leaf) * -1);
    if (empty[0].is_constant()) continue;
    b.running = partial;
    block both{};
    both.add(b.p, fill_identity(b, s, level, partial, true));
    if (with_result) both.add(b.p, write_result(b, s, level));
    all.add(b.p, b.guarded(empty, both.head));
  }
  return all.head;
}

// Conditions that this is the first, or the last, iteration of the outer reduction loops: that no
// variable is above 0, or none below its end. None can be on the other side, so sums of them do.
constexpr void add_edge(builder& b, int s, int level, bool last, builder::conditions& out) {
  for (int i = 0; i < level; ++i) {
    int const leaf = b.p.stages[s].loops[i];
    if (!b.p.axes[leaf].is_reduction) continue;
    affine const v = variable(b.p, leaf);
    affine const one = last ? v - b.p.indices[b.scope.extent[leaf] - 1] + 1 : v * -1;
    bool const fits = !out.empty() && out.back().terms.count + one.terms.count <= max_terms;
    if (fits)
      out.back() = out.back() + one;
    else
      out.push_back(one);
  }
}

// Where a running value is, with the place that a scattered one is for along its axis.
constexpr auto scattered_place(builder& b, int s, access at, handle index) -> access {
  program& p = b.p;
  affine const axis = variable(p, p.stages[s].scattered);
  for (int d = 0; d < at.rank; ++d) {
    if (p.indices[at.index[d]] != axis) continue;
    at.index[d] = b.sum(multiple(intern(p, atom_kind::loaded, b.instantiate(index))));
    at.checked = static_cast<std::uint8_t>(at.checked | (1U << static_cast<unsigned>(d)));
  }
  return at;
}

// The update of one point of a scattered stage.
constexpr auto update_scattered(builder& b, int s) -> handle {
  stage const st = b.p.stages[s];
  auto const at = scheduling::scattered_at(b.p, st, st.scattered);
  accumulators const all = b.running;
  handle const incoming[max_components] = {b.instantiate(at.value), -1};
  b.running.at[0] = scattered_place(b, s, all.at[0], at.index);
  handle const made = b.store(b.running.at[0], b.instantiate(st.reduce.combine[0], incoming));
  b.running = all;
  return made;
}

// The update of one point of a reduction of single values.
constexpr auto update_single(builder& b, int s) -> handle {
  stage const st = b.p.stages[s];
  handle made = -1;
  if (st.scattered >= 0) {
    made = update_scattered(b, s);
  } else {
    handle const incoming[max_components] = {b.instantiate(counted_value(b.p, st)), -1};
    made = b.store(b.running.at[0], b.instantiate(st.reduce.combine[0], incoming));
  }
  b.p.stmts[made].is_atomic = scheduling::has_parallel_reduction(b.p, st);
  return made;
}

// The update of one point of a reduction of pairs: the second component is combined from the first
// one's old value.
constexpr auto update_pair(builder& b, int s) -> handle {
  program& p = b.p;
  stage const st = p.stages[s];
  handle const first = b.instantiate(st.value[0]);
  handle const incoming[max_components] = {first, b.instantiate(st.value[1])};
  int const level =
      st.loops.count - (p.axes[st.loops.back()].kind == loop_kind::vectorized ? 1 : 0);
  access const held = make_local(b, s, level, 0, ".next", scope::registers);
  block all{};
  all.add(p, b.store(held, b.instantiate(st.reduce.combine[0], incoming)));
  all.add(p, b.store(b.running.at[1], b.instantiate(st.reduce.combine[1], incoming)));
  handle const load =
      p.add(expr{.op = opcode::load, .type = p.buffers[held.buffer].type, .a = p.add(held)});
  all.add(p, b.store(b.running.at[0], load));
  return p.add(stmt{.kind = stmt_kind::allocate, .body = all.head, .target = held.buffer});
}

}  // namespace reduce_nest_impl

/// The update of one point: running = combine(running, value), all components at once.
constexpr auto update_point(builder& b, int s) -> handle {
  program& p = b.p;
  stage const st = p.stages[s];
  builder::conditions points{};
  b.reduction_conditions(s, points);
  int const running = b.running.at[0].buffer;
  bool const is_tile = running != st.buffer && (p.buffers[running].where == scope::registers ||
                                                p.buffers[running].where == scope::stack);
  // A point beyond the end is dropped, but nothing has written what a recurrence would read there.
  if (!is_tile || st.carried != 0) b.pure_conditions(s, points, st.scattered);
  handle const update = st.reduce.components == 2 ? reduce_nest_impl::update_pair(b, s)
                                                  : reduce_nest_impl::update_single(b, s);
  return b.guarded(points, b.with_hints(s, update));
}

/// A tile above loop `level`: load or init, the loops inside, write-back.
template <class Inside>
constexpr auto reduce_tiled(builder& b, int s, int level, Inside const& inside) -> handle {
  using namespace reduce_nest_impl;
  accumulators const partial = b.running;  // empty unless reduction loops are open
  bool const outermost = partial.at[0].buffer < 0;
  accumulators tile{};
  scope const where = tile_elements(b, s, level, true) > 0 ? scope::registers : scope::stack;
  for (int c = 0; c < b.p.stages[s].reduce.components; ++c) {
    tile.at[c] = make_local(b, s, level, c, ".acc", where);
  }
  block all{};
  builder::conditions first{};
  add_edge(b, s, level, false, first);
  handle const start = fill_identity(b, s, level, tile, false);
  all.add(b.p,
          outermost ? start : b.guarded(first, start, copy(b, s, level, partial, tile, false)));
  b.running = tile;
  all.add(b.p, inside(level));
  if (outermost || (result_is_accumulator(b.p, s) && output_holds_partials(b, s))) {
    all.add(b.p, write_result(b, s, level, outermost));
  } else {
    bool const ends_here = ends_with_point(b.p, s, level);
    builder::conditions last{};
    if (ends_here) add_edge(b, s, level, true, last);
    handle const done = ends_here ? write_result(b, s, level) : handle{-1};
    // Lanes beyond the end are read again, but only the stage's own buffer has no room for them.
    bool const guard = partial.at[0].buffer == b.p.stages[s].buffer;
    handle const kept = copy(b, s, level, tile, partial, guard);
    all.add(b.p, ends_here ? b.guarded(last, done, kept) : kept);
  }
  b.running = partial;
  return wrap(b, s, tile, all.head);
}

/// The whole reduction of stage s from loop `level` on. `inside(from, tile)` builds the loops from
/// `from` on, with a tile above loop `tile`, or none where that is -1.
template <class Inside>
constexpr auto reduce(builder& b, int s, int level, Inside const& inside) -> handle {
  using namespace reduce_nest_impl;
  int const tile = tile_level(b, s, level);
  if (tile == level) {
    b.running = accumulators{};
    return reduce_tiled(b, s, level, [&](int from) { return inside(from, -1); });
  }
  accumulators const partial = partial_storage(b, s, level);
  bool const is_result = result_is_accumulator(b.p, s) && output_holds_partials(b, s);
  b.running = partial;
  block all{};
  bool const ends_inside = is_result || (tile >= 0 && ends_with_point(b.p, s, tile));
  all.add(b.p, tile >= 0 ? if_empty(b, s, level, tile, partial, ends_inside)
                         : fill_identity(b, s, level, partial, true));
  b.running = partial;
  all.add(b.p, inside(level, tile));
  b.running = partial;
  if (!ends_inside) all.add(b.p, write_result(b, s, level));
  return wrap(b, s, partial, all.head);
}

}  // namespace ashlar::pass::nest

ASHLAR_COMPILER_END

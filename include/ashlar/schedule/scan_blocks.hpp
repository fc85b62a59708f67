// SPDX-License-Identifier: Apache-2.0
//
// schedule/scan_blocks: blocks of a scan that do not wait for each other.
//
//   y(t) = y(t - 1) + x(t)     with t split into to, ti of 8
//     -->   y_total(to)     = sum(ti, x(8 to + ti))
//           y_prefix(to)    = y_prefix(to - 1) + y_total(to - 1)
//           y_block(to, ti) = (y_block(to, ti - 1), or y_prefix(to) where ti = 0) + x(8 to + ti)
//           y(t)            = y_block(t / 8, t % 8)
//
//   takes       the outer part of a split of the axis of a scan, see tir/scan.hpp
//   result      reduce, then scan: what is scanned is computed twice, and written once. y is
//               carried along nothing, so any of its loops may be parallel; y_block is computed at
//               the loop of y that has one block inside, y_total and y_prefix are where y is
//   invariants  only where combinations may be reassociated; their order stays, so they need not
//               commute. Points of the last block that lie behind the extent read no memory, and
//               their values are not read: the total of that block is before no other
//   source      Blelloch, "Prefix Sums and Their Applications", 1990; reduce-then-scan in Merrill,
//               Garland, "Single-pass Parallel Prefix Scan with Decoupled Look-back", 2016
#pragma once

#include <ashlar/schedule/reduce.hpp>
#include <ashlar/tir/scan.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// The stages that a blocked scan has before its own.
struct blocked_scan {
  int total = -1, prefix = -1, block = -1;
};

namespace scan_blocks_impl {

// The outer part of a split of the axis, in blocks of one number of points that follow each other.
constexpr auto is_blocks_of(program const& p, int loop, int axis) -> bool {
  tir::axis const& a = p.axes[loop];
  return a.made_by == tir::relation::split_outer && a.parent == axis && a.span < 0 &&
         a.tails != tail::shift_inwards;
}

// Appends which loops can be named, or how to make one.
constexpr void list_blocks(diag::message& m, program const& p, tir::stage const& s, int axis) {
  bool any = false;
  for (handle const l : s.loops) {
    if (!is_blocks_of(p, l, axis)) continue;
    m << (any ? ", " : "; legal loops: ") << p.axes[l].name;
    any = true;
  }
  if (!any) m << "; split " << p.axes[axis].name << " by a number, and name the outer loop";
}

constexpr auto list_carried(diag::message& m, program const& p, tir::stage const& s) -> int {
  int n = 0;
  for (int d = 0; d < s.pure.count; ++d) {
    if (tir::has_dim(s.carried, d)) m << (n++ == 0 ? "" : " and ") << p.axes[s.pure[d]].name;
  }
  return n;
}

constexpr auto is_scan_along(program& p, tir::stage const& s, int loop, handle scanned) -> bool {
  diag::message m{};
  m << "scan_blocks " << p.axes[loop].name << ": " << s.name;
  if (!tir::is_recurrence(s)) {
    m << " is no scan, as it reads none of its values; write ash::inclusive_scan or "
         "ash::exclusive_scan";
  } else if (tir::carried_dim(s) < 0) {
    m << " is carried along ";
    list_carried(m, p, s);
    m << ", and blocks are of a scan along one axis; write the others as stages of their own";
  } else if (scanned < 0) {
    m << " is carried along ";
    list_carried(m, p, s);
    m << " by no declared monoid; write ash::inclusive_scan or ash::exclusive_scan";
  } else if (int const axis = s.pure[tir::carried_dim(s)]; !is_blocks_of(p, loop, axis)) {
    m << " is a scan along " << p.axes[axis].name
      << ", and this is not the outer part of a split of it into blocks of one length";
    list_blocks(m, p, s, axis);
  } else {
    return true;
  }
  p.fail(diag::code::bad_scan, m);
  return false;
}

constexpr auto is_used_by_loops(program const& p, int stage) -> bool {
  tir::stage const& s = p.stages[stage];
  if (s.with_axis >= 0) return true;
  for (auto const& d : p.stages) {
    if (d.place == tir::placement::at && d.at_stage == stage) return true;
    if (d.with_axis >= 0 && position_of(s, d.with_axis) >= 0) return true;
  }
  return false;
}

constexpr auto reason_against(program const& p, int stage, handle scanned) -> std::string_view {
  tir::stage const& s = p.stages[stage];
  if (!p.allowed.reassociate && !is_exact(p, s)) return "fp::strict keeps the order of its values";
  walker w{};
  w.push(scanned);
  if (does_read(p, w, s.buffer)) return "what it scans is carried from one point to the next, too";
  if (s.pure.count == max_rank) return "its stage has 8 dimensions, the most there are";
  if (is_used_by_loops(p, stage)) {
    return "scan_blocks comes before compute_at, cache_read and compute_with at its loops";
  }
  return {};
}

constexpr auto is_legal(program& p, int stage, int loop, handle scanned) -> bool {
  tir::stage const& s = p.stages[stage];
  if (!is_scan_along(p, s, loop, scanned)) return false;
  if (auto const why = reason_against(p, stage, scanned); !why.empty()) {
    diag::message m{};
    m << "scan_blocks " << p.axes[loop].name << " of " << s.name << ": " << why;
    p.fail(diag::code::bad_scan, m);
    return false;
  }
  walker w{};
  w.push(scanned);
  w.push(s.reduce.combine[0]);
  int reads = 0;
  auto const size = size_of(p, w, -1, reads);
  int const rank = s.pure.count + 1;
  return has_room(p,
                  demand{.axes = 3 * rank,
                         .indices = 3 * size.indices + 8 * size.divisions + 20 * rank,
                         .atoms = 6 * rank + 4 * size.divisions,
                         .exprs = 3 * size.exprs + 12,
                         .accesses = 3 * size.loads + 6 + s.hints.count,
                         .buffers = 3,
                         .stages = 3},
                  "scan_blocks");
}

// Where the scan is along, in the stage: its dimension, its axis, and the parts of that.
struct parts {
  int dim = -1;
  handle whole = -1, outer = -1, inner = -1;
};

enum class phase : std::uint8_t { total, prefix, block };

// A stage over the axes of the scan, of which the one that it is along has become two. The inner
// one is reduced (total), none of the stage's (prefix), or carried (block).
struct draft {
  tir::stage stage{};
  rfactor_impl::plan w{};
};

constexpr auto add_axis(program& p, draft& r, int from, bool is_reduction) -> handle {
  handle const a = rfactor_impl::copy_axis(p, from, is_reduction);
  p.axes[a].kind = tir::loop_kind::serial;
  p.axes[a].first_peeled = p.axes[a].last_peeled = 0;
  (is_reduction ? r.stage.reduced : r.stage.pure).push_back(a);
  return a;
}

constexpr auto axes_of(program& p, tir::stage const& s, parts const& of, phase which) -> draft {
  constexpr std::string_view suffixes[] = {"_total", "_prefix", "_block"};
  draft r{};
  r.stage.name = derived_name(p, s.name, suffixes[static_cast<int>(which)]);
  for (int d = 0; d < s.pure.count; ++d) {
    handle const outer = add_axis(p, r, d == of.dim ? of.outer : s.pure[d], false);
    r.w.roots.bind(s.pure[d], tir::variable(p, outer));
    if (d != of.dim) continue;
    if (which == phase::prefix) {
      p.axes[outer].tails = tail::automatic;
      p.axes[outer].cut_at = -1;
      continue;
    }
    handle const inner = add_axis(p, r, of.inner, which == phase::total);
    affine const at = tir::variable(p, outer) * p.axes[of.outer].factor + tir::variable(p, inner);
    r.w.roots.bind(of.whole, at);
    if (p.axes[of.outer].tails == tail::exact) continue;
    r.w.inside.push_back(p.axes[of.whole].extent - at - 1);
    r.w.masked[outer] = r.w.masked[inner] = true;
  }
  for (handle const a : r.stage.pure) r.stage.loops.push_back(a);
  for (handle const a : r.stage.reduced) r.stage.loops.push_back(a);
  return r;
}

// A load of what another stage has at these indices.
constexpr auto load(program& p, int buffer, affine const* index, std::uint8_t checked,
                    handle outside) -> handle {
  tir::access a{};
  a.buffer = static_cast<handle>(buffer);
  a.rank = p.buffers[buffer].rank;
  a.checked = checked;
  for (int d = 0; d < a.rank; ++d) a.index[d] = p.add(index[d]);
  return p.add(tir::expr{
      .op = tir::opcode::load, .type = p.buffers[buffer].type, .a = p.add(a), .b = outside});
}

constexpr void add_buffer(program& p, tir::stage& s, dtype type) {
  tir::buffer b{};
  b.name = s.name;
  b.type = type;
  b.rank = static_cast<std::int8_t>(s.pure.count);
  b.alignment = 64;
  for (int d = 0; d < b.rank; ++d) b.shape[d] = p.add(affine(p.axes[s.pure[d]].extent));
  s.buffer = p.add(b);
}

constexpr auto make_total(program& p, tir::stage const& s, parts const& of, handle scanned)
    -> tir::stage {
  draft r = axes_of(p, s, of, phase::total);
  dtype const type = p.exprs[scanned].type;
  r.stage.reduce = s.reduce;
  r.stage.reduce.components = 1;
  r.stage.value[0] = clone(p, scanned, r.w.roots, rfactor_impl::hooks{.w = r.w});
  r.stage.result = p.add(tir::expr{.op = tir::opcode::accumulator, .type = type, .a = 0});
  add_buffer(p, r.stage, type);
  return r.stage;
}

constexpr auto make_prefix(program& p, tir::stage const& s, parts const& of, int total)
    -> tir::stage {
  draft r = axes_of(p, s, of, phase::prefix);
  handle const identity = s.reduce.identity[0];
  r.stage.reduce = s.reduce;
  add_buffer(p, r.stage, p.buffers[total].type);
  affine before[max_rank]{};
  for (int d = 0; d < s.pure.count; ++d) {
    before[d] = tir::variable(p, r.stage.pure[d]) - (d == of.dim ? 1 : 0);
  }
  auto const bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(of.dim));
  handle const scanned = load(p, total, before, bit, identity);
  r.stage.result = tir::combined_scan(p, s.reduce, r.stage, of.dim, identity, scanned);
  return r.stage;
}

constexpr auto make_block(program& p, tir::stage const& s, parts const& of, handle scanned,
                          int prefix) -> tir::stage {
  draft r = axes_of(p, s, of, phase::block);
  add_buffer(p, r.stage, p.buffers[prefix].type);
  affine index[max_rank]{};
  for (int d = 0; d < s.pure.count; ++d) {
    index[d] = tir::variable(p, r.stage.pure[d > of.dim ? d + 1 : d]);
  }
  handle const start = load(p, prefix, index, 0, -1);
  handle const value = clone(p, scanned, r.w.roots, rfactor_impl::hooks{.w = r.w});
  r.stage.result = tir::combined_scan(p, s.reduce, r.stage, of.dim + 1, start, value);
  for (handle const h : s.hints) {
    tir::access a = p.accesses[h];
    for (int d = 0; d < a.rank; ++d) {
      a.index[d] = p.add(substitute(p, affine(p.indices[a.index[d]]), r.w.roots));
    }
    r.stage.hints.push_back(p.add(a));
  }
  return r.stage;
}

// The loop that has one block inside: outside of all loops in it, and of lanes.
constexpr auto loop_of_block(program const& p, tir::stage const& s, parts const& of) -> handle {
  int at = position_of(s, of.outer);
  while (at + 1 < s.loops.count && !tir::is_part_of(p, s.loops[at + 1], of.inner) &&
         p.axes[s.loops[at + 1]].kind != tir::loop_kind::vectorized) {
    ++at;
  }
  return s.loops[at];
}

// The stage takes what the blocks have, point by point.
constexpr void read_blocks(program& p, tir::stage& s, parts const& of, int block) {
  affine index[max_rank]{};
  int n = 0;
  for (int d = 0; d < s.pure.count; ++d) {
    affine const at = tir::variable(p, s.pure[d]);
    affine const length = tir::constant(p.axes[of.outer].factor);
    index[n++] = d == of.dim ? floor_div(p, at, length) : at;
    if (d == of.dim) index[n++] = floor_mod(p, at, length);
  }
  s.result = load(p, block, index, 0, -1);
  s.reduce = {};
  s.carried = s.crossed = 0;
  s.hints.clear();
}

// Inserts a stage in front of the scan, which is stage `before`, where that is computed.
constexpr void insert_beside(program& p, int before, tir::stage s) {
  s.place = p.stages[before].place;
  s.at_stage = p.stages[before].at_stage;
  s.at_axis = p.stages[before].at_axis;
  insert_stage(p, before, s);
}

}  // namespace scan_blocks_impl

/// Scans the blocks of a loop apart, see the head of this file. Errors: E001, E024, E070.
constexpr auto scan_blocks(program& p, int stage, int loop) -> blocked_scan {
  using namespace scan_blocks_impl;
  if (!p.fault.ok()) return {};
  handle const scanned = tir::scanned_by(p, p.stages[stage]);
  if (!is_legal(p, stage, loop, scanned)) return {};
  tir::stage const s = p.stages[stage];
  int const dim = tir::carried_dim(s);
  parts const of{.dim = dim,
                 .whole = s.pure[dim],
                 .outer = static_cast<handle>(loop),
                 .inner = p.axes[s.pure[dim]].inner};
  tir::stage const total = make_total(p, s, of, scanned);
  tir::stage const prefix = make_prefix(p, s, of, total.buffer);
  tir::stage block = make_block(p, s, of, scanned, prefix.buffer);
  // An input in the same memory could be read again, for a block of which some has been written.
  for (auto& b : p.buffers) b.may_alias_output = false;
  read_blocks(p, p.stages[stage], of, block.buffer);
  insert_beside(p, stage, total);
  insert_beside(p, stage + 1, prefix);
  block.place = tir::placement::at;
  block.at_stage = static_cast<handle>(stage + 2);
  block.at_axis = loop_of_block(p, s, of);
  insert_stage(p, stage + 2, block);
  return blocked_scan{.total = stage, .prefix = stage + 1, .block = stage + 2};
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

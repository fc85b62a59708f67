// SPDX-License-Identifier: Apache-2.0
//
// schedule/cache: copies of what a loop reads, and a tile for what it accumulates.
//
//   for jo: for k: for j: y += a(k) * b(k, 64 * jo + j)
//     -->   for jo: b_cache = b(.., 64 * jo .. + 63);  for k: for j: y += a(k) * b_cache(k, j)
//
//   cache_read   a stage that copies a tensor, computed at a loop of the stage that reads it; its
//                own loops are scheduled like any other's; it may have another memory order
//   cache_write  the running values of a reduction live in a tile that is made above a loop,
//                continued from the partial results before it and written back after it
//   takes        for cache_read any tensor that the stage reads, operand or stage
//   invariants   the copy holds exactly what one iteration of the loop reads; nothing is rounded
//                that was not before, as copies and tiles have the type of what they hold
//   names        TVM: sch.cache_read, sch.cache_write; Halide: in().compute_at() for the first
#pragma once

#include <ashlar/schedule/padding.hpp>
#include <ashlar/schedule/reduce.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace cache_impl {

// The buffer of that name which the stage reads, or -1.
constexpr auto find_read(program const& p, tir::stage const& s, std::string_view name) -> int {
  walker w{};
  push_all(w, s);
  for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
    int const b = p.accesses[at].buffer;
    if (p.buffers[b].name == kept(name)) return b;
  }
  return -1;
}

// True if a stage reads values of a buffer that are made point by point with its own.
constexpr auto is_older(program const& p, tir::stage const& s, int buffer) -> bool {
  int const producer = stage_of(p, buffer);
  if (producer < 0) return false;
  bool const is_own = p.stages[producer].buffer == s.buffer;
  return is_own ? tir::is_recurrence(s) : tir::are_one_system(p.stages[producer], s);
}

// The tensors that can be copied.
constexpr void list_reads(diag::message& m, program const& p, tir::stage const& s) {
  walker w{};
  push_all(w, s);
  bool listed[limits::buffers]{};
  bool any = false;
  for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
    int const b = p.accesses[at].buffer;
    if (listed[b] || is_older(p, s, b)) continue;
    listed[b] = true;
    m << (any ? ", " : "") << p.buffers[b].name;
    any = true;
  }
  if (!any) m << "(none)";
}

constexpr auto is_name_taken(program const& p, tir::stage const& s, name_text const& name) -> bool {
  for (handle const a : s.pure) {
    if (p.axes[a].name == name) return true;
  }
  return false;
}

// The axis of the stage which alone is index d of the buffer, in the first access that has one.
constexpr auto axis_name(program const& p, tir::stage const& reader, int buffer, int d)
    -> name_text {
  walker w{};
  push_all(w, reader);
  for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
    tir::access const& a = p.accesses[at];
    if (a.buffer != buffer) continue;
    int const axis = tir::axis_of(p, p.indices[a.index[d]]);
    if (axis >= 0) return p.axes[axis].name;
  }
  return {};
}

constexpr auto copy_stage(program& p, tir::stage const& reader, int buffer) -> tir::stage {
  tir::buffer const source = p.buffers[buffer];
  tir::stage s{};
  s.name = derived_name(p, source.name, "_cache");
  tir::access from{};
  from.buffer = static_cast<handle>(buffer);
  from.rank = source.rank;
  for (int d = 0; d < source.rank; ++d) {
    tir::axis a{};
    a.name = axis_name(p, reader, buffer, d);
    if (a.name.empty() || is_name_taken(p, s, a.name)) a.name = name_text("d") << d;
    a.extent = p.indices[source.shape[d]];
    handle const h = p.add(a);
    s.pure.push_back(h);
    s.loops.push_back(h);
    from.index[d] = p.add(tir::variable(p, h));
  }
  s.result = p.add(tir::expr{.op = tir::opcode::load, .type = source.type, .a = p.add(from)});
  tir::buffer copy{};
  copy.name = s.name;
  copy.type = source.type;
  copy.rank = source.rank;
  copy.alignment = 64;
  for (int d = 0; d < source.rank; ++d) copy.shape[d] = source.shape[d];
  s.buffer = p.add(copy);
  return s;
}

// True if another stage has a load in common with this one.
constexpr auto is_shared(program const& p, int stage, int buffer) -> bool {
  walker mine{};
  push_all(mine, p.stages[stage]);
  while (mine.next(p) >= 0) {}
  walker others{};
  for (int s = 0; s < p.stages.count; ++s) {
    if (s != stage) push_all(others, p.stages[s]);
  }
  for (int e = others.next(p); e >= 0; e = others.next(p)) {
    tir::expr const& x = p.exprs[e];
    if (x.op != tir::opcode::load || p.accesses[x.a].buffer != buffer) continue;
    if (mine.has_seen(e)) return true;
  }
  return false;
}

struct renaming {
  int from, to;
  constexpr auto leaf(program&, handle) const -> handle { return -1; }
  constexpr void rewrite(program&, tir::access& a) const {
    if (a.buffer == from) a.buffer = static_cast<handle>(to);
  }
};

constexpr void redirect_copies(program& p, int stage, renaming const& to) {
  tir::substitution const none{};
  for (int c = 0; c < tir::max_components; ++c) {
    handle const value = clone(p, p.stages[stage].value[c], none, to);
    p.stages[stage].value[c] = value;
  }
  handle const result = clone(p, p.stages[stage].result, none, to);
  p.stages[stage].result = result;
}

constexpr void redirect(program& p, int stage, int from, int to) {
  renaming const r{.from = from, .to = to};
  if (is_shared(p, stage, from)) return redirect_copies(p, stage, r);
  walker w{};
  push_all(w, p.stages[stage]);
  for (int e = w.next(p); e >= 0; e = w.next(p)) {
    if (p.exprs[e].op == tir::opcode::load) r.rewrite(p, p.accesses[p.exprs[e].a]);
  }
}

constexpr auto room_for_copy(program& p, int stage, int buffer) -> bool {
  walker w{};
  push_all(w, p.stages[stage]);
  int reads = 0;
  auto const own = size_of(p, w, buffer, reads);
  int const rank = p.buffers[buffer].rank;
  return has_room(p,
                  demand{.axes = rank,
                         .indices = rank + own.indices + 2 * own.divisions,
                         .atoms = rank + own.divisions,
                         .exprs = 1 + own.exprs,
                         .accesses = 1 + own.loads,
                         .buffers = 1,
                         .stages = 1},
                  "cache_read");
}

}  // namespace cache_impl

/// Copies what one iteration of a loop of the stage reads of a tensor. The new stage is called
/// <tensor>_cache; its axes have the names by which the stage indexes the tensor, or d0, d1, ...
/// Errors: E016, E022, E027, E068. Returns the new stage, -1 on a faulty program; the reader's
/// handle is then one more than it was.
constexpr auto cache_read(program& p, int stage, std::string_view tensor, int axis,
                          memory_order const& order = {}) -> int {
  using namespace cache_impl;
  if (!p.fault.ok()) return -1;
  int const buffer = find_read(p, p.stages[stage], tensor);
  diag::message m{};
  if (buffer >= 0 && is_older(p, p.stages[stage], buffer)) {
    m << "cache_read " << tensor << ": " << p.stages[stage].name
      << " computes it point by point from what came before, and a copy would be older; copies are "
         "of: ";
    list_reads(m, p, p.stages[stage]);
    p.fail(diag::code::bad_cache_read, m);
    return -1;
  }
  if (buffer < 0) {
    m << "cache_read " << tensor << ": " << p.stages[stage].name << " does not read it; it reads: ";
    list_reads(m, p, p.stages[stage]);
    p.fail(diag::code::bad_cache_read, m);
    return -1;
  }
  if (!room_for_copy(p, stage, buffer)) return -1;
  auto const copy = copy_stage(p, p.stages[stage], buffer);
  insert_stage(p, stage, copy);
  redirect(p, stage + 1, buffer, copy.buffer);
  auto const why = obstacle_at(p, stage, stage + 1, axis);
  if (!why.none()) {
    m << "cache_read " << tensor << " at " << p.axes[axis].name << ": " << p.stages[why.stage].name
      << why.text << "; legal loops: ";
    list_places(m, p, stage, stage + 1);
    p.fail(diag::code::bad_cache_read, m);
    return -1;
  }
  compute_at(p, stage, stage + 1, axis);
  set_layout(p, stage, order);
  fill_blocks(p, stage, order);
  return stage;
}

/// Keeps the running values of a reduction in a tile above one of its reduction loops. Under an
/// outer reduction loop, partial results wait in the stage's own buffer, if it has their type and
/// the result is the plain accumulator, and in a local buffer otherwise. Errors: E017.
constexpr void cache_write(program& p, int stage, int axis) {
  if (!p.fault.ok()) return;
  tir::stage& s = p.stages[stage];
  if (s.reduce.components > 0 && p.axes[axis].is_reduction && s.scattered < 0) {
    s.tile_at = static_cast<handle>(axis);
    return;
  }
  diag::message m{};
  m << "cache_write at " << p.axes[axis].name << ": ";
  if (s.reduce.components == 0) {
    m << s.name << " has no reduction, so nothing accumulates; store_in places a local stage";
  } else if (s.scattered >= 0) {
    m << s.name << " is scattered, and its running values are in memory";
  } else {
    m << "the tile is above a reduction loop; legal loops: ";
    bool any = false;
    for (handle const l : s.loops) {
      if (!p.axes[l].is_reduction) continue;
      m << (any ? ", " : "") << p.axes[l].name;
      any = true;
    }
  }
  p.fail(diag::code::bad_cache_write, m);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

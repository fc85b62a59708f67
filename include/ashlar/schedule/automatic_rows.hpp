// SPDX-License-Identifier: Apache-2.0
//
// schedule/automatic_rows: where the default schedule computes local stages, and keeps them.
//
//   inlining   a stage that is read once takes its reader's place
//   rows       the leading axes that all stages share with the output: they are computed row by row
//   memory     rows of a stage wait in those of the output, made by the reduction that reads them,
//              with a hint for what the next row reads first
//   measured   docs/design/0002-lowering.md, "Values that wait in an output"
#pragma once

#include <ashlar/schedule/access_pattern.hpp>
#include <ashlar/schedule/schedule.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::automatic_impl {

using namespace scheduling;

using stage_list = static_vector<name_text, limits::stages>;

constexpr auto stages_of(tir::program const& p) -> stage_list {
  stage_list r{};
  for (auto const& st : p.stages) r.push_back(st.name);
  return r;
}

// The number of loads of a buffer in all stages, and the reader of the last.
struct reads {
  int count = 0;
  int reader = -1;
};
constexpr auto reads_of(tir::program const& p, int buffer) -> reads {
  reads r{};
  for (int i = 0; i < p.stages.count; ++i) {
    walker w{};
    push_all(w, p.stages[i]);
    for (int e = w.next(p); e >= 0; e = w.next(p)) {
      tir::expr const& x = p.exprs[e];
      if (x.op != tir::opcode::load || p.accesses[x.a].buffer != buffer) continue;
      ++r.count;
      r.reader = i;
    }
  }
  return r;
}

constexpr auto is_local(tir::program const& p, int stage) -> bool {
  return p.buffers[p.stages[stage].buffer].operand < 0;
}

// Read once, and by a stage that has no axis beyond those it is read at.
constexpr void plan_inlining(schedule& s) {
  for (auto const& name : stages_of(s.program())) {
    tir::program& p = s.program();
    int const at = find_stage(p, name.view());
    tir::stage const st = p.stages[at];
    if (!is_local(p, at) || st.reduce.components > 0 || tir::is_recurrence(st)) continue;
    reads const r = reads_of(p, st.buffer);
    if (r.count != 1) continue;
    tir::stage const& reader = p.stages[r.reader];
    if (reader.pure.count + reader.reduced.count <= st.pure.count) s[name.view()].compute_inline();
  }
}

// How many leading axes of the output all locals share with their readers.
constexpr auto row_depth(tir::program const& p) -> int {
  int const last = main_stage(p);
  int outputs = 0;
  for (int i = 0; i < p.stages.count; ++i) outputs += is_local(p, i) ? 0 : 1;
  if (outputs != 1) return 0;
  for (int depth = p.stages[last].pure.count - 1; depth > 0; --depth) {
    bool all = true;
    bool any = false;
    for (int i = 0; i < p.stages.count && all; ++i) {
      if (!is_local(p, i) || p.stages[i].place == tir::placement::inlined) continue;
      any = true;
      for (int r = 0; r < p.stages.count && all; ++r) {
        if (p.stages[r].place != tir::placement::inlined) {
          all = reads_at_own_axes(p, p.stages[r], p.stages[i].buffer, depth);
        }
      }
      all = all && p.stages[i].pure.count >= depth;
    }
    if (all) return any ? depth : 0;
  }
  return 0;
}

// The loop of a reduction of partial results in whose iterations it reads rows in parts, one after
// the other; -1 for none.
constexpr auto loop_of_parts(tir::program& p, tir::stage const& reader, int buffer) -> int {
  if (reader.reduced.count != 1 || reader.pure.empty()) return -1;
  walker w{};
  push_values(w, reader);
  for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
    tir::access const& a = p.accesses[at];
    if (a.buffer != buffer) continue;
    tir::affine const lanes = tir::variable(p, reader.pure.back());
    tir::affine const& size = p.axes[reader.pure.back()].extent;
    tir::affine const part = tir::variable(p, reader.reduced.back()) * size.offset + lanes;
    if (!size.is_constant() || p.indices[a.index[a.rank - 1]] != part) return -1;
  }
  return position_of(reader, reader.reduced.back()) < 0 ? -1 : reader.reduced.back();
}

// The functions of one row take longer than the memory that the next one needs, which a reduction
// reads first, and would wait for.
constexpr void plan_prefetch(schedule& s, stage_schedule const& st) {
  tir::program& p = s.program();
  tir::stage const row = p.stages[st.stage()];
  int const leading = row.pure.count - 2;
  for (int b = 0; b < p.operands; ++b) {
    bool is_first = false;
    for (int i = 0; i < st.stage(); ++i) {
      is_first = is_first || (p.stages[i].reduce.components > 0 && use_of(p, i, b).any());
    }
    bool const is_row = is_first && use_of(p, st.stage(), b).any() && leading >= 0 &&
                        reads_at_own_axes(p, row, b, row.pure.count);
    if (!is_row || function_count(p, row) == 0) continue;
    st.prefetch(p.buffers[b].name.view(), p.axes[row.pure[leading]].name.view(), 1);
  }
}

// The rows of a stage in those of the output, made by the reduction that reads them.
constexpr void plan_memory(schedule& s, stage_schedule const& st) {
  tir::program& p = s.program();
  tir::stage const local = p.stages[st.stage()];
  tir::buffer const& out = p.buffers[p.stages[main_stage(p)].buffer];
  bool const is_row = local.place == tir::placement::at && local.pure.count > 1;
  if (!is_row || out.stride[out.rank - 1] != 1) return;
  if (!obstacle_to_hold(p, st.stage(), p.stages[main_stage(p)].buffer).empty()) return;
  st.store_in(s);
  int reader = -1;
  for (int r = 0; r < p.stages.count; ++r) {
    if (r == main_stage(p) || !use_of(p, r, local.buffer).any()) continue;
    if (reader >= 0) return;
    reader = r;
  }
  if (reader < 0 || p.stages[reader].reduce.components == 0) return;
  int const parts = loop_of_parts(p, p.stages[reader], local.buffer);
  if (parts < 0 || !obstacle_at(p, st.stage(), reader, parts).none()) return;
  st.compute_at(loop(p, static_cast<tir::handle>(parts)));
  plan_prefetch(s, st);
}

}  // namespace ashlar::automatic_impl

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// schedule/export_tvm: the steps of a schedule as Python that calls TVM's schedule of a TensorIR.
//
//   y.split("i", 8, guard) -> "io", "ii"   -->   y_io, y_ii = sch.split(y_i, factors=[None, 8])
//
//   takes       a scheduled program, the steps that were applied to it, and where to
//   returns     a function of the schedule of a module in which each stage is a block of its name,
//               over its dimensions and then its reduction, and each tensor a buffer of its name
//   handles     TVM makes the loops of a block anew where compute_at or rfactor moves it; the code
//               takes them again, and says so where splits are lost, or a step is not in TVM
//   source      TVM 0.27, tvm.s_tir.Schedule; in versions before, tvm.tir.Schedule
#pragma once

#include <ashlar/schedule/export_facts.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace export_tvm_impl {

using namespace export_impl;

template <class Sink> struct writer {
  program const& p;
  trace const& t;
  Sink& out;
  export_names names{p};
  nest loops[limits::buffers]{};  // of each stage, as they are after the steps so far
  bool is_changed[limits::buffers]{};

  constexpr void put(std::string_view s) { out.append(s); }
  template <class... Parts> constexpr void line(Parts... parts) {
    put("    ");
    (put(parts), ...);
    put("\n");
  }
  constexpr void quoted(std::string_view s) {
    trace_impl::step_writer<Sink>{.p = p, .out = out}.quoted(s);
  }
  constexpr void name_loop(int a, int buffer) {
    if (!names.has(a)) names.name_in_stage(a, buffer);
  }

  // --- which loops a stage has

  constexpr auto place_of(int buffer, handle a) const -> int {
    for (int i = 0; i < loops[buffer].count; ++i) {
      if (loops[buffer][i] == a) return i;
    }
    return 0;
  }

  // --- blocks and loops

  constexpr void put_list(nest const& axes) {
    for (int i = 0; i < axes.count; ++i) {
      put(i == 0 ? "" : ", ");
      put(axes[i] < 0 ? "_" : names.axis(axes[i]));
    }
  }
  // Takes the loops of a block, the innermost ones where others are around it.
  constexpr void take_loops(int buffer, nest const& axes, bool is_inside) {
    put("    ");
    put_list(axes);
    put(axes.count == 1 ? ", = sch.get_loops(" : " = sch.get_loops(");
    put(names.buffer(buffer));
    put(")");
    if (is_inside) {
      put("[-");
      out.append(static_cast<std::int64_t>(axes.count));
      put(":]");
    }
    put("\n");
  }
  constexpr void begin_stage(int buffer) {
    loops[buffer] = first_loops(p, t, buffer);
    for (handle const a : loops[buffer]) name_loop(a, buffer);
    put("    ");
    put(names.buffer(buffer));
    put(" = block(");
    quoted(p.buffers[buffer].name.view());
    put(")\n");
    if (!loops[buffer].empty()) take_loops(buffer, loops[buffer], false);
  }
  constexpr void begin() {
    for (auto const& s : p.stages) {
      if (is_made(t, s.buffer) || !has_epilogue(p, s)) continue;
      put("# ");
      put(names.buffer(s.buffer));
      put(" is the reduction alone: what is made of it is a block of its own in TVM.\n");
    }
    put("def schedule(sch):\n");
    line("block = getattr(sch, \"get_sblock\", None) or sch.get_block");
    for (auto const& s : p.stages) {
      bool is_named = false;
      for (auto const& d : t.steps) {
        is_named = is_named || d.buffer == s.buffer || (has_host(d) && d.other == s.buffer);
      }
      if (is_named && !is_made(t, s.buffer)) begin_stage(s.buffer);
    }
  }

  // --- steps

  constexpr void split(directive const& d) {
    nest& n = loops[d.buffer];
    int const at = place_of(d.buffer, d.axes[0]);
    n[at] = d.axes[1];
    n.insert(at + 1, d.axes[2]);
    name_loop(d.axes[1], d.buffer);
    name_loop(d.axes[2], d.buffer);
    put("    ");
    put(names.axis(d.axes[1]));
    put(", ");
    put(names.axis(d.axes[2]));
    put(" = sch.split(");
    put(names.axis(d.axes[0]));
    std::int64_t const factor = p.axes[d.axes[1]].factor;
    bool const in_parts = d.what == verb::split_parts;
    put(in_parts ? ", factors=[" : ", factors=[None, ");
    out.append(in_parts ? d.number : factor);
    put(in_parts ? ", None])" : "])");
    if (factor < 1 && !in_parts) put("  # the call decides how long a block is");
    bool const same_tail =
        d.tails == tail::automatic || d.tails == tail::exact || d.tails == tail::guard;
    if (!same_tail) {
      put("  # tail ");
      put(tail_name(d.tails));
      put(": TVM guards");
    }
    put("\n");
  }
  constexpr void fuse(directive const& d) {
    nest& n = loops[d.buffer];
    int const at = place_of(d.buffer, d.axes[0]);
    n.erase(at);
    n[at] = d.axes[2];
    name_loop(d.axes[2], d.buffer);
    line(names.axis(d.axes[2]), " = sch.fuse(", names.axis(d.axes[0]), ", ", names.axis(d.axes[1]),
         ")");
  }
  constexpr void reorder(directive const& d) {
    nest const before = loops[d.buffer];
    int next = 0;
    for (auto& l : loops[d.buffer]) {
      bool is_listed = false;
      for (handle const a : d.axes) is_listed = is_listed || a == l;
      if (is_listed) l = d.axes[next++];
    }
    if (loops[d.buffer] == before) return;
    put("    sch.reorder(");
    put_list(d.axes);
    put(")\n");
  }
  // The block that rfactor makes has the loops of the old one; the old one has those that remain.
  constexpr void rfactor(directive const& d) {
    identifier axis{};
    axis << (stage_with(p, d.made).pure.count - 1);
    line(names.buffer(d.made), " = sch.rfactor(", names.axis(d.axes[0]),
         ", factor_axis=", axis.view(), ")");
    nest partial{};
    nest rest{};
    for (handle const l : loops[d.buffer]) {
      handle const mine = counterpart(p, d.made, l);
      partial.push_back(mine);
      if (mine >= 0) name_loop(mine, d.made);
      if (!p.axes[l].is_reduction)
        rest.push_back(l);
      else if (l == d.axes[0])
        rest.push_back(combining_axis(p, d));
    }
    name_loop(combining_axis(p, d), d.buffer);
    take_loops(d.made, partial, false);
    take_loops(d.buffer, rest, false);
    loops[d.made] = partial;
    loops[d.buffer] = rest;
    if (d.what != verb::vectorize) return;
    auto const lanes = kept_axis(p, d);
    nest inside{};
    for (int i = place_of(d.made, lanes) + 1; i < partial.count; ++i) inside.push_back(partial[i]);
    if (!inside.empty()) {
      put("    sch.reorder(");
      put_list(inside);
      line_end(lanes);
    }
    line("sch.vectorize(", names.axis(lanes), ")");
  }
  constexpr void line_end(handle last) {
    put(", ");
    put(names.axis(last));
    put(")\n");
  }
  constexpr void place(int producer, handle at) {
    line("sch.compute_at(", names.buffer(producer), ", ", names.axis(at),
         ", preserve_unit_loops=True)");
    nest fresh{};
    for (handle const a : stage_with(p, producer).pure) fresh.push_back(a);
    for (handle const a : stage_with(p, producer).reduced) fresh.push_back(a);
    for (handle const a : fresh) name_loop(a, producer);
    if (is_changed[producer]) {
      line("# TVM has made its loops anew: repeat the steps before on them");
    }
    if (!fresh.empty()) take_loops(producer, fresh, true);
    loops[producer] = fresh;
  }
  // The loops that the consumer took over are the producer's in TVM, and there is one more for each
  // of its dimensions.
  constexpr void reverse_compute_at(directive const& d) {
    int const taken = static_cast<int>(d.number);
    line("sch.reverse_compute_at(", names.buffer(d.buffer), ", ",
         names.axis(static_cast<int>(d.second)), ", preserve_unit_loops=True)");
    nest after{};
    for (int i = 0; i < taken; ++i) {
      names.share_axis(d.axes[i], moved_from(p, d.axes[i]));
      after.push_back(d.axes[i]);
    }
    if (is_changed[d.buffer]) {
      line("# TVM has made its loops anew: repeat the steps before on them");
    }
    nest fresh{};
    tir::stage const& s = stage_with(p, d.buffer);
    for (handle const a : s.pure) fresh.push_back(rest_of(p, d, a));
    for (handle const a : s.reduced) fresh.push_back(rest_of(p, d, a));
    for (handle const a : fresh) {
      if (a < 0) continue;
      name_loop(a, d.buffer);
      after.push_back(a);
    }
    if (!fresh.empty()) take_loops(d.buffer, fresh, true);
    loops[d.buffer] = after;
    is_changed[d.buffer] = true;
  }
  // TVM makes the loops down to the one that is shared anew, and serial.
  constexpr void merge(directive const& d) {
    int const last = place_of(d.other, d.axes[0]);
    if (last >= loops[d.buffer].count) return line("# no counterpart: the loops are TVM's own");
    line("sch.merge(", names.axis(d.axes[0]), ", ", names.axis(loops[d.buffer][last]), ")");
    take_loops(d.other, loops[d.other], true);
    for (int i = 0; i <= last; ++i) {
      names.share_axis(loops[d.buffer][i], loops[d.other][i]);
      if (auto const* kind = bound_before(t, d, loops[d.other][i])) on_loop(*kind);
    }
  }
  constexpr void put_order(directive const& d, handle copy) {
    auto const& layout = p.buffers[copy].layout;
    if (layout.empty() || d.second < 0) return;
    tir::stage const& s = stage_with(p, copy);
    put("    sch.transform_layout(");
    put(names.buffer(copy));
    put(", (\"write\", 0), lambda ");
    for (int i = 0; i < s.pure.count; ++i) {
      put(i == 0 ? "d" : ", d");
      out.append(static_cast<std::int64_t>(i));
    }
    put(": [");
    for (int i = 0; i < layout.count; ++i) {
      put(i == 0 ? "d" : ", d");
      out.append(static_cast<std::int64_t>(layout[i].dim));
      if (!layout[i].inner && layout[i].block == 1) continue;
      put(layout[i].inner ? " % " : " // ");
      out.append(layout[i].block);
    }
    put("]");
    if (d.second != 0) put(", pad_value=");
    if (d.second == 1) out.append(d.number);
    if (d.second == 2) put(d.number < 0 ? "float(\"-inf\")" : "float(\"inf\")");
    put(")\n");
  }
  constexpr void cache_read(directive const& d) {
    put("    ");
    put(names.buffer(d.made));
    put(" = sch.cache_read(");
    put(names.buffer(d.buffer));
    put(", ");
    quoted(p.buffers[d.other].name.view());
    put(", \"global\", consumer_blocks=[");
    put(names.buffer(d.buffer));
    put("])\n");
    place(d.made, d.axes[0]);
    put_order(d, d.made);
  }
  constexpr void cache_write(directive const& d) {
    auto const stage = names.buffer(d.buffer);
    line(stage, "_tile = sch.cache_write(", stage, ", 0, \"local\")");
    int const at = place_of(d.buffer, d.axes[0]);
    if (at == 0) return;
    line("sch.reverse_compute_at(", stage, "_tile, ", names.axis(loops[d.buffer][at - 1]), ")");
  }
  constexpr void start_above(std::string_view stage, handle loop) {
    line(stage, "_init = sch.decompose_reduction(", stage, ", ", names.axis(loop), ")");
  }
  // The reduction starts outside of an intrinsic: in TVM a step says so.
  constexpr void tensorize(directive const& d) {
    auto const stage = names.buffer(d.buffer);
    handle first = -1;
    for (handle const l : loops[d.buffer]) {
      if (first < 0 && p.axes[l].is_reduction) first = l;
    }
    for (auto const& o : t.steps) {
      if (o.what == verb::decompose_reduction && o.buffer == d.buffer) first = -1;
    }
    if (first >= 0) start_above(stage, first);
    line("sch.tensorize(", names.axis(d.axes[0]), ", \"",
         p.intrinsics[static_cast<int>(d.number)].name.view(),
         "\")  # after TensorIntrin.register of that name");
  }
  static constexpr auto thread_tag(tir::loop_kind k) -> std::string_view {
    constexpr std::string_view blocks[] = {"blockIdx.x", "blockIdx.y", "blockIdx.z"};
    constexpr std::string_view threads[] = {"threadIdx.x", "threadIdx.y", "threadIdx.z"};
    return (tir::is_block(k) ? blocks : threads)[tir::grid_dim(k)];
  }
  constexpr void on_loop(directive const& d) {
    line("sch.", name_of(d.what), "(", names.axis(d.axes[0]), ")");
  }
  // The first loop of a step that TVM does not have: rfactor leaves splits where they were.
  constexpr auto missing(directive const& d) const -> handle {
    int const taken = makes_blocks(d.what) ? 1 : d.what == verb::fuse ? 2 : d.axes.count;
    for (int i = 0; i < taken; ++i) {
      if (!names.has(d.axes[i])) return d.axes[i];
    }
    return -1;
  }
  constexpr void skip(directive const& d, handle loop) {
    put("    # no counterpart of ");
    put(name_of(d.what));
    put(": rfactor leaves the splits of before, and there is no loop ");
    quoted(p.axes[loop].name.view());
    put("\n");
  }
  constexpr void align_storage(directive const& d) {
    auto const stage = names.buffer(d.buffer);
    tir::stage const& s = stage_with(p, d.buffer);
    if (!p.buffers[d.buffer].layout.empty())
      return line("# no counterpart of align_storage of ", stage, ": its order is another one");
    identifier rule{};
    int dim = 0;
    while (s.pure[dim] != d.axes[0]) ++dim;
    rule << dim << ", factor=" << d.number << ", offset=" << d.second;
    line("sch.storage_align(", stage, ", 0, axis=", rule.view(), ")");
  }
  constexpr void step(directive const& d) {
    auto const stage = names.buffer(d.buffer);
    if (d.what == verb::align_storage) return align_storage(d);
    if (d.what == verb::prefetch) return line("# no counterpart of prefetch: it is an annotation");
    if (d.what == verb::reverse_compute_at) return reverse_compute_at(d);
    if (auto const why = absent_in_tvm(d.what); !why.empty())
      return line("# no counterpart of ", name_of(d.what), " of ", stage, ": ", why);
    if (handle const loop = missing(d); loop >= 0) return skip(d, loop);
    if (is_rfactor(d)) return rfactor(d);
    switch (d.what) {
      case verb::split:
      case verb::split_parts:
      case verb::split_balanced: split(d); break;
      case verb::peel:
        return line("# no counterpart of peel: TVM has an annotation, loop_partition");
      case verb::fuse: fuse(d); break;
      case verb::reorder: reorder(d); break;
      case verb::compute_inline: return line("sch.compute_inline(", stage, ")");
      case verb::compute_at: return place(d.buffer, d.axes[0]);
      case verb::compute_with: return merge(d);
      case verb::layout: return put_order(d, d.buffer);
      case verb::cache_read: return cache_read(d);
      case verb::cache_write: return cache_write(d);
      case verb::store_in:
        if (d.other >= 0) return line("# no counterpart: ", stage, " in the memory of an output");
        return line("sch.set_scope(", stage, ", 0, \"",
                    d.where == scope::workspace ? "global"
                    : d.where == scope::shared  ? "shared"
                                                : "local",
                    "\")");
      case verb::tensorize: return tensorize(d);
      case verb::bind:
        return line("sch.bind(", names.axis(d.axes[0]), ", \"",
                    thread_tag(static_cast<tir::loop_kind>(d.number)), "\")");
      case verb::decompose_reduction: return start_above(stage, d.axes[0]);
      default: return on_loop(d);
    }
    is_changed[d.buffer] = true;
  }
  constexpr void write() {
    begin();
    for (auto const& d : t.steps) step(d);
    if (t.dropped > 0) line("# not complete: more steps were applied than are recorded");
  }
};

}  // namespace export_tvm_impl

/// Appends the steps as a Python function of a TVM schedule.
template <class Sink> constexpr void export_tvm(program const& p, trace const& t, Sink& out) {
  if (p.stages.empty() || t.steps.empty()) return;
  export_tvm_impl::writer<Sink>{.p = p, .t = t, .out = out}.write();
  export_impl::put_systems(p, out, "    # ", "TVM has a loop that is written by hand");
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

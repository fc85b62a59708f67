// SPDX-License-Identifier: Apache-2.0
//
// schedule/export_halide: the steps of a schedule as C++ that calls Halide.
//
//   y.split("i", 8, guard) -> "io", "ii"   -->   y.update().split(i, io, ii, 8, GuardWithIf);
//
//   takes       a scheduled program, the steps that were applied to it, and where to
//   returns     a function of the Funcs and of the RVars that they reduce over
//   reads as    a Func for each stage and each tensor that is copied; its arguments are the axes in
//               the other order, as Halide's first one is the innermost; a reduction is update 0
//   no counterpart  cache_write, decompose_reduction, memory orders with blocks: a comment says so,
//               and what a user of Halide does instead
//   source      Halide 21, Func.h
#pragma once

#include <ashlar/schedule/export_facts.hpp>
#include <ashlar/schedule/export_memory.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace export_halide_impl {

using namespace export_impl;

template <class Sink> struct writer {
  program const& p;
  trace const& t;
  Sink& out;
  export_names names{p};
  bool used[limits::axes]{};

  constexpr void put(std::string_view s) { out.append(s); }
  template <class... Parts> constexpr void line(Parts... parts) {
    put("  ");
    (put(parts), ...);
    put("\n");
  }
  constexpr auto is_reduction(int buffer) const -> bool {
    return stage_with(p, buffer).reduce.components > 0;
  }
  constexpr auto update(int buffer) const -> std::string_view {
    return is_reduction(buffer) ? ".update()" : "";
  }
  constexpr void target(int buffer) {
    put("  ");
    put(names.buffer(buffer));
    put(update(buffer));
  }
  constexpr void arguments(nest const& axes, bool reversed) {
    for (int i = 0; i < axes.count; ++i) {
      put(i == 0 ? "" : ", ");
      put(names.axis(axes[reversed ? axes.count - 1 - i : i]));
    }
  }

  // --- what the function takes and declares

  constexpr auto is_copy(int a) const -> bool {
    for (auto const& d : t.steps) {
      if (d.what != verb::cache_read) continue;
      for (handle const h : stage_with(p, d.made).pure) {
        if (h == a) return true;
      }
    }
    return false;
  }
  // The latest axis before this one that has its name and its kind.
  constexpr auto namesake(int a) const -> int {
    for (int other = a - 1; other >= 0; --other) {
      tir::axis const& x = p.axes[other];
      bool const is_var = !x.is_reduction && !p.axes[a].is_reduction && !is_copy(other);
      bool const is_kept =
          x.is_reduction && p.axes[a].is_reduction && p.axes[a].made_by == tir::relation::factored;
      if (x.name == p.axes[a].name && names.has(other) && (is_var || is_kept)) return other;
    }
    return -1;
  }
  constexpr void name_axes() {
    for (int a = 0; a < p.axes.count; ++a) {
      int const other = is_copy(a) ? -1 : namesake(a);
      int const owner = stage_of_axis(p, a);
      bool const own = is_copy(a) || p.axes[a].made_by == tir::relation::factored;
      if (other >= 0)
        names.share_axis(a, other);
      else if (own && owner >= 0)
        names.name_in_stage(a, p.stages[owner].buffer);
      else
        names.name_axis(a, p.axes[a].name.view());
    }
    for (auto const& d : t.steps) {
      for (handle const a : d.axes) used[a] = true;
      bool const is_reverse = d.what == verb::reverse_compute_at;
      for (int a = 0; is_reverse && a < p.axes.count; ++a)
        used[a] = used[a] || is_followed(p, d, a);
      if (is_rfactor(d)) used[kept_axis(p, d)] = true;
    }
    for (auto const& s : p.stages) {
      if (s.place == tir::placement::at) used[s.at_axis] = true;
    }
  }
  constexpr auto is_named(int buffer) const -> bool {
    for (auto const& d : t.steps) {
      bool const is_new = buffer >= d.made && buffer < d.made + made_stages(d);
      if (d.buffer == buffer || d.other == buffer || is_new) return true;
    }
    return false;
  }
  constexpr auto is_root(int a) const -> bool {
    auto const made = p.axes[a].made_by;
    bool const is_own = made == tir::relation::root || made == tir::relation::padded;
    return is_own && p.axes[a].is_reduction && !is_combining(p, t, a);
  }
  constexpr void signature() {
    put("void schedule(");
    bool first = true;
    for (int b = 0; b < p.buffers.count; ++b) {
      if (is_made(t, b) || !is_named(b)) continue;
      put(first ? "" : ", ");
      put(has_facts(p, b) && !p.buffers[b].is_output ? "ImageParam " : "Func ");
      put(names.buffer(b));
      first = false;
    }
    for (int a = 0; a < p.axes.count; ++a) {
      if (!used[a] || !is_root(a)) continue;
      put(", RVar ");
      put(names.axis(a));
    }
    put(") {\n");
  }
  constexpr auto is_declared_before(int a) const -> bool {
    for (int other = 0; other < a; ++other) {
      if (used[other] && names.axis(other) == names.axis(a)) return true;
    }
    return false;
  }
  constexpr void declarations(bool reduction) {
    bool first = true;
    for (int a = 0; a < p.axes.count; ++a) {
      if (!used[a] || p.axes[a].is_reduction != reduction || is_declared_before(a)) continue;
      if (is_root(a) || is_combining(p, t, a) || is_copy(a)) continue;
      put(first ? (reduction ? "  RVar " : "  Var ") : ", ");
      put(names.axis(a));
      put("(\"");
      put(names.axis(a));
      put("\")");
      first = false;
    }
    if (!first) put(";\n");
  }
  constexpr void head() {
    put("// ");
    for (auto const& s : p.stages) {
      if (is_made(t, s.buffer) || !has_epilogue(p, s)) continue;
      put(names.buffer(s.buffer));
      put(" is the reduction alone: what is made of it is a Func of its own in Halide.\n// ");
    }
    put("The arguments of a Func are its axes from the last to the first.\n");
  }

  // --- steps

  constexpr auto tail_strategy(tail tails) const -> std::string_view {
    switch (tails) {
      case tail::mask: return "TailStrategy::Predicate";
      case tail::shift_inwards: return "TailStrategy::ShiftInwards";
      case tail::round_up: return "TailStrategy::RoundUp";
      default: return "TailStrategy::GuardWithIf";
    }
  }
  constexpr void split(directive const& d) {
    std::int64_t const factor = p.axes[d.axes[1]].factor;
    if (factor < 1) {
      return line("// no counterpart of ", name_of(d.what), " of ", names.axis(d.axes[0]),
                  ": the call decides how long a block is");
    }
    target(d.buffer);
    put(".split(");
    arguments(nest_of(d), false);
    put(", ");
    out.append(factor);
    put(", ");
    put(tail_strategy(d.tails));
    put(")");
    if (d.tails == tail::cut || d.tails == tail::narrow) {
      put(".partition(");
      put(names.axis(d.axes[1]));
      put(", Partition::Always)");
    }
    put(";\n");
  }
  static constexpr auto nest_of(directive const& d) -> nest { return d.axes; }
  constexpr void call(directive const& d, std::string_view name, bool reversed) {
    target(d.buffer);
    put(".");
    put(name);
    put("(");
    arguments(nest_of(d), reversed);
    put(");\n");
  }
  constexpr void fuse(directive const& d) {
    target(d.buffer);
    put(".fuse(");
    put(names.axis(d.axes[1]));
    put(", ");
    put(names.axis(d.axes[0]));
    put(", ");
    put(names.axis(d.axes[2]));
    put(");\n");
  }
  constexpr void rfactor(directive const& d) {
    auto const kept = names.axis(kept_axis(p, d));
    auto const made = names.buffer(d.made);
    line("Func ", made, " = ", names.buffer(d.buffer), ".update().rfactor(", names.axis(d.axes[0]),
         ", ", kept, ");");
    handle const again = combining_axis(p, d);
    if (used[again]) line("RVar ", names.axis(again), "(", kept, ".name());");
    if (d.what == verb::vectorize) line(made, ".update().vectorize(", kept, ");");
  }
  constexpr void cache_read(directive const& d) {
    auto const made = names.buffer(d.made);
    line("Func ", made, " = ", names.buffer(d.other), ".in(", names.buffer(d.buffer), ");");
    tir::stage const& copy = stage_with(p, d.made);
    for (int i = 0; i < copy.pure.count; ++i) {
      if (!used[copy.pure[i]]) continue;
      identifier place{};
      place << (copy.pure.count - 1 - i);
      line("Var ", names.axis(copy.pure[i]), " = ", made, ".args()[", place.view(), "];");
    }
    if (d.second >= 0) memory().order(d.made);
  }
  constexpr void compute_at(int producer, int consumer, int axis) {
    line(names.buffer(producer), ".compute_at(", names.buffer(consumer), ", ", names.axis(axis),
         ");");
  }
  constexpr void compute_with(directive const& d) {
    line(names.buffer(d.buffer), update(d.buffer), ".compute_with(", names.buffer(d.other),
         update(d.other), ", ", names.axis(d.axes[0]), ");");
  }
  // What Halide's user says: the consumer gets the loops, and the producer is computed in them.
  constexpr void reverse_compute_at(directive const& d) {
    for (int a = 0; a < p.axes.count; ++a) {
      tir::axis const& x = p.axes[a];
      if (!is_followed(p, d, a)) continue;
      directive one{.what = verb::split, .tails = x.tails, .buffer = d.buffer};
      if (x.first >= 0) {
        for (handle const part : {x.first, x.second, static_cast<handle>(a)})
          one.axes.push_back(part);
        fuse(one);
      } else if (x.outer >= 0) {
        one.tails = p.axes[x.outer].tails;
        for (handle const part : {static_cast<handle>(a), x.outer, x.inner})
          one.axes.push_back(part);
        split(one);
      }
    }
    call(d, "reorder", true);
    for (int i = 0; i < d.number; ++i) take_kind(d, d.axes[i]);
    compute_at(d.other, d.buffer, d.axes[static_cast<int>(d.number) - 1]);
  }
  // The kind that the producer's loop was given before.
  constexpr void take_kind(directive const& d, handle loop) {
    auto const* before = bound_before(t, d, moved_from(p, loop));
    if (before == nullptr) return;
    if (before->what == verb::parallel) {
      line(names.buffer(d.other), update(d.other), ".serial(", names.axis(before->axes[0]), ");");
    }
    directive one{.what = before->what, .buffer = d.buffer};
    one.axes.push_back(loop);
    call(one, name_of(one.what), false);
  }
  constexpr auto memory() -> halide_memory_writer<Sink> { return {{p, names, out}}; }
  constexpr void step(directive const& d) {
    auto const stage = names.buffer(d.buffer);
    if (states_fact(d.what)) return halide_fact(p, names, p.facts[static_cast<int>(d.number)], out);
    if (is_rfactor(d)) return rfactor(d);
    switch (d.what) {
      case verb::split:
      case verb::split_parts:
      case verb::split_balanced: return split(d);
      case verb::peel:
        return line(stage, ".partition(", names.axis(d.axes[0]), ", Partition::Always);");
      case verb::fuse: return fuse(d);
      case verb::reorder: return call(d, "reorder", true);
      case verb::bind: {
        auto const kind = static_cast<tir::loop_kind>(d.number);
        return call(d,
                    tir::is_block(kind)            ? "gpu_blocks"
                    : kind == tir::loop_kind::lane ? "gpu_lanes"
                                                   : "gpu_threads",
                    false);
      }
      case verb::scatter:
        return line("// no counterpart of scatter: ", stage,
                    " is an update whose left side is indexed by data");
      case verb::scan_blocks:
        return line("// no counterpart of scan_blocks: the stages that it makes of ", stage,
                    " are Funcs of the algorithm");
      case verb::atomic:
      case verb::compute_inline:
      case verb::store_root:
      case verb::compute_root: return line(stage, ".", name_of(d.what), "();");
      case verb::compute_at: return compute_at(d.buffer, d.other, d.axes[0]);
      case verb::compute_with: return compute_with(d);
      case verb::reverse_compute_at: return reverse_compute_at(d);
      case verb::store_at:
        return line(stage, ".store_at(", names.buffer(d.other), ", ", names.axis(d.axes[0]), ");");
      case verb::fold_storage: return memory().fold_storage(d);
      case verb::align_storage: return memory().align_storage(d);
      case verb::layout: return memory().order(d.buffer);
      case verb::pad_to: return memory().pad_to(d);
      case verb::stream:
      case verb::pipeline: return line("// no counterpart of ", name_of(d.what), " of ", stage);
      case verb::cache_read: return cache_read(d);
      case verb::cache_write:
        return line("// no counterpart of cache_write: define ", stage,
                    " as a copy of another Func, compute that one outside of ",
                    names.axis(d.axes[0]));
      case verb::prefetch:
        return line("// no counterpart of prefetch of ", names.buffer(d.other),
                    " along an axis: prefetch there is of a loop");
      case verb::tensorize:
        return line("// no counterpart of tensorize: ", stage, " has its loops, and no ",
                    p.intrinsics[static_cast<int>(d.number)].name.view());
      case verb::store_in: return memory().store_in(d);
      case verb::decompose_reduction:
        return line("// no counterpart of decompose_reduction: ", stage,
                    " starts in its pure definition, a nest of its own");
      default: return call(d, name_of(d.what), false);
    }
  }
  constexpr void made_places() {
    for (auto const& d : t.steps) {
      for (handle b = d.made; b < d.made + made_stages(d); ++b) {
        if (is_placed_later(t, b)) continue;
        tir::stage const& s = stage_with(p, b);
        if (s.place == tir::placement::at)
          compute_at(b, p.stages[s.at_stage].buffer, s.at_axis);
        else
          line(names.buffer(b), ".compute_root();");
      }
    }
  }
  constexpr void write() {
    name_axes();
    head();
    signature();
    declarations(false);
    declarations(true);
    for (auto const& d : t.steps) step(d);
    made_places();
    if (t.dropped > 0) line("// not complete: more steps were applied than are recorded");
    put_systems(p, out, "  // ", "Halide has a Tuple, the values of one Func");
    put("}\n");
  }
};

}  // namespace export_halide_impl

/// Appends the steps as a C++ function that schedules Halide's Funcs.
template <class Sink> constexpr void export_halide(program const& p, trace const& t, Sink& out) {
  if (p.stages.empty() || t.steps.empty()) return;
  export_halide_impl::writer<Sink> w{.p = p, .t = t, .out = out};
  w.write();
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// schedule/export_facts: what a schedule states of operands, as Halide's dimensions of parameters.
//
//   x.assume(extent(1) % 16 == 0)   -->   x.dim(0).set_extent(x.dim(0).extent() / 16 * 16);
//
//   takes       a scheduled program, its names in the other language, a fact, and where to
//   reads as    an input with a fact is an ImageParam, and of an output it is the output_buffer()
//   variants    specialize there returns a Stage that has the steps of its variant; the steps here
//               are those of one, so a comment says of which
#pragma once

#include <ashlar/schedule/export_names.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling::export_impl {

/// True if something is stated of an operand.
constexpr auto has_facts(program const& p, int buffer) -> bool {
  for (auto const& f : p.facts) {
    if (f.buffer == buffer) return true;
  }
  return false;
}

template <class Sink> struct halide_fact_writer : line_writer<Sink> {
  using line_writer<Sink>::line, line_writer<Sink>::names, line_writer<Sink>::out,
      line_writer<Sink>::p, line_writer<Sink>::put;

  // x.dim(0), or y.output_buffer().dim(0): the first dimension is the innermost there.
  constexpr auto parameter(tir::fact const& f) const -> identifier {
    identifier at{};
    at << names.buffer(f.buffer) << (p.buffers[f.buffer].is_output ? ".output_buffer()" : "");
    if (f.dim >= 0) at << ".dim(" << (p.buffers[f.buffer].rank - 1 - f.dim) << ")";
    return at;
  }
  // The extent, as what it is where the fact holds.
  constexpr void extent(tir::fact const& f, std::string_view at) {
    identifier number{};
    number << f.number;
    auto const n = number.view();
    switch (f.relation) {
      case tir::fact_relation::equal: return line(at, ".set_extent(", n, ");");
      case tir::fact_relation::at_most:
        return line(at, ".set_extent(min(", at, ".extent(), ", n, "));");
      case tir::fact_relation::at_least:
        return line(at, ".set_extent(max(", at, ".extent(), ", n, "));");
      default: return line(at, ".set_extent(", at, ".extent() / ", n, " * ", n, ");");
    }
  }
  // The condition of a variant: the steps are those of one of them.
  constexpr void variant(tir::fact const& f, std::string_view at) {
    constexpr std::string_view signs[] = {" == ", " % ", " <= ", " >= "};
    constexpr std::string_view values[] = {".extent()", ".stride()", ".address()"};
    bool const is_chosen = f.origin == tir::fact_origin::chosen;
    put(is_chosen ? "  // " : "  // not ");
    put(names.buffer(p.stages[main_stage(p)].buffer));
    put(".specialize(");
    put(at);
    put(values[static_cast<int>(f.kind)]);
    put(signs[static_cast<int>(f.relation)]);
    out.append(f.number);
    put(f.relation == tir::fact_relation::multiple ? " == 0" : "");
    put(is_chosen ? "), whose steps these are:\n" : ")\n");
  }
  constexpr void state(tir::fact const& f) {
    auto const at = parameter(f);
    if (tir::is_choice(f)) variant(f, at.view());
    if (f.origin == tir::fact_origin::declined) return;
    identifier number{};
    number << f.number;
    if (f.kind == tir::fact_kind::extent) return extent(f, at.view());
    auto const call = f.kind == tir::fact_kind::stride ? ".set_stride(" : ".set_host_alignment(";
    line(at.view(), call, number.view(), ");");
  }
};

/// Appends what a fact is in Halide.
template <class Sink>
constexpr void halide_fact(program const& p, export_names const& names, tir::fact const& f,
                           Sink& out) {
  halide_fact_writer<Sink> w{{p, names, out}};
  w.state(f);
}

/// Why TVM has no primitive for it; empty where it has one.
constexpr auto absent_in_tvm(verb v) -> std::string_view {
  if (v == verb::compute_root) return "it is the default";
  if (v == verb::store_at || v == verb::store_root) return "TVM allocates where all accesses are";
  if (is_written_so(v)) return "its block is written so";
  if (v == verb::pad_to) return "pad_einsum pads all of a block, and the buffers around it";
  if (v == verb::specialize) return "each variant is a function of its own";
  if (states_fact(v)) return "the buffers that its function declares say so";
  if (v == verb::pipeline) return "its stages and groups are annotations, one for each block";
  if (v == verb::fold_storage) return "rolling_buffer slides and folds at once";
  return v == verb::stream ? "its stores are the code generator's" : "";
}

}  // namespace ashlar::scheduling::export_impl

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// schedule/export_memory: steps that say how a stage lies in memory, as Halide's.
//
//   takes       a scheduled program, one of the steps that were applied to it, and where to
//   returns     a call of Halide, or a comment that says why there is none
//   source      Halide 21, Func.h
#pragma once

#include <ashlar/schedule/export_names.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling::export_impl {

template <class Sink> struct halide_memory_writer : line_writer<Sink> {
  using line_writer<Sink>::line, line_writer<Sink>::names, line_writer<Sink>::p,
      line_writer<Sink>::put;

  // Dimensions in another order, innermost first.
  constexpr void order(handle buffer) {
    auto const made = names.buffer(buffer);
    auto const& layout = p.buffers[buffer].layout;
    int const rank = p.buffers[buffer].rank;
    if (layout.empty()) return;
    bool blocks = false;
    for (auto const& part : layout) blocks = blocks || part.inner || part.block != 1;
    if (blocks) return line("// no counterpart: the memory order of ", made, " has blocks");
    put("  ");
    put(made);
    put(".reorder_storage(");
    for (int i = layout.count - 1; i >= 0; --i) {
      identifier place{};
      place << made << ".args()[" << (rank - 1 - layout[i].dim) << "]";
      put(place.view());
      put(i > 0 ? ", " : ");\n");
    }
  }
  constexpr auto type_of(scope where) const -> std::string_view {
    if (where == scope::registers) return "MemoryType::Register";
    if (where == scope::shared) return "MemoryType::GPUShared";
    return where == scope::stack ? "MemoryType::Stack" : "MemoryType::Heap";
  }
  constexpr void fold_storage(directive const& d) {
    auto const stage = names.buffer(d.buffer);
    if (d.number == 0) return line("// no counterpart: ", stage, " is folded by Halide itself");
    identifier places{};
    places << d.number;
    line(stage, ".fold_storage(", names.axis(d.axes[0]), ", ", places.view(), ");");
  }
  // There the extent of a dimension is padded, which is the stride of the one around it.
  constexpr void align_storage(directive const& d) {
    auto const stage = names.buffer(d.buffer);
    tir::stage const& s = stage_with(p, d.buffer);
    bool const is_row = s.pure.count > 1 && s.pure[s.pure.count - 2] == d.axes[0] &&
                        p.buffers[d.buffer].layout.empty();
    if (!is_row || d.second != 0)
      return line("// no counterpart of align_storage of ", stage,
                  ": multiples of the stride of a row only");
    identifier multiple{};
    multiple << d.number;
    line(stage, ".align_storage(", stage, ".args()[0], ", multiple.view(), ");");
  }
  constexpr void pad_to(directive const& d) {
    auto const stage = names.buffer(d.buffer);
    if (p.buffers[d.buffer].operand >= 0 || p.axes[d.axes[0]].is_reduction)
      return line("// no counterpart of pad_to of ", stage, ": others read what is aligned");
    identifier multiple{};
    multiple << d.number;
    line(stage, ".align_bounds(", names.axis(d.axes[0]), ", ", multiple.view(), ");");
  }
  constexpr void store_in(directive const& d) {
    auto const stage = names.buffer(d.buffer);
    if (d.other >= 0) return line("// no counterpart: ", stage, " in the memory of an output");
    line(stage, ".store_in(", type_of(d.where), ");");
  }
};

}  // namespace ashlar::scheduling::export_impl

ASHLAR_COMPILER_END

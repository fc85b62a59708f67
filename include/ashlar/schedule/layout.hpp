// SPDX-License-Identifier: Apache-2.0
//
// schedule/layout: the order of a local stage's elements in memory, and what pads it.
//
//   h(i, j) of 8 x 37, layout(packed("j", 16).pad(0))   -->   h[3, 8, 16], 0 where j >= 37
//
//   takes       a stage with memory of the kernel, and an order (schedule/memory_order)
//   returns     the program with that order; with padding, the dimensions that have blocks go on
//               to the end of the last one (schedule/padding)
//   invariants  no value changes
//   names       TVM: transform_layout; Halide: reorder_storage, for orders without blocks
#pragma once

#include <ashlar/schedule/align_storage.hpp>
#include <ashlar/schedule/pad_to.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace layout_impl {

constexpr auto reason_against(program const& p, tir::stage const& s) -> std::string_view {
  tir::buffer const& b = p.buffers[s.buffer];
  if (b.operand >= 0) {
    return "the memory of an output belongs to the caller; cache_write, and stages of their own, "
           "have "
           "memory of the kernel";
  }
  if (s.held_in >= 0) return "it is in the memory of an output; use scope::workspace";
  if (!b.layout.empty()) return "it has an order already; give the one that is meant";
  if (b.stride_is.dim >= 0) return "align_storage has set a stride of the old order; say it after";
  return {};
}

// The first dimension with blocks whose loop is not as it was defined, or -1.
constexpr auto changed_loop(program const& p, tir::stage const& s) -> int {
  for (auto const& l : p.buffers[s.buffer].layout) {
    bool const goes_on = l.inner && l.block > 1;
    if (goes_on && !pad_to_impl::is_whole(p.axes[s.pure[l.dim]])) return s.pure[l.dim];
  }
  return -1;
}

}  // namespace layout_impl

/// E068 if a stage with an order has no memory of its own. Part of `finish`.
constexpr void check_layout(program& p, int stage) {
  tir::stage const& s = p.stages[stage];
  if (!p.fault.ok() || s.held_in < 0 || p.buffers[s.buffer].layout.empty()) return;
  p.fail(diag::code::bad_order, diag::message()
                                    << "layout of " << s.name << ": it is in the memory of "
                                    << p.buffers[s.held_in].name << "; use scope::workspace");
}

/// Sets the order. Errors: E027, E068.
constexpr void layout(program& p, int stage, memory_order const& o) {
  using namespace layout_impl;
  if (!p.fault.ok()) return;
  diag::message m{};
  m << "layout of " << p.stages[stage].name << ": ";
  if (auto const why = reason_against(p, p.stages[stage]); !why.empty()) {
    return p.fail(diag::code::bad_order, m << why);
  }
  if (o.items.empty()) {
    return p.fail(diag::code::bad_order, m << "an order names dimensions; row-major is there");
  }
  set_layout(p, stage, o);
  if (!p.fault.ok() || o.padding == padding_value{}) return;
  if (tir::is_recurrence(p.stages[stage])) {
    m << "it reads itself, and padding would be read for what it computes; give the order alone";
    return p.fail(diag::code::bad_order, m);
  }
  if (int const axis = changed_loop(p, p.stages[stage]); axis >= 0) {
    m << "its padding has points beyond the end of " << p.axes[axis].name
      << ", which is split or no serial loop now; give the padding first";
    return p.fail(diag::code::bad_order, m);
  }
  fill_blocks(p, stage, o);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

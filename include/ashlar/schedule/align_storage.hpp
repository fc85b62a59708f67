// SPDX-License-Identifier: Apache-2.0
//
// schedule/align_storage: the distance of neighbours along a dimension of a local.
//
//   t: f32[64, 128]   align_storage("i", 32, 16)   -->   rows are 144 elements apart
//
//   takes       a local stage, one of its dimensions, a number and a remainder: the stride of the
//               dimension, in elements, is the least that leaves it, and fits the elements inside
//   returns     the program with the rule for the stage's memory; a later rule replaces it
//   invariants  no value changes; the stride of the innermost dimension stays 1
//   wins        rows that are a power of two apart share few sets of a cache
//   names       TVM: storage_align; Halide: align_storage, of the dimension inside, without a
//               remainder
#pragma once

#include <ashlar/schedule/uses.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// The largest multiple that a stride can be asked for, in elements.
inline constexpr std::int64_t most_stride = 65536;

namespace align_storage_impl {

constexpr auto is_innermost(tir::buffer const& b, int dim) -> bool {
  if (b.layout.empty()) return dim == b.rank - 1;
  return b.layout.back().dim == dim && !b.layout.back().inner;
}

constexpr void list_others(diag::message& m, program const& p, tir::stage const& s) {
  bool any = false;
  for (int d = 0; d < s.pure.count; ++d) {
    if (is_innermost(p.buffers[s.buffer], d)) continue;
    m << (any ? ", " : "") << p.axes[s.pure[d]].name;
    any = true;
  }
  if (!any) m << "(none)";
}

}  // namespace align_storage_impl

/// E062 if a stage whose memory has a rule has none of its own. Part of `finish`.
constexpr void check_align(program& p, int stage) {
  tir::stage const& s = p.stages[stage];
  tir::buffer const& b = p.buffers[s.buffer];
  if (!p.fault.ok() || b.stride_is.dim < 0) return;
  diag::message m{};
  m << "align_storage " << p.axes[s.pure[b.stride_is.dim]].name << " of " << s.name << ": ";
  if (b.operand >= 0) {
    m << "the strides of an operand are those of the call; cache_read and stages of their own have "
         "memory of the kernel";
  } else if (s.held_in >= 0) {
    m << "it is in the memory of " << p.buffers[s.held_in].name << "; use scope::workspace";
  } else {
    return;
  }
  p.fail(diag::code::bad_align, m);
}

/// Sets the rule. Errors: E002, E062.
constexpr void align_storage(program& p, int stage, std::string_view axis, std::int64_t multiple,
                             std::int64_t remainder) {
  using namespace align_storage_impl;
  if (!p.fault.ok()) return;
  tir::stage const& s = p.stages[stage];
  tir::buffer& b = p.buffers[s.buffer];
  int dim = s.pure.count - 1;
  while (dim >= 0 && p.axes[s.pure[dim]].name != axis) --dim;
  diag::message m{};
  m << "align_storage " << axis << " of " << s.name << ": ";
  if (dim < 0) {
    m << "it has no dimension of that name: ";
    for (handle const a : s.pure) m << (a == s.pure[0] ? "" : ", ") << p.axes[a].name;
    return p.fail(diag::code::unknown_axis, m);
  }
  if (is_innermost(b, dim)) {
    m << "it is the innermost in memory, with a stride of 1; others: ";
    list_others(m, p, s);
    return p.fail(diag::code::bad_align, m);
  }
  if (multiple < 1 || multiple > most_stride || remainder < 0 || remainder >= multiple) {
    m << "a stride of " << remainder << " mod " << multiple << "; give a multiple of 1 to "
      << most_stride << ", and a remainder of 0 or more that is below it";
    return p.fail(diag::code::bad_align, m);
  }
  if (b.stride_is.swizzle) {
    m << "swizzle has its chunks change places, which is another way to the same; use one of them";
    return p.fail(diag::code::bad_align, m);
  }
  b.stride_is = tir::stride_rule{.dim = static_cast<std::int8_t>(dim),
                                 .multiple = static_cast<std::int32_t>(multiple),
                                 .remainder = static_cast<std::int32_t>(remainder)};
  check_align(p, stage);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

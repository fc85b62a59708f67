// SPDX-License-Identifier: Apache-2.0
//
// schedule/swizzle: the rows of a stage in shared memory have their chunks in other places.
//
//   t: bf16[128, 32]   swizzle   -->   chunk c of row r is where chunk c ^ (r / 2 % 4) was
//
//   takes       a local stage that is in shared memory on a grid; see tir/swizzle. Its rows are a
//               power of two of chunks of 16 bytes, which is judged where they are known
//   returns     the program with the rule for the stage's memory; on a processor it means nothing
//   invariants  no value changes; no byte more is needed, as align_storage does
//   wins        8 rows that one instruction reads 16 bytes of each are in different banks
//   names       CuTe: Swizzle; Triton derives it; TVM has it for its own copies
#pragma once

#include <ashlar/schedule/align_storage.hpp>
#include <ashlar/tir/swizzle.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// Sets the rule. Errors: E062.
constexpr void swizzle(program& p, int stage) {
  if (!p.fault.ok()) return;
  tir::stage const& s = p.stages[stage];
  tir::buffer& b = p.buffers[s.buffer];
  diag::message m{};
  m << "swizzle of " << s.name << ": ";
  if (b.operand >= 0) {
    m << "the memory of an operand is the caller's; cache_read has memory of the kernel";
  } else if (s.pure.empty()) {
    m << "it is one element, and has no rows";
  } else if (b.stride_is.dim >= 0) {
    m << "align_storage has set its rows apart, which is another way to the same; use one of them";
  } else {
    b.stride_is.swizzle = true;
    return;
  }
  p.fail(diag::code::bad_align, m);
}

/// Judges the rows of a lowered program for a grid. Errors: E062.
constexpr void check_swizzle(program& p) {
  for (auto const& s : p.stages) {
    tir::buffer const& b = p.buffers[s.buffer];
    bool const is_asked = b.stride_is.swizzle && s.place != tir::placement::inlined;
    if (!p.fault.ok() || !is_asked) continue;
    auto m = diag::message() << "swizzle of " << b.name << ": ";
    if (b.where != scope::shared) {
      m << "it is not in shared memory; store_in(scope::shared)";
    } else {
      affine const& row = p.indices[b.shape[b.rank - 1]];
      int const bytes = bytes_of(b.type);
      if (row.is_constant() && tir::can_swizzle(row.offset, bytes)) continue;
      m << "its rows have ";
      if (row.is_constant())
        m << row.offset << " elements of " << bytes << " bytes";
      else
        m << "a length that only the call knows";
      m << "; a power of two, and 32 bytes or more, are what can change places; "
           "align_storage pads other rows";
    }
    p.fail(diag::code::bad_align, m);
  }
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// kernel/check_fact: whether an operand is what a schedule has stated of it.
//
//   takes       a fact, and the operand of the call as data
//   returns     yes or no; and on the rare path the status that says what is wrong
//   invariants  nothing is read but extents, strides and the address
#pragma once

#include <ashlar/core/result.hpp>
#include <ashlar/tensor/operand_record.hpp>
#include <ashlar/tir/fact.hpp>

namespace ashlar::kernel_impl {

/// What the fact is about, of an operand.
ASHLAR_INLINE auto stated_value(tir::fact const& f, operand_record const& o) -> index_t {
  if (f.kind == tir::fact_kind::extent) return o.extent[f.dim];
  if (f.kind == tir::fact_kind::stride) return o.stride[f.dim];
  auto const address = reinterpret_cast<std::uintptr_t>(o.data);
  return static_cast<index_t>(address & static_cast<std::uintptr_t>(f.number - 1));
}

constexpr auto broken_code(tir::fact const& f) -> status_code {
  if (f.kind == tir::fact_kind::address) return status_code::misaligned;
  if (f.kind == tir::fact_kind::stride) return status_code::stride_mismatch;
  switch (f.relation) {
    case tir::fact_relation::equal: return status_code::extent_mismatch;
    case tir::fact_relation::multiple: return status_code::extent_not_multiple;
    case tir::fact_relation::at_most: return status_code::extent_too_large;
    default: return status_code::extent_too_small;
  }
}

/// That a fact does not hold.
ASHLAR_PER_ISA ASHLAR_COLD inline auto broken_fact(tir::fact const& f, operand_record const& o,
                                                   int operand) -> status {
  return status{.code = broken_code(f),
                .operand = static_cast<std::int16_t>(operand),
                .dimension = f.dim,
                .found = stated_value(f, o),
                .expected = f.kind == tir::fact_kind::address ? 0 : f.number};
}

}  // namespace ashlar::kernel_impl

// SPDX-License-Identifier: Apache-2.0
//
// support/hold_by_elements: what the lanes of a warp hold of an operand, loaded element by element.
#pragma once

#include <ashlar/schedule/schedule.hpp>

namespace ashlar::tests {

/// Copy f is in registers, in tiles of so many rows and columns.
constexpr void hold_by_elements(stage_schedule const& f, char const* row, index_t rows,
                                char const* column, index_t columns) {
  f.store_in(tir::scope::registers);
  auto const r = f.split(row, rows, tir::tail::exact);
  auto const c = f.split(column, columns, tir::tail::exact);
  f.reorder(r.outer, c.outer, r.inner, c.inner);
}

}  // namespace ashlar::tests

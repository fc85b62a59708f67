// SPDX-License-Identifier: Apache-2.0
//
// A kernel and its axes at namespace scope, in two translation units.
#pragma once

#include <ashlar/expr/expr.hpp>

namespace ashlar::tests::abuse {

constexpr axis<"row"> row;
constexpr axis<"column"> column;
constexpr auto rows = [](auto y, auto x) { y(row) = sum(column, x(row, column)); };

static auto program_here() -> tir::program {
  constexpr operand_type types[] = {view<float, dyn>::type, view<float, dyn, 16>::type};
  return expr::capture(rows, types);
}

auto program_elsewhere() -> tir::program;

}  // namespace ashlar::tests::abuse

// SPDX-License-Identifier: Apache-2.0
//
// fuzz/coverage: every point of an output, and of its reduction, is visited once, whatever is
// computed there.
//
//   method      a further operand is indexed by all axes of the stage, and is part of what each
//               point computes: each of its elements must be read once
//   applies     to outputs, also by way of rfactor, whose partial results are visited at least once
//               where they are computed in a loop; not to blocks that may overlap
#pragma once

#include <fuzz/finding.hpp>
#include <fuzz/form.hpp>

namespace ashlar::fuzz {

/// `written` is the program of the case before its schedule.
auto check_coverage(fuzz_case const& c, tir::program const& written) -> finding;

}  // namespace ashlar::fuzz

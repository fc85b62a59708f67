// SPDX-License-Identifier: Apache-2.0
//
// fuzz/metamorphic: two ways to write a schedule that are one schedule.
//
//   tile        is two splits and a reorder
//   reorder     and the reorder that undoes it change nothing
//   neighbours  primitives of two stages that do not look at each other may change places: the loop
//               nest is the same, and reads the same
//   simplify    a second time changes nothing
#pragma once

#include <fuzz/finding.hpp>
#include <fuzz/form.hpp>

namespace ashlar::fuzz {

/// Programs of a legal case: before its schedule, and after it.
auto check_metamorphic(fuzz_case const& c, tir::program const& written,
                       tir::program const& scheduled) -> finding;

}  // namespace ashlar::fuzz

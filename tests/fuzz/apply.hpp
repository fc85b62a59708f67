// SPDX-License-Identifier: Apache-2.0
//
// fuzz/apply: a directive as the call of the primitive that a user would write.
#pragma once

#include <ashlar/schedule/schedule.hpp>
#include <fuzz/form.hpp>

namespace ashlar::fuzz {

/// Runs one primitive; what is wrong with it is a fault of the program.
void apply(directive const& d, schedule& s);

/// Runs a whole schedule on a program, and judges it; returns its steps as text.
auto apply(std::vector<directive> const& steps, tir::program& p) -> std::string;

}  // namespace ashlar::fuzz

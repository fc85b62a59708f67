// SPDX-License-Identifier: Apache-2.0
//
// fuzz/lower: the passes, in an object of their own, which is all that a change of a pass compiles.
#pragma once

#include <ashlar/tir/program.hpp>

#include <functional>
#include <string_view>

namespace ashlar::fuzz {

using pass_trace = std::function<void(std::string_view, tir::program const&)>;

/// pass::lower.
void lower(tir::program& p, int vector_bytes);
void lower(tir::program& p, int vector_bytes, pass_trace const& trace);
/// pass::simplify_nest.
void simplify_nest(tir::program& p);

}  // namespace ashlar::fuzz

// SPDX-License-Identifier: Apache-2.0
//
// fuzz/alike: programs compared as text, for which the order of nodes does not matter.
#pragma once

#include <ashlar/tir/program.hpp>

namespace ashlar::fuzz {

/// True if both programs print the same.
auto reads_alike(tir::program const& a, tir::program const& b) -> bool;

}  // namespace ashlar::fuzz

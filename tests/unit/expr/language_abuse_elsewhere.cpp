// SPDX-License-Identifier: Apache-2.0
// with nvcc: language_abuse.cpp links to it
#include "language_abuse.hpp"

namespace ashlar::tests::abuse {

auto program_elsewhere() -> tir::program { return program_here(); }

}  // namespace ashlar::tests::abuse

// SPDX-License-Identifier: Apache-2.0
//
// fuzz/kernel_maker: random kernels.
//
//   method      outputs first, then what they read: an access makes up a tensor that it fits into,
//               or finds one that is still to be defined; definitions are then put in order
//   invariants  floats hold integers of a magnitude that is tracked, and sums of them stay below
//               2^24 (f32), so any order of additions gives the same bits; what is no integer (a
//               quotient, a root) is only compared, rounded, stored and moved
#pragma once

#include <fuzz/form.hpp>
#include <fuzz/random.hpp>

namespace ashlar::fuzz {

struct kernel_options {
  int stages = 4;            // definitions at most
  index_t points = 2500;     // iterations of a stage at most
  bool has_windows = false;  // stages read neighbours
  bool is_portable = false;  // only operations that every backend rounds in the same way
};

auto make_kernel(random& r, kernel_options const& o) -> kernel_form;

}  // namespace ashlar::fuzz

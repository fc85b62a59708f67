// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E021\] the tail is not legal for this loop
// ALSO: tail::mask of j: the inner loop ji must be vectorized; vectorize it, or use tail::guard
#if ASHLAR_CASE == 1
  s.split("j", 20, ash::tail::mask);
#endif
  // EXPECT: ashlar\[E021\] the tail is not legal for this loop
  // ALSO: split io: tail::cut has divided this loop in two; use tail::guard in the earlier split,
#if ASHLAR_CASE == 2
  auto const io = s.split("i", 6, ash::tail::cut).outer;
  s.split(io, 2);
#endif
  // EXPECT: ashlar\[E021\] the tail is not legal for this loop
  // ALSO: tail::shift_inwards of i: y is a reduction, and the last block would combine 6 points a
#if ASHLAR_CASE == 3
  s.split("i", 6, ash::tail::shift_inwards);
#endif
  // EXPECT: ashlar\[E021\] the tail is not legal for this loop
  // ALSO: tail::round_up of k: it is a reduction loop of y, and what is beyond its last of 32 points
#if ASHLAR_CASE == 4
  s.split("k", 6, ash::tail::round_up);
#endif
  // EXPECT: ashlar\[E021\] the tail is not legal for this loop
  // ALSO: tail::narrow of j: vectors of 20 lanes have no halves; use 16 or 32, or tail::mask
#if ASHLAR_CASE == 5
  s.split("j", 20, ash::tail::narrow);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

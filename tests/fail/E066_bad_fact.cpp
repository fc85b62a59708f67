// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
  s.assume(ash::extent_of("a", 1) == 32);  // as the type says
// EXPECT: ashlar\[E066\] a fact is of an operand, agrees with what is known, and comes
// ALSO: assume a.extent\(1\) == 64: the extent is 32; state what can be so
#if ASHLAR_CASE == 1
  s.assume(ash::extent_of("a", 1) == 64);
#endif
// EXPECT: ashlar\[E066\] a fact is of an operand, agrees with what is known, and comes
// ALSO: unsafe_assume c.extent\(0\) == 64: no operand has that name; operands: y, a, b
#if ASHLAR_CASE == 2
  s.unsafe_assume(ash::extent_of("c", 0) == 64);
#endif
// EXPECT: ashlar\[E066\] a fact is of an operand, agrees with what is known, and comes
// ALSO: specialize a.stride\(2\) == 1: dimension 2 of 2, counted from 0
#if ASHLAR_CASE == 3
  s.specialize(ash::stride_of("a", 2) == 1);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E008\] a loop has one kind: serial, parallel, vectorized, unrolled or tensorized
// ALSO: unroll i: it is parallel already; split it and bind one of the parts before
#if ASHLAR_CASE == 1
  s.parallel("i");
  s.unroll("i");
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E016\] cache_read takes a tensor that the stage reads, and a loop of the stage
// ALSO: cache_read c: y does not read it; it reads: b, a
#if ASHLAR_CASE == 1
  s.cache_read("c", "i");
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

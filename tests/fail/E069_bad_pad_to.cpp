// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E069\] pad_to takes a whole serial loop of a stage, and a multiple
// ALSO: pad_to ii of y by 8: it is a part of another loop, or no serial one; pad the axis first
#if ASHLAR_CASE == 1
  s.split("i", 5);
  s.pad_to("ii", 8);
#endif
// EXPECT: ashlar\[E069\] pad_to takes a whole serial loop of a stage, and a multiple
// ALSO: pad_to k of y by 0: a multiple is at least 1 and at most 2147483648
#if ASHLAR_CASE == 2
  s.pad_to("k", 0);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

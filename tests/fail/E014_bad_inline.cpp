// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E014\] compute_inline takes a pure stage that is not an output
// ALSO: compute_inline row: it is a reduction; use compute_at
#if ASHLAR_CASE == 1
  s.compute_inline("row");
#endif
};

int main() { return ash::kernel<scaled, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E013\] a stage is computed at a loop of a stage that consumes it
// ALSO: row cannot be computed at k of y: y reads it after its reduction, outside of that loop;
#if ASHLAR_CASE == 1
  s.compute_at("row", "y", "k");
#endif
};

int main() { return ash::kernel<scaled, wrong>{}(y, a, b).ok() ? 0 : 1; }

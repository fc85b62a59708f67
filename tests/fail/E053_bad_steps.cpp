// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>
#include <ashlar/schedule/read_steps.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](ash::schedule& s) {
// EXPECT: ashlar\[E053\] a text of steps has one primitive a line, as a schedule prints them
// ALSO: line 1, column 9: expected a name in quotes, found .*i, 8
#if ASHLAR_CASE == 1
  ash::scheduling::read_steps("y.split(i, 8)", s);
#elif ASHLAR_CASE == 2
  // EXPECT: ashlar\[E053\] a text of steps has one primitive a line, as a schedule prints them
  // ALSO: line 1: expected .*b_cache.* after the arrow, the name of what cache_read makes
  ash::scheduling::read_steps(R"(y.cache_read("b", "i") -> "copy")", s);
#else
  ash::scheduling::read_steps(R"(y.split("i", 8) -> "io", "ii")", s);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

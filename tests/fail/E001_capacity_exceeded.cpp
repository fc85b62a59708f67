// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E001\] a program outgrew the capacities in config\.hpp
// ALSO: split outer: a stage has at most 24 loops; raise limits::loops_per_stage in
#if ASHLAR_CASE == 1
  ash::loop l = s.get("i");
  char const* const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "l", "m", "n",
                               "o", "p", "q", "r", "t", "u", "v", "w", "x", "z", "A"};
  for (char const* const name : names) l = s.split(l, "outer", name, 1).outer;
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

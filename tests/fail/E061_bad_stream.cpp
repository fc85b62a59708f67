// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto twice = [](auto out, auto in) {
  out.name("v");
  ash::local h("h");
  h(i, j) = in(i, j) * 2.0f;
  out(i, j) = h(i, j) + 1.0f;
};

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E061\] stream takes an output that no stage reads
// ALSO: stream of h: it is no output, and what is read again belongs in a cache; outputs: v
#if ASHLAR_CASE == 1
  s["h"].stream();
#endif
};

int main() { return ash::kernel<twice, wrong>{}(y, y).ok() ? 0 : 1; }

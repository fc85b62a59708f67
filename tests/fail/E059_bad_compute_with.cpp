// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

// Two locals that are computed from the same rows, and an output of both.
constexpr auto both = [](auto out, auto left, auto right) {
  name(out, left, right);
  ash::local low("low"), top("top");
  low(i) = ash::min(k, left(i, k));
  top(i) = ash::max(k, left(i, k));
  out(i, j) = low(i) + top(i) + ash::sum(k, right(k, j));
};

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
  s.compute_with("top", s["low"].get("i"));
// EXPECT: ashlar\[E059\] compute_with takes a loop, of a stage at the same place, that both can
// ALSO: compute_with k of top: k of top and k of low: one is in a reduction; legal loops of low: i
#if ASHLAR_CASE == 1
  s.compute_with("top", s["low"].get("k"));
#endif
// EXPECT: ashlar\[E059\] compute_with takes a loop, of a stage at the same place, that both can
// ALSO: i of top and i of low: one is serial, the other parallel
#if ASHLAR_CASE == 2
  s["low"].parallel("i");
#endif
};

int main() { return ash::kernel<both, wrong>{}(y, a, b).ok() ? 0 : 1; }

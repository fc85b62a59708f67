// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline constexpr ash::axis<"t"> t;

constexpr auto cell = [](auto h, auto x, auto w) {
  h.name("h");
// EXPECT: ashlar\[E063\] a carried value is one that the stage has computed before
// ALSO: h is carried at \(t \+ 1, j\), which comes before no point; one index is an axis on the left
#if ASHLAR_CASE == 1
  h(t, j) = x(t, j) + w(0, j) + ash::carried(h, 0.0f)(t + 1, j);
#else
  h(t, j) = ash::tanh(x(t, j) + ash::sum(k, w(j, k) * ash::carried(h, 0.0f)(t - 1, k)));
#endif
};

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E063\] a carried value is one that the stage has computed before
// ALSO: parallel t: h is carried along it, each point from those before; legal loops: j
#if ASHLAR_CASE == 2
  s.parallel("t");
#endif
};

inline ash::tensor<float, 64, 48> x;
inline ash::tensor<float, 48, 48> weights;

int main() { return ash::kernel<cell, wrong>{}(y, x, weights).ok() ? 0 : 1; }

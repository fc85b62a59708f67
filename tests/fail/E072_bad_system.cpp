// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline constexpr ash::axis<"t"> t;

constexpr auto cell = [](auto h, auto x, auto w) {
  h.name("h");
  ash::local g("g");
// EXPECT: ashlar\[E072\] stages that read each other's earlier values go over one axis together
// ALSO: g reads h at \(t \+ 1, k\), not there by then: along t read t - 1 or before
#if ASHLAR_CASE == 1
  g(t, j) = x(t, j) + ash::sum(k, w(j, k) * ash::carried(h, 0.0f)(t + 1, k));
#else
  g(t, j) = x(t, j) + ash::sum(k, w(j, k) * ash::carried(h, 0.0f)(t - 1, k));
#endif
  h(t, j) = ash::tanh(g(t, j));
};

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E072\] stages that read each other's earlier values go over one axis together
// ALSO: h and g are computed from each other, point by point of t; they share the loops down to t
#if ASHLAR_CASE == 2
  s["h"].split("t", 4);
#endif
};

inline ash::tensor<float, 64, 48> x;
inline ash::tensor<float, 48, 48> weights;

int main() { return ash::kernel<cell, wrong>{}(y, x, weights).ok() ? 0 : 1; }

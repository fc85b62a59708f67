// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline ash::tensor<int, 16> h;
inline ash::tensor<unsigned char, 100> x;
constexpr ash::axis<"b"> b_axis;

constexpr auto histogram = [](auto out, auto in) {
  out.name("h");
  auto const level = ash::cast<std::int64_t>(in(i));
// EXPECT: ashlar\[E064\] scatter takes a pure loop that chooses what its stage reduces
// ALSO: scatter b of h: what it reduces is not chosen by b; write ash::select\(b == ash::cast<std::int64_t>
#if ASHLAR_CASE == 1
  out(b_axis) = ash::sum(i, ash::cast<int>(level + b_axis));
#else
  out(b_axis) = ash::sum(i, ash::select(b_axis == level, 1, 0));
#endif
};

constexpr auto wrong = [](ash::schedule& s) {
  s.scatter("b");
// EXPECT: ashlar\[E064\] scatter takes a pure loop that chooses what its stage reduces
// ALSO: the loop was split, fused or bound
#if ASHLAR_CASE == 2
  s.split("b", 4);
#endif
};

int main() { return ash::kernel<histogram, wrong>{}(h, x).ok() ? 0 : 1; }

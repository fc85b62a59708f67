// SPDX-License-Identifier: Apache-2.0
//
// Find the mistake. The schedule wants a tile of 4 x 16 sums in registers:
//
//   g++ -std=c++20 -Iinclude -DASHLAR_CASE=1 -fsyntax-only examples/quiz/2_too_early.cpp
//
// The answer is the second line of the message; with ASHLAR_CASE=0 the mistake is gone.
#include <ashlar/ashlar.hpp>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };

constexpr auto tiled = [](ash::schedule& s) {
  auto [io, ii] = s.split("i", 4);
  auto [jo, ji] = s.split("j", 16);
  // EXPECT: ashlar\[E023\] a vectorized loop must be the innermost loop
  // ALSO: vectorize ji: k is inside it; reorder ji to the innermost place first
#if ASHLAR_CASE == 1
  s.vectorize(ji);
  s.reorder(io, jo, "k", ii, ji);
#else
  s.reorder(io, jo, "k", ii, ji);
  s.vectorize(ji);
#endif
  s.unroll(ii);
};

int main() {
  ash::tensor<float, 64, 64> y;
  ash::tensor<float, 64, 64> a;
  ash::tensor<float, 64, 64> b;
  return ash::kernel<product, tiled>{}(y, a, b) ? 0 : 1;
}

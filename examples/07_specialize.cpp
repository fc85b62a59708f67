// SPDX-License-Identifier: Apache-2.0
//
// 07: what only the call knows. The length of a row is dynamic; the kernel has code for rows of 64
// elements, code for whole vectors of 16, and code for all others, and a call takes the first that
// fits. A kernel that assumes a length has one code, and refuses all others.
#include <ashlar/ashlar.hpp>
#include <cstdio>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;

constexpr auto row_sums = [](auto y, auto x) {
  y.name("y"), x.name("x");
  y(i) = ash::sum(j, x(i, j));
};

constexpr auto by_length = [](ash::schedule& s) {
  if (s.specialize(ash::extent_of("x", 1) == 64)) {
    s.vectorize("j", 16);
    s["y_rf"].unroll("jo");  // four vectors a row, and no loop
  } else if (s.specialize(ash::extent_of("x", 1) % 16 == 0)) {
    s.vectorize("j", 16);  // no rest
  }
};

constexpr auto multiples_only = [](ash::schedule& s) {
  s.assume(ash::extent_of("x", 1) % 16 == 0);
  s.assume(ash::extent_of("x", 1) <= 256);
  s.vectorize("j", 16);
};

int main() {
  constexpr ash::kernel<row_sums, by_length> specialized;
  constexpr ash::kernel<row_sums, multiples_only> strict;
  bool all = true;
  for (int const n : {64, 48, 50, 272}) {
    ash::tensor<float, ash::dyn, ash::dyn> x(3, n);
    ash::tensor<float, ash::dyn> y(3), z(3);
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < n; ++b) x(a, b) = static_cast<float>((a + b) % 7);
    }
    if (!specialized(y, x)) return 1;
    bool agree = true;
    for (int a = 0; a < 3; ++a) {
      float sum = 0;
      for (int b = 0; b < n; ++b) sum += x(a, b);
      agree = agree && y(a) == sum;
    }
    all = all && agree;
    std::printf("rows of %d: variant %d, %s\n", n, specialized.report(y, x).variant,
                agree ? "as it should be" : "wrong");
    ash::status const s = strict(z, x);
    std::printf("  assumed: %s\n", s.message().c_str());
  }
  return all ? 0 : 1;
}

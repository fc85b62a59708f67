// SPDX-License-Identifier: Apache-2.0
//
// 03: several stages. The softmax of each row needs its maximum and its sum; the schedule computes
// both, and the exponentials, row by row, so that a row never leaves the cache.
#include <ashlar/ashlar.hpp>
#include <cmath>
#include <cstdio>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;

constexpr auto softmax = [](auto y, auto x) {
  y.name("y"), x.name("x");
  ash::local top("top"), e("e"), total("total");
  top(i) = ash::max(j, x(i, j));
  e(i, j) = ash::exp(x(i, j) - top(i));
  total(i) = ash::sum(j, e(i, j));
  y(i, j) = e(i, j) / total(i);
};

constexpr auto by_rows = [](ash::schedule& s) {
  s.vectorize("j", 16, ash::tail::cut);
  s["e"].vectorize("j", 16, ash::tail::cut);
  s["total"].vectorize("j", 16, ash::tail::cut);  // partial sums in lanes
  s["total"].compute_at(s.get("i"));
  s["e"].compute_at(s.get("i"));
  s["top"].compute_at(s.get("i"));
};

int main() {
  ash::tensor<float, 4, ash::dyn> x(100), y(100), z(100);
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 100; ++b) x(a, b) = static_cast<float>((a * 31 + b * 17) % 53) * 0.25F;
  }
  constexpr ash::kernel<softmax, by_rows> mine;
  constexpr ash::kernel<softmax> automatic;  // finds a schedule of the same kind
  if (!mine(y, x) || !automatic(z, x)) return 1;

  double worst = 0;
  for (int a = 0; a < 4; ++a) {
    double sum = 0;
    for (int b = 0; b < 100; ++b) sum += std::exp(double{x(a, b)});
    for (int b = 0; b < 100; ++b) {
      double const expected = std::exp(double{x(a, b)}) / sum;
      worst = std::fmax(worst, std::fabs(y(a, b) - expected) / expected);
      worst = std::fmax(worst, std::fabs(z(a, b) - expected) / expected);
    }
  }
  std::printf("largest relative error below 1e-5: %s\n", worst < 1e-5 ? "yes" : "no");
  return worst < 1e-5 ? 0 : 1;
}

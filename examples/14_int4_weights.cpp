// SPDX-License-Identifier: Apache-2.0
//
// 14: weights of 4 bits, as language models are stored: each group of 32 has a scale, and a product
// with a vector of floats unpacks them on the way. Two weights are in a byte; arithmetic is that of
// floats, so the default schedule of a matrix-vector product does the rest.
#include <ashlar/ashlar.hpp>
#include <cmath>
#include <cstdio>

namespace ash = ashlar;

constexpr ash::axis<"row"> row;
constexpr ash::axis<"group"> group;
constexpr ash::axis<"k"> k;

// scale = max |w| / 7 in each group, and w to the nearest of -8 to 7
constexpr auto find_scales = [](auto scale, auto w) {
  scale(row, group) = ash::max(k, ash::abs(w(row, group, k))) * (1.0F / 7.0F);
};
constexpr auto quantize = [](auto q, auto w, auto scale) {
  q(row, group, k) =
      ash::saturate_cast<ash::int4x2>(ash::round(w(row, group, k) / scale(row, group)));
};
// y = w x
constexpr auto product = [](auto y, auto q, auto scale, auto x) {
  auto const w = ash::cast<float>(q(row, group, k)) * scale(row, group);
  y(row) = ash::sum(group, k, w * x(group, k));
};

int main() {
  constexpr int rows = 24, groups = 16, length = 32;
  ash::tensor<float, rows, groups, length> w;
  ash::tensor<float, groups, length> x;
  for (int n = 0; n < rows * groups * length; ++n) {
    w.span()[static_cast<std::size_t>(n)] = std::sin(static_cast<float>(n) * 0.37F) * 0.2F;
  }
  for (int n = 0; n < groups * length; ++n) {
    x.span()[static_cast<std::size_t>(n)] = std::cos(static_cast<float>(n) * 0.11F);
  }

  ash::tensor<float, rows, groups> scale;
  ash::tensor<ash::int4x2, rows, groups, length> q;
  ash::tensor<float, rows> y;
  if (!ash::kernel<find_scales>{}(scale, w)) return 1;
  if (!ash::kernel<quantize>{}(q, w, scale)) return 1;
  if (auto const wrong = ash::kernel<product>{}(y, q, scale, x); !wrong) {
    return std::puts(wrong.message().c_str()), 1;
  }

  double worst = 0, of_weights = 0;
  for (int r = 0; r < rows; ++r) {
    double sum = 0, exact = 0, size = 0;
    for (int g = 0; g < groups; ++g) {
      for (int n = 0; n < length; ++n) {
        double const kept = double{scale(r, g)} * q(r, g, n);
        sum += kept * double{x(g, n)};
        exact += double{w(r, g, n)} * double{x(g, n)};
        size += std::fabs(kept * double{x(g, n)});
      }
    }
    worst = std::fmax(worst, std::fabs(double{y(r)} - sum) / size);
    of_weights = std::fmax(of_weights, std::fabs(sum - exact) / size);
  }
  std::printf("%d weights in %d bytes, the first row begins %d %d %d %d\n",
              static_cast<int>(q.size()), static_cast<int>(q.span().size()), int{q(0, 0, 0)},
              int{q(0, 0, 1)}, int{q(0, 0, 2)}, int{q(0, 0, 3)});
  std::printf("the product is %s what doubles give\n", worst < 1e-6 ? "within 1e-6 of" : "not");
  std::printf("4 bits change it by %.1f %% at most\n", 100 * of_weights);
  return worst < 1e-6 ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
//
// recipes/winograd_points: filters transformed for F(4, 3) with the points 0, +-sqrt(1/2),
// +-sqrt(2) and infinity.
//
//   u = g f g^T, and row q of g is (1, a, a^2) / scale for point a; scale is the product of the
//   distances from a to the other points
//
//   why        errors are three to five times smaller than with the points 0, +-1, +-2: powers of
//              the points stay near 1
//   source     Toom-Cook, as in A. Lavin, S. Gray, "Fast algorithms for convolutional neural
//              networks", CVPR 2016
#pragma once

#include <cmath>

namespace recipes {

struct winograd_points {
  static constexpr int count = 6;  // the last one is infinity
  double g[count][3]{};

  winograd_points() {
    double const at[count - 1] = {0, std::sqrt(0.5), -std::sqrt(0.5), std::sqrt(2), -std::sqrt(2)};
    for (int q = 0; q < count - 1; ++q) {
      double scale = 1;
      for (int k = 0; k < count - 1; ++k) scale *= k == q ? 1 : at[q] - at[k];
      for (int n = 0; n < 3; ++n) g[q][n] = std::pow(at[q], n) / scale;
    }
    g[count - 1][2] = 1;
  }

  /// Element (p, q) of g f g^T for a filter of 3 x 3.
  auto transformed(float const (&f)[3][3], int p, int q) const -> float {
    double sum = 0;
    for (int n = 0; n < 9; ++n) sum += g[p][n / 3] * g[q][n % 3] * double{f[n / 3][n % 3]};
    return static_cast<float>(sum);
  }
};

}  // namespace recipes

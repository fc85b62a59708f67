// SPDX-License-Identifier: Apache-2.0
//
// recipes/winograd_points: the matrices of F(4, 3) for the points 0, +-sqrt(1/2), +-sqrt(2) and
// infinity, and filters transformed by them.
//
//   y = out ((in x in^T) * (g f g^T)) out^T     * element by element
//
//   why        errors are three to five times smaller than with the points 0, +-1, +-2: powers of
//              the points stay near 1
//   source     Toom-Cook, as in A. Lavin, S. Gray, "Fast algorithms for convolutional neural
//              networks", CVPR 2016
#pragma once

#include <cmath>
#include <cstddef>

namespace recipes {

struct winograd_points {
  static constexpr int count = 6;  // the last one is infinity
  double in[count][count]{}, out[4][count]{}, filter[count][3]{};

  winograd_points() {
    double const at[count - 1] = {0, std::sqrt(0.5), -std::sqrt(0.5), std::sqrt(2), -std::sqrt(2)};
    for (int q = 0; q < count; ++q) {
      bool const is_last = q == count - 1;
      double scale = 1;           // the product of the distances to all other points
      double* const row = in[q];  // coefficients of the product of x minus all other points
      row[0] = 1;
      for (int k = 0; k < count - 1; ++k) {
        if (k == q) continue;
        for (int n = count - 1; n > 0; --n) row[n] = row[n - 1] - at[k] * row[n];
        row[0] *= -at[k];
        if (!is_last) scale *= at[q] - at[k];
      }
      for (int n = 0; n < 4; ++n) out[n][q] = is_last ? (n == 3) : std::pow(at[q], n);
      for (int n = 0; n < 3; ++n) filter[q][n] = is_last ? (n == 2) : std::pow(at[q], n) / scale;
    }
  }

  /// Element (p, q) of g f g^T for a filter of 3 x 3.
  auto transformed(float const (&f)[3][3], int p, int q) const -> float {
    double sum = 0;
    for (int n = 0; n < 9; ++n)
      sum += filter[p][n / 3] * filter[q][n % 3] * double{f[n / 3][n % 3]};
    return static_cast<float>(sum);
  }

  template <class In, class Out> void write(In& to_points, Out& from_points) const {
    for (int p = 0; p < count; ++p) {
      for (int q = 0; q < count; ++q) to_points(p, q) = static_cast<float>(in[p][q]);
      for (int g = 0; g < 4; ++g) from_points(g, p) = static_cast<float>(out[g][p]);
    }
  }
};

}  // namespace recipes

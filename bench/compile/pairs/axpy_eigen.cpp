// SPDX-License-Identifier: Apache-2.0
//
// y = a * x + y, dynamic extents.
#include <Eigen/Dense>

void run(float* y, float a, float const* x, Eigen::Index n) {
  Eigen::Map<Eigen::ArrayXf> out(y, n);
  out += a * Eigen::Map<Eigen::ArrayXf const>(x, n);
}

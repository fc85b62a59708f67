// SPDX-License-Identifier: Apache-2.0
//
// The matrix product of ../gemm.cpp, of the same static extents.
#include <Eigen/Dense>

namespace {

template <int Rows, int Columns>
using matrix = Eigen::Matrix<float, Rows, Columns, Eigen::RowMajor>;

}  // namespace

void run(float* c, float const* a, float const* b) {
  Eigen::Map<matrix<96, 128>> out(c);
  out.noalias() = Eigen::Map<matrix<96, 256> const>(a) * Eigen::Map<matrix<256, 128> const>(b);
}

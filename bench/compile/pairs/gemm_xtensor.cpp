// SPDX-License-Identifier: Apache-2.0
//
// The matrix product of ../gemm.cpp as an expression: broadcast, multiply and sum. xtensor has no
// other without a BLAS.
#include <array>
#include <cstddef>
#include <xtensor.hpp>

namespace {

template <std::size_t Rows, std::size_t Columns, class T> auto matrix(T* data) {
  std::array<std::size_t, 2> const shape{Rows, Columns};
  return xt::adapt(data, Rows * Columns, xt::no_ownership(), shape);
}

}  // namespace

void run(float* c, float const* a, float const* b) {
  auto out = matrix<96, 128>(c);
  auto const left = matrix<96, 256>(a);
  auto const right = matrix<256, 128>(b);
  xt::noalias(out) = xt::sum(xt::view(left, xt::all(), xt::all(), xt::newaxis()) * right, {1});
}

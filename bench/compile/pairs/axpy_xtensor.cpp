// SPDX-License-Identifier: Apache-2.0
//
// y = a * x + y, dynamic extents.
#include <array>
#include <cstddef>
#include <xtensor.hpp>

void run(float* y, float a, float const* x, std::size_t n) {
  std::array<std::size_t, 1> const shape{n};
  auto const in = xt::adapt(x, n, xt::no_ownership(), shape);
  auto out = xt::adapt(y, n, xt::no_ownership(), shape);
  xt::noalias(out) = a * in + out;
}

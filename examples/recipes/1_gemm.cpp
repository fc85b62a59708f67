// SPDX-License-Identifier: Apache-2.0
//
// recipes 1: a matrix product, checked bit for bit: whole numbers, so every order of the sum is
// exact. Extents that are known at the call alone, and are no multiples of the tile.
#include <recipes/gemm.hpp>
#include <support/compare.hpp>

using matrix = ashlar::tensor<float, ashlar::dyn, ashlar::dyn>;

int main() {
  constexpr int m = 100, n = 197, depth = 1100;
  matrix a(m, depth), b(depth, n), c(m, n);
  ashlar::tensor<double, ashlar::dyn, ashlar::dyn> plain(m, n);
  example::fill(a, 1, -8);
  example::fill(b, 2, -8);
  for (int i = 0; i < m; ++i) {
    for (int k = 0; k < depth; ++k) {
      for (int j = 0; j < n; ++j) plain(i, j) += double{a(i, k)} * double{b(k, j)};
    }
  }
  constexpr ashlar::kernel<recipes::gemm::definition, recipes::gemm::schedule> product;
  if (auto const wrong = product(c, a, b); !wrong) return std::puts(wrong.message().c_str()), 1;
  example::require_near("100 x 197 x 1100", c, plain);
}

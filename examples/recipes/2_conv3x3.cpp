// SPDX-License-Identifier: Apache-2.0
//
// recipes 2: a convolution of 3 x 3, checked bit for bit: whole numbers, so every order of the sum
// is exact.
#include <recipes/conv3x3.hpp>
#include <support/compare.hpp>

constexpr int channels = 32, size = 21;
using conv = recipes::conv3x3<channels, size>;

// y(filter, h, w), without the bias.
auto by_hand(conv::image const& x, conv::filters const& f, int o, int h, int w) -> double {
  double sum = 0;
  for (int n = 0; n < channels * 9; ++n) {
    int const c = n / 9, ky = n / 3 % 3, kx = n % 3;
    int const row = h + ky - 1, column = w + kx - 1;
    if (row < 0 || row >= size || column < 0 || column >= size) continue;
    sum += double{x(c / 16, row, column, c % 16)} *
           double{f(o / 32, c / 16, ky, kx, c % 16, o / 16 % 2, o % 16)};
  }
  return sum;
}

int main() {
  conv::image x;
  conv::filters f;
  conv::biases bias;
  example::fill(x, 1, -8);
  example::fill(f, 2, -8);
  example::fill(bias, 3, -8);
  ashlar::tensor<double, conv::blocks, size, size, 16> plain;
  for (int o = 0; o < channels; ++o) {
    for (int n = 0; n < size * size; ++n) {
      double const sum = by_hand(x, f, o, n / size, n % size) + double{bias(o / 16, o % 16)};
      plain(o / 16, n / size, n % size, o % 16) = sum > 0 ? sum : 0;
    }
  }
  auto const y = example::compute<conv::definition, conv::schedule, conv::image>(x, f, bias);
  example::require_near("32 channels, 21 x 21", y, plain);
}

// SPDX-License-Identifier: Apache-2.0
//
// recipes 3: a convolution of 3 x 3 by F(4, 3), compared with sums in double. The transformations
// round, so there is a bound: 4e-6 of the largest value. A sum of 576 products in f32, one after
// the other, has 6e-7.
#include <memory>
#include <recipes/winograd.hpp>
#include <recipes/winograd_points.hpp>
#include <support/compare.hpp>

constexpr int channels = 64, size = 10;
using conv = recipes::winograd<channels, size, 3, 9, 2>;

struct layer {
  conv::image x, y;
  float f[channels][channels][3][3];
  conv::filters u;
  conv::biases bias;
};

auto by_hand(layer const& d, int o, int h, int w) -> double {
  double sum = double{d.bias(o / 16, o % 16)};
  for (int n = 0; n < channels * 9; ++n) {
    int const c = n / 9, ky = n / 3 % 3, kx = n % 3;
    int const row = h + ky - 1, column = w + kx - 1;
    if (row < 0 || row >= size || column < 0 || column >= size) continue;
    sum += double{d.x(c / 16, row, column, c % 16)} * double{d.f[o][c][ky][kx]};
  }
  return sum > 0 ? sum : 0;
}

int main() {
  auto const d = std::make_unique<layer>();
  unsigned seed = 1;
  auto const uniform = [&] {
    seed = seed * 1664525U + 1013904223U;
    return static_cast<float>(seed >> 8U) / 8388608.0F - 1.0F;
  };
  for (auto& v : d->x.span()) v = std::fmax(uniform(), 0.0F);
  for (auto& v : d->bias.span()) v = uniform();
  for (auto& filters : d->f) {
    for (auto& f : filters) {
      for (auto& row : f) {
        for (auto& v : row) v = 0.1F * uniform();
      }
    }
  }
  recipes::winograd_points const points;
  for (int n = 0; n < channels * channels * 36; ++n) {
    int const o = n % channels, c = n / channels % channels, p = n / (channels * channels);
    d->u(o / 64, p / 6, p % 6, c / 16, c % 16, o / 16 % 4, o % 16) =
        points.transformed(d->f[o][c], p / 6, p % 6);
  }
  constexpr ashlar::kernel<conv::definition, conv::schedule> run;
  if (auto const wrong = run(d->y, d->x, d->u, d->bias); !wrong) {
    return std::puts(wrong.message().c_str()), 1;
  }
  double largest = 0, worst = 0;
  for (int n = 0; n < channels * size * size; ++n) {
    int const o = n / (size * size), h = n / size % size, w = n % size;
    double const expected = by_hand(*d, o, h, w);
    largest = std::fmax(largest, expected);
    double const error = std::fabs(double{d->y(o / 16, h, w, o % 16)} - expected);
    worst = error <= worst ? worst : error;  // a NaN is kept
  }
  bool const ok = worst <= 4e-6 * largest;
  if (!ok) std::printf("differs by %g of %g\n", worst, largest);
  if (ok) std::puts("64 channels, 10 x 10: equal within 4e-06 of the largest value");
  return ok ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
//
// mlc 5: a convolution of 3 x 3, images in NCHW order, zeros around them. The zeros are a stage, so
// a schedule decides whether they are tested for in the sum or copied once for each image.
#include <support/compare.hpp>

namespace ash = ashlar;

constexpr int images = 2, channels = 4, filters = 8, height = 12, width = 16;

constexpr ash::axis<"n"> image;
constexpr ash::axis<"m"> filter;
constexpr ash::axis<"c"> channel;
constexpr ash::axis<"h"> row;
constexpr ash::axis<"w"> column;
constexpr ash::axis<"kh"> kh;
constexpr ash::axis<"kw"> kw;
constexpr ash::axis<"ph", height + 2> ph;  // extents that no tensor has
constexpr ash::axis<"pw", width + 2> pw;

constexpr auto conv = [](auto y, auto x, auto f) {
  ash::local padded("padded");
  padded(image, channel, ph, pw) = ash::zero(x)(image, channel, ph - 1, pw - 1);
  auto const value = padded(image, channel, row + kh, column + kw) * f(filter, channel, kh, kw);
  y(image, filter, row, column) = ash::sum(channel, kh, kw, value);
};

constexpr auto tested = [](ash::schedule& s) { s.compute_inline("padded"); };

constexpr auto by_rows = [](ash::schedule& s) {
  s.reorder("n", "h", "m", "w");
  s.compute_at("padded", s.get("h"));  // three rows for one of y; each row is copied three times
};

constexpr auto tiled = [](ash::schedule& s) {
  auto [mo, mi] = s.split("m", 4);
  auto [wo, wi] = s.split("w", 8);
  s.reorder("n", mo, "h", wo, "c", "kh", "kw", mi, wi);
  s.unroll(mi);
  s.vectorize(wi);  // 4 filters x 8 places of running values in registers
  s.unroll("kh");
  s.unroll("kw");
  s.compute_at("padded", s.get("n"));
  s.parallel("n");
};

using input = ash::tensor<float, images, channels, height, width>;
using weights = ash::tensor<float, filters, channels, 3, 3>;
using output = ash::tensor<float, images, filters, height, width>;

auto at(input const& x, int a, int b, int r, int s) -> double {
  bool const inside = r >= 0 && r < height && s >= 0 && s < width;
  return inside ? x(a, b, r, s) : 0;
}

auto by_hand(input const& x, weights const& f) {
  ash::tensor<double, images, filters, height, width> y;
  for (int q = 0; q < images * filters * height * width; ++q) {
    int const s = q % width, r = q / width % height;
    int const b = q / (width * height) % filters, a = q / (width * height * filters);
    for (int t = 0; t < channels * 9; ++t) {
      int const v = t / 3 % 3, u = t % 3;
      y.data()[q] += at(x, a, t / 9, r + v - 1, s + u - 1) * double{f(b, t / 9, v, u)};
    }
  }
  return y;
}

int main() {
  input x;
  weights f;
  example::fill(x, 1);
  example::fill(f, 2);
  output const expected = example::compute<conv, example::as_written, output>(x, f);
  example::require_near("plain loops", expected, by_hand(x, f));
  example::require_near("tested", example::compute<conv, tested, output>(x, f), expected);
  example::require_near("by rows", example::compute<conv, by_rows, output>(x, f), expected);
  example::require_near("tiled", example::compute<conv, tiled, output>(x, f), expected);
  example::require_near("default", example::compute<conv, ash::automatic, output>(x, f), expected);
}

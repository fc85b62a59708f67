// SPDX-License-Identifier: Apache-2.0
//
// halide 2: the unsharp mask. A strip of rows is one task; what it reads of the gray image stays in
// the cache, and each row of the blurred image is made when its pixels are.
#include <algorithm>
#include <support/compare.hpp>

namespace ash = ashlar;

constexpr int height = 64, width = 96;

constexpr ash::axis<"c"> colour;
constexpr ash::axis<"y"> y;
constexpr ash::axis<"x"> x;
constexpr ash::axis<"gy", height + 6> gy;  // gray reaches three pixels further on each side
constexpr ash::axis<"gx", width + 6> gx;

// exp(-x * x / (2 * 1.5 * 1.5)) / (sqrt(2 * pi) * 1.5)
constexpr float weight[] = {0.26596152F, 0.21296534F, 0.10934005F, 0.03599398F};

constexpr auto unsharp = [](auto output, auto input) {
  ash::local gray("gray"), blur_y("blur_y"), ratio("ratio");
  auto const edge = ash::clamp(input);  // repeat_edge
  gray(gy, gx) = 0.299F * edge(0, gy - 3, gx - 3) + 0.587F * edge(1, gy - 3, gx - 3) +
                 0.114F * edge(2, gy - 3, gx - 3);
  blur_y(y, gx) = weight[0] * gray(y + 3, gx) + weight[1] * (gray(y + 2, gx) + gray(y + 4, gx)) +
                  weight[2] * (gray(y + 1, gx) + gray(y + 5, gx)) +
                  weight[3] * (gray(y, gx) + gray(y + 6, gx));
  auto const blur_x = weight[0] * blur_y(y, x + 3) +
                      weight[1] * (blur_y(y, x + 2) + blur_y(y, x + 4)) +
                      weight[2] * (blur_y(y, x + 1) + blur_y(y, x + 5)) +
                      weight[3] * (blur_y(y, x) + blur_y(y, x + 6));
  ratio(y, x) = (2.0F * gray(y + 3, x + 3) - blur_x) / gray(y + 3, x + 3);
  output(colour, y, x) = ratio(y, x) * input(colour, y, x);
};

// Halide keeps rows of gray from one yi to the next: compute_at(output, yi), store_at(output, yo).
// Here a stage is computed where it is stored: gray for a strip, the others for a row; and readers
// are placed before what they read.
constexpr auto strips = [](ash::schedule& s) {
  auto const [yo, yi] = s.split("y", 32);  // output.split(y, yo, yi, 32)
  auto const [xo, xi] = s.split("x", 8);   //
  s.reorder(yo, yi, "c", xo, xi);          //       .reorder(x, c, yi, yo)
  s.vectorize(xi);                         //       .vectorize(x, 8)
  s.parallel(yo);                          //       .parallel(yo);
  auto const gray = s["gray"], blur_y = s["blur_y"], ratio = s["ratio"];
  ratio.compute_at(yi);       // ratio.compute_at(output, yi).store_at(output, yo)
  ratio.vectorize("x", 8);    //      .vectorize(x, 8);
  blur_y.compute_at(yi);      // blur_y.compute_at(output, yi).store_at(output, yo)
  blur_y.vectorize("gx", 8);  //       .vectorize(x, 8);
  gray.compute_at(yo);        // gray.compute_at(output, yi).store_at(output, yo)
  gray.vectorize("gx", 8);    //     .vectorize(x, 8);
};

using image = ash::tensor<float, 3, height, width>;

// Everything again for each pixel, in f64.
auto by_hand(image const& input) {
  ash::tensor<double, 3, height, width> output;
  auto const gray = [&](int r, int c) {
    r = std::clamp(r, 0, height - 1), c = std::clamp(c, 0, width - 1);
    return 0.299 * input(0, r, c) + 0.587 * input(1, r, c) + 0.114 * input(2, r, c);
  };
  for (int r = 0; r < height; ++r) {
    for (int c = 0; c < width; ++c) {
      double blurred = 0;
      for (int v = -3; v <= 3; ++v) {
        for (int u = -3; u <= 3; ++u)
          blurred += double{weight[std::abs(v)]} * double{weight[std::abs(u)]} * gray(r + v, c + u);
      }
      double const ratio = (2 * gray(r, c) - blurred) / gray(r, c);
      for (int k = 0; k < 3; ++k) output(k, r, c) = ratio * input(k, r, c);
    }
  }
  return output;
}

int main() {
  image input;
  example::fill(input, 1);
  for (float& value : input.span()) value = (value + 1) / 16;
  auto const expected = example::compute<unsharp, example::as_written, image>(input);
  example::require_near("plain loops", expected, by_hand(input), 1e-5);
  example::require_near("strips", example::compute<unsharp, strips, image>(input), expected, 1e-5);
  auto const automatic = example::compute<unsharp, ash::automatic, image>(input);
  example::require_near("default", automatic, expected, 1e-5);
}

// SPDX-License-Identifier: Apache-2.0
//
// halide 1: the 3 x 3 box blur. Where is the horizontal pass computed? All of it first, again for
// each pixel, for each tile, or each row once as a window slides over them. What stands to the
// right of a line is its Halide.
#include <support/compare.hpp>
#include <support/nest.hpp>

namespace ash = ashlar;

constexpr ash::axis<"y"> y;
constexpr ash::axis<"x"> x;

// The input is two pixels wider and higher. In Halide the axes are written from the last: x, y.
constexpr auto blur = [](auto blur_y, auto input) {
  blur_y.name("blur_y"), input.name("input");
  ash::local blur_x("blur_x");
  blur_x(y, x) = (input(y, x) + input(y, x + 1) + input(y, x + 2)) / 3;
  blur_y(y, x) = (blur_x(y, x) + blur_x(y + 1, x) + blur_x(y + 2, x)) / 3;
};

constexpr auto root = [](ash::schedule& s) {
  s.compute_root("blur_x");  // blur_x.compute_root()
};

constexpr auto inlined = [](ash::schedule& s) {
  s.compute_inline("blur_x");  // blur_x.compute_inline(), which is Halide's default
};

constexpr auto at_tile = [](ash::schedule& s) {
  auto const [yo, xo, yi, xi] = s.tile("y", "x", 8, 16);  // blur_y.tile(x, y, xi, yi, 16, 8)
  s.compute_at("blur_x", xo);                             // blur_x.compute_at(blur_y, x)
};

// The schedule of Halide's front page, with smaller tiles.
constexpr auto tiled = [](ash::schedule& s) {
  auto const [yo, xo, yi, xi] = s.tile("y", "x", 8, 16);  // blur_y.tile(x, y, xi, yi, 16, 8)
  s.vectorize(xi, 8);                                     //       .vectorize(xi, 8)
  s.parallel(yo);                                         //       .parallel(y);
  auto const blur_x = s["blur_x"];
  blur_x.compute_at(xo);     // blur_x.compute_at(blur_y, x)
  blur_x.vectorize("x", 8);  //       .vectorize(x, 8);
};

// Each row is computed when the first row of the output needs it, and kept for the next two.
constexpr auto sliding = [](ash::schedule& s) {
  s.compute_at("blur_x", s.get("y"));  // blur_x.compute_at(blur_y, y)
  s["blur_x"].store_root();            //       .store_root();
};

// Of the rows only four are there; a strip is a window of its own, and so for a thread.
constexpr auto folded = [](ash::schedule& s) {
  auto const [yo, yi] = s.split("y", 8);  // blur_y.split(y, y, yi, 8)
  s.vectorize("x", 8);                    //       .vectorize(x, 8)
  s.parallel(yo);                         //       .parallel(y);
  auto const blur_x = s["blur_x"];
  blur_x.compute_at(yi);     // blur_x.compute_at(blur_y, yi)
  blur_x.store_at(yo);       //       .store_at(blur_y, y)
  blur_x.fold_storage("y");  //       .fold_storage(y, 4)
  blur_x.vectorize("x", 8);  //       .vectorize(x, 8);
};

constexpr int height = 32, width = 64;
using padded = ash::tensor<int, height + 2, width + 2>;
using image = ash::tensor<int, height, width>;

template <auto Schedule> void step(char const* title, padded const& input, image const& expected) {
  image const output = example::compute<blur, Schedule, image>(input);
  example::print_nest<blur, Schedule>(title, output, input);
  example::require_near(title, output, expected);
}

int main() {
  padded input;
  image plain;
  example::fill(input, 1);
  for (auto& pixel : input.span()) pixel *= 15;
  for (int r = 0; r < height; ++r) {
    for (int c = 0; c < width; ++c) {
      for (int d = 0; d < 3; ++d) {
        plain(r, c) += (input(r + d, c) + input(r + d, c + 1) + input(r + d, c + 2)) / 3;
      }
      plain(r, c) /= 3;
    }
  }
  image const expected = example::compute<blur, example::as_written, image>(input);
  example::require_near("plain loops", expected, plain);
  step<root>("root", input, expected);
  step<inlined>("inline", input, expected);
  step<at_tile>("at a tile", input, expected);
  step<tiled>("tiled, in lanes and threads", input, expected);
  step<sliding>("a window that slides", input, expected);
  step<folded>("windows of strips, folded, in lanes and threads", input, expected);
}

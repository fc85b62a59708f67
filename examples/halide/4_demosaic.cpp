// SPDX-License-Identifier: Apache-2.0
//
// halide 4: a colour image from a sensor that sees one colour for each pixel, by bilinear
// interpolation: in even rows red, green, red, ..., in odd rows green, blue, green, ...
#include <support/compare.hpp>

namespace ash = ashlar;

constexpr int height = 32, width = 64;

constexpr auto demosaic = [](auto output, auto raw) {
  constexpr ash::axis<"y"> y;
  constexpr ash::axis<"x"> x;
  constexpr ash::axis<"c"> c;
  constexpr ash::axis<"ly", height + 2> ly;
  constexpr ash::axis<"lx", width + 2> lx;
  ash::local light("light"), red("red"), green("green"), blue("blue");
  // Without the black level. A mirrored image has its colours where the sensor has them.
  light(ly, lx) = ash::max(ash::reflect(raw)(ly - 1, lx - 1) - 16, 0);
  auto const here = light(y + 1, x + 1);
  auto const across = (light(y + 1, x) + light(y + 1, x + 2)) / 2;
  auto const down = (light(y, x + 1) + light(y + 2, x + 1)) / 2;
  auto const corners = (light(y, x) + light(y, x + 2) + light(y + 2, x) + light(y + 2, x + 2)) / 4;
  auto const choose = [&](auto const& ee, auto const& eo, auto const& oe, auto const& oo) {
    return ash::select(y % 2 == 0, ash::select(x % 2 == 0, ee, eo),
                       ash::select(x % 2 == 0, oe, oo));
  };
  red(y, x) = choose(here, across, down, corners);
  green(y, x) = choose((across + down) / 2, here, here, (across + down) / 2);
  blue(y, x) = choose(corners, down, across, here);
  output(c, y, x) = ash::select(c == 0, red(y, x), ash::select(c == 1, green(y, x), blue(y, x)));
};

// In the manner of Halide's camera_pipe, whose strips also keep rows of `light` as they slide.
constexpr auto strips = [](ash::schedule& s) {
  auto const [yo, yi] = s.split("y", 8);   // output.split(y, yo, yi, 8)
  auto const [yio, yii] = s.split(yi, 2);  //       .tile(x, yi, x, yi, xi, yii, 16, 2)
  auto const [xo, xi] = s.split("x", 16);  //
  s.reorder(yo, yio, xo, yii, "c", xi);    //       .reorder(xi, c, yii, x, yi, yo)
  s.vectorize(xi);                         //       .vectorize(xi)
  s.unroll(yii);                           //       .unroll(yii)
  s.unroll("c");                           //       .unroll(c)
  s.parallel(yo);                          //       .parallel(yo);
  for (char const* const plane : {"red", "green", "blue"}) {
    s[plane].compute_at(xo);      // red.compute_at(output, x)
    s[plane].vectorize("x", 16);  //    .vectorize(x);
  }
  s.compute_at("light", yo);      // light.compute_at(output, yi).store_at(output, yo)
  s["light"].vectorize("lx", 8);  //      .vectorize(x, 8);
};

using sensor = ash::tensor<int, height, width>;
using image = ash::tensor<int, 3, height, width>;

// The mean of what the sensor has seen of a colour around a pixel: pairs, and pairs of pairs.
auto by_hand(sensor const& raw) {
  auto const light = [&](int r, int s) {
    r = r < 0 ? -r : r < height ? r : 2 * height - 2 - r;
    s = s < 0 ? -s : s < width ? s : 2 * width - 2 - s;
    return raw(r, s) > 16 ? raw(r, s) - 16 : 0;
  };
  image output;
  for (int r = 0; r < height; ++r) {
    for (int s = 0; s < width; ++s) {
      int const here = light(r, s);
      int const across = (light(r, s - 1) + light(r, s + 1)) / 2;
      int const down = (light(r - 1, s) + light(r + 1, s)) / 2;
      int const corners =
          (light(r - 1, s - 1) + light(r - 1, s + 1) + light(r + 1, s - 1) + light(r + 1, s + 1)) /
          4;
      int const lines[] = {here, across, down, corners};
      int const place = r % 2 * 2 + s % 2;
      output(0, r, s) = lines[place];
      output(1, r, s) = place == 0 || place == 3 ? (across + down) / 2 : here;
      output(2, r, s) = lines[3 - place];
    }
  }
  return output;
}

int main() {
  sensor raw;
  example::fill(raw, 1);
  for (int& value : raw.span()) value *= 15;
  auto const expected = example::compute<demosaic, example::as_written, image>(raw);
  example::require_near("plain loops", expected, by_hand(raw));
  example::require_near("strips", example::compute<demosaic, strips, image>(raw), expected);
  auto const automatic = example::compute<demosaic, ash::automatic, image>(raw);
  example::require_near("default", automatic, expected);
}

// SPDX-License-Identifier: Apache-2.0
//
// recipes/conv3x3: a direct convolution of 3 x 3 over one image, with bias and relu.
//
//   layouts    x, y [channels / 16][h][w][16], f [filters / 32][channels / 16][ky][kx][16][32]
//   schedule   for 32 filters: for rows: for 7 places: 14 vectors of running values, which stay in
//              registers for the whole sum; bias and relu where they are stored
//   padding    there is none, and no copy: taps outside of the image do not count. Which rows of f
//              that leaves is tested once for 16 channels; which places, is known while compiling,
//              since kx is unrolled and the first and the last tile have code of their own
#pragma once

#include <ashlar/ashlar.hpp>

namespace recipes {

/// As many filters as channels, an image of Size x Size.
template <int Channels, int Size> struct conv3x3 {
  static constexpr int lanes = 16;
  static constexpr int panel = 2;  // vectors of filters in a row of f
  static constexpr int width = 7;  // places in a tile
  static constexpr int blocks = Channels / lanes;

  using image = ashlar::tensor<float, blocks, Size, Size, lanes>;
  using filters = ashlar::tensor<float, blocks / panel, blocks, 3, 3, lanes, panel, lanes>;
  using biases = ashlar::tensor<float, blocks, lanes>;

  static constexpr auto definition = [](auto y, auto x, auto f, auto bias) {
    constexpr ashlar::axis<"o"> o;  // 16 filters
    constexpr ashlar::axis<"h"> h;
    constexpr ashlar::axis<"w"> w;
    constexpr ashlar::axis<"l"> l;  // one of the 16
    constexpr ashlar::axis<"b"> b;  // 16 channels
    constexpr ashlar::axis<"c"> c;  // one of the 16
    constexpr ashlar::axis<"ky"> ky;
    constexpr ashlar::axis<"kx"> kx;
    y.name("y"), x.name("x"), f.name("f"), bias.name("bias");
    auto const is_inside = h + ky >= 1 && h + ky <= Size && w + kx >= 1 && w + kx <= Size;
    auto const tap =
        ashlar::zero(x)(b, h + ky - 1, w + kx - 1, c) * f(o / panel, b, ky, kx, c, o % panel, l);
    auto const sum = ashlar::sum(b, ky, kx, c, ashlar::select(is_inside, tap, 0));
    y(o, h, w, l) = ashlar::relu(sum + bias(o, l));
  };

  static constexpr auto schedule = [](ashlar::schedule& s) {
    constexpr int tiles = (Size + width - 1) / width;
    auto const [oo, oi] = s.split("o", panel);
    auto const [wo, wi] = s.split("w", width);
    s.reorder(oo, "h", wo, "b", "ky", "kx", "c", wi, oi, "l");
    if (tiles > 1) s.peel(wo, 1, tiles > 2 ? 1 : 0);
    s.unroll("kx");
    s.unroll(wi);
    s.unroll(oi);
    s.vectorize("l");
  };
};

}  // namespace recipes

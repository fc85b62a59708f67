// SPDX-License-Identifier: Apache-2.0
//
// recipes/winograd: a convolution of 3 x 3 by F(4, 3): 36 products of matrices in place of 144 for
// tiles of 4 x 4, with bias and relu.
//
//   layouts    x, y [channels / 16][h][w][16], u [filters / 64][6][6][channels][64]: the filters,
//              transformed beforehand; in, out: the transformations of x and y
//   stages     v = in x in^T for tiles of 6 x 6; m = v u, for each of the 36 points; out m out^T
//   schedule   for blocks of tiles: v; for 64 filters: m, then y; what a block has of v and of m
//              stays in the second-level cache. A point's matrix has 64 bytes more than it needs,
//              so that 36 of them do not compete for one set of the first-level cache
//   source     S. Winograd, "Arithmetic complexity of computations", 1980; A. Lavin, S. Gray, "Fast
//              algorithms for convolutional neural networks", CVPR 2016
#pragma once

#include <ashlar/ashlar.hpp>

namespace recipes {

/// As many filters as channels, an image of Size x Size; a block is TileRows rows of tiles, and
/// Rows tiles by 32 filters are in registers, or by 64 if there are few tiles.
template <int Channels, int Size, int TileRows, int Rows> struct winograd {
  static constexpr int lanes = 16;
  static constexpr int panel = 4;  // vectors of filters in a row of u
  static constexpr int blocks = Channels / lanes;
  static constexpr int across = (Size + 3) / 4;  // tiles in a row
  static constexpr int tiles = across * across;

  using image = ashlar::tensor<float, blocks, Size, Size, lanes>;
  using filters = ashlar::tensor<float, blocks / panel, 6, 6, blocks, lanes, panel, lanes>;
  using biases = ashlar::tensor<float, blocks, lanes>;
  using to_points = ashlar::tensor<float, 6, 6>;
  using from_points = ashlar::tensor<float, 4, 6>;

  static constexpr auto definition = [](auto y, auto x, auto u, auto bias, auto in, auto out) {
    constexpr ashlar::axis<"o", blocks> o;  // 16 filters
    constexpr ashlar::axis<"l", lanes> l;
    constexpr ashlar::axis<"b", blocks> b;  // 16 channels
    constexpr ashlar::axis<"c", lanes> c;
    constexpr ashlar::axis<"h"> h;
    constexpr ashlar::axis<"w"> w;
    constexpr ashlar::axis<"t", tiles> t;
    constexpr ashlar::axis<"p", 6> p;  // a point is (p, q)
    constexpr ashlar::axis<"q", 6> q;
    constexpr ashlar::axis<"r", 6> r;  // a place in a tile of x is (r, s)
    constexpr ashlar::axis<"s", 6> s;
    constexpr ashlar::axis<"g", 4> g;  // a row of a tile of y
    y.name("y"), x.name("x"), u.name("u"), bias.name("bias"), in.name("in"), out.name("out");
    // The rest of both matrices is 0.
    auto const in_row = [](auto const& row, auto const& k) {
      return k >= (row + 5) / 6 && k <= 4 + row / 5;
    };
    auto const out_row = [](auto const& row, auto const& k) {
      return k >= (row + 3) / 4 && k <= 4 + row / 3;
    };
    ashlar::local d("d");
    ashlar::local v("v");
    ashlar::local m("m");
    ashlar::local e("e");
    auto const row = t / across * 4 + r;
    auto const column = t % across * 4 + s;
    auto const is_inside = row >= 1 && row <= Size && column >= 1 && column <= Size;
    auto const place = ashlar::zero(x)(b, row - 1, column - 1, l);
    d(p, s, t, b, l) =
        ashlar::sum(r, ashlar::select(is_inside && in_row(p, r), in(p, r) * place, 0));
    v(p, q, t, b, l) = ashlar::sum(s, ashlar::select(in_row(q, s), in(q, s) * d(p, s, t, b, l), 0));
    m(p, q, t, o, l) = ashlar::sum(b, c, v(p, q, t, b, c) * u(o / panel, p, q, b, c, o % panel, l));
    e(g, q, t, o, l) =
        ashlar::sum(p, ashlar::select(out_row(g, p), out(g, p) * m(p, q, t, o, l), 0));
    auto const value = out(w % 4, q) * e(h % 4, q, h / 4 * across + w / 4, o, l);
    y(o, h, w, l) =
        ashlar::relu(ashlar::sum(q, ashlar::select(out_row(w % 4, q), value, 0)) + bias(o, l));
  };

  static constexpr auto schedule = [](ashlar::schedule& s) {
    auto const [oo, oi] = s.split("o", panel);
    auto const [ho, hi] = s.split("h", 4 * TileRows);
    auto const [ht, hg] = s.split(hi, 4);
    auto const [wt, wg] = s.split("w", 4);
    s.reorder(ho, oo, ht, wt, oi, hg, "q", wg, "l");
    s.unroll("q");
    s.unroll(wg);
    s.unroll(hg);
    s.vectorize("l");
    auto const e = s["e"];
    e.compute_at(oi);
    e.reorder("t", "o", "q", "p", "g", "l");
    e.unroll("g");
    e.unroll("p");
    e.vectorize("l");
    auto const m = s["m"];
    m.compute_at(oo);
    m.align_storage("q", 32, 16);
    auto const [mo, mi] = m.split("t", Rows, ashlar::tail::cut);
    m.reorder("p", "q", mo, "b", "c", mi, "o", "l");
    auto const [mp, mv] = m.split("o", Rows > 4 ? 2 : panel);
    m.reorder("p", "q", mp, mo, "b", "c", mi, mv, "l");
    m.unroll(mi);
    m.unroll(mv);
    m.vectorize("l");
    auto const v = s["v"];
    v.compute_at(ho);
    v.align_storage("q", 32, 16);
    v.reorder("t", "b", "p", "s", "q", "l");
    v.unroll("q");
    v.unroll("s");
    v.vectorize("l");
    auto const d = s["d"];
    d.compute_at(v.get("b"));
    d.reorder("t", "b", "s", "r", "p", "l");
    d.unroll("p");
    d.unroll("r");
    d.vectorize("l");
  };
};

}  // namespace recipes

// SPDX-License-Identifier: Apache-2.0
//
// recipes/winograd: a convolution of 3 x 3 by F(4, 3): 36 products of matrices in place of 144 for
// tiles of 4 x 4, with bias and relu.
//
//   layouts    x, y [channels / 16][h][w][16], u [filters / 64][6][6][channels][64]: the filters,
//              transformed beforehand
//   stages     z, a column of a tile of 6 x 6 in registers; d and v, the tile transformed along
//              both dimensions; m = v u, for each of the 36 points; e and y, transformed back
//   schedule   for blocks of tiles: v; for 64 filters: m, then y; what a block has of v and of m
//              stays in the second-level cache. A point's matrix has 64 bytes more than it needs,
//              so that 36 of them do not compete for one set of the first-level cache
//   source     S. Winograd, "Arithmetic complexity of computations", 1980; A. Lavin, S. Gray, "Fast
//              algorithms for convolutional neural networks", CVPR 2016
#pragma once

#include <ashlar/ashlar.hpp>

namespace recipes {

/// As many filters as channels, an image of Size x Size; a block is TileRows rows of tiles, and
/// Rows tiles by Vectors of 16 filters are in registers; Vectors divides 4.
template <int Channels, int Size, int TileRows, int Rows, int Vectors> struct winograd {
  static constexpr int lanes = 16;
  static constexpr int panel = 4;  // vectors of filters in a row of u
  static constexpr int blocks = Channels / lanes;
  static constexpr int across = (Size + 3) / 4;  // tiles in a row
  static constexpr int tiles = across * across;

  static constexpr bool is_streamed = Channels * Channels * 36 > 1 << 23;  // u is not cached

  using image = ashlar::tensor<float, blocks, Size, Size, lanes>;
  using filters = ashlar::tensor<float, blocks / panel, 6, 6, blocks, lanes, panel, lanes>;
  using biases = ashlar::tensor<float, blocks, lanes>;

  // What both sides of a tile become: six values for points 0, +-near, +-far and infinity, and four
  // of a tile of y. A point and its negative share a sum: they differ in the sign of odd terms.
  static constexpr float near = 0.70710678118654752F;
  static constexpr float far = 1.41421356237309505F;
  static constexpr auto to_point = [](auto const& p, auto const& x) {
    auto const x1 = x(1);
    auto const x2 = x(2);
    auto const x3 = x(3);
    auto const x4 = x(4);
    auto const is_near = p < 3;
    auto const other = ashlar::select(is_near, -2.0F, -0.5F);  // minus the other point's square
    auto const even = other * x2 + x4;
    auto const odd = ashlar::select(is_near, near, far) * (other * x1 + x3);
    auto const zero = -2.5F * x2 + (x4 + x(0));
    auto const infinity = -2.5F * x3 + (x(5) + x1);
    auto const pair = ashlar::select(p % 2 == 1, even + odd, even - odd);
    return ashlar::select(p == 0, zero, ashlar::select(p == 5, infinity, pair));
  };
  static constexpr auto from_points = [](auto const& g, auto const& m) {
    auto const m1 = m(1);
    auto const m2 = m(2);
    auto const m3 = m(3);
    auto const m4 = m(4);
    auto const even_near = m1 + m2;
    auto const even_far = m3 + m4;
    auto const odd_near = m1 - m2;
    auto const odd_far = m3 - m4;
    auto const first = near * odd_near + far * odd_far;
    auto const second = 0.5F * even_near + 2.0F * even_far;
    auto const third = near / 2 * odd_near + (2 * far * odd_far + m(5));
    return ashlar::select(g == 0, m(0) + even_near + even_far,
                          ashlar::select(g == 1, first, ashlar::select(g == 2, second, third)));
  };

  static constexpr auto definition = [](auto y, auto x, auto u, auto bias) {
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
    y.name("y"), x.name("x"), u.name("u"), bias.name("bias");
    ashlar::local z("z");
    ashlar::local d("d");
    ashlar::local v("v");
    ashlar::local m("m");
    ashlar::local e("e");
    auto const row = t / across * 4 + r;
    auto const column = t % across * 4 + s;
    auto const is_inside = row >= 1 && row <= Size && column >= 1 && column <= Size;
    z(r, s, t, b, l) = ashlar::select(is_inside, ashlar::zero(x)(b, row - 1, column - 1, l), 0);
    d(p, s, t, b, l) = to_point(p, [&](int k) { return z(k, s, t, b, l); });
    v(p, q, t, b, l) = to_point(q, [&](int k) { return d(p, k, t, b, l); });
    m(p, q, t, o, l) = ashlar::sum(b, c, v(p, q, t, b, c) * u(o / panel, p, q, b, c, o % panel, l));
    e(g, q, t, o, l) = from_points(g, [&](int k) { return m(k, q, t, o, l); });
    auto const place = h / 4 * across + w / 4;
    auto const value = from_points(w % 4, [&](int k) { return e(h % 4, k, place, o, l); });
    y(o, h, w, l) = ashlar::relu(value + bias(o, l));
  };

  static constexpr auto schedule = [](ashlar::schedule& s) {
    auto const [oo, oi] = s.split("o", panel);
    auto const [ho, hi] = s.split("h", 4 * TileRows);
    auto const [ht, hg] = s.split(hi, 4);
    auto const [wt, wg] = s.split("w", 4);
    s.reorder(ho, oo, ht, wt, oi, hg, wg, "l");
    s.unroll(wg);
    s.unroll(hg);
    s.vectorize("l");
    auto const e = s["e"];
    e.compute_at(oi);
    e.reorder("t", "o", "q", "g", "l");
    e.unroll("g");
    e.vectorize("l");
    auto const m = s["m"];
    m.compute_at(oo);
    m.align_storage("q", 32, 16);
    if constexpr (is_streamed) m.prefetch("u", "c", 64);
    auto const [mo, mi] = m.split("t", Rows, ashlar::tail::cut);
    m.reorder("p", "q", mo, "b", "c", mi, "o", "l");
    auto const [mp, mv] = m.split("o", Vectors);
    m.reorder("p", "q", mp, mo, "b", "c", mi, mv, "l");
    m.unroll(mi);
    m.unroll(mv);
    m.vectorize("l");
    auto const v = s["v"];
    v.compute_at(ho);
    v.align_storage("q", 32, 16);
    v.reorder("t", "b", "p", "q", "l");
    v.unroll("q");
    v.vectorize("l");
    auto const d = s["d"];
    d.compute_at(v.get("b"));
    d.reorder("t", "b", "s", "p", "l");
    d.unroll("p");
    d.vectorize("l");
    auto const z = s["z"];
    z.compute_at(d.get("s"));
    z.store_in(ashlar::scope::registers);
    z.reorder("t", "b", "s", "r", "l");
    z.unroll("r");
    z.vectorize("l");
  };
};

}  // namespace recipes

// SPDX-License-Identifier: Apache-2.0
//
// halide 3: a convolution of 3 x 3 at the border of an image: the edge repeated, zeros, mirrored.
// One definition for all three, with the boundary as a parameter, and one schedule.
#include <algorithm>
#include <support/compare.hpp>

namespace ash = ashlar;

constexpr ash::axis<"y"> y;
constexpr ash::axis<"x"> x;
constexpr ash::axis<"ry", 3> ry;  // RDom r(0, 3, 0, 3)
constexpr ash::axis<"rx", 3> rx;

// g(x, y) = sum(f(x + r.x - 1, y + r.y - 1) * w(r.x, r.y)), f with a boundary
template <auto Boundary>
constexpr auto stencil = [](auto g, auto f, auto w) {
  g(y, x) = ash::sum(ry, rx, Boundary(f)(y + ry - 1, x + rx - 1) * w(ry, rx));
};

constexpr auto repeat_edge = [](auto& f) { return ash::clamp(f); };       // repeat_edge(f)
constexpr auto constant_exterior = [](auto& f) { return ash::zero(f); };  // constant_exterior(f, 0)
constexpr auto mirror_interior = [](auto& f) { return ash::reflect(f); };  // mirror_interior(f)

constexpr auto tiled = [](ash::schedule& s) {
  auto const [yo, xo, yi, xi] = s.tile("y", "x", 8, 8);  // g.tile(x, y, xi, yi, 8, 8)
  s.reorder(yo, xo, yi, "ry", "rx", xi);                 // the loops of a sum() are inside of its
  s.unroll("ry");                                        //   vectors in Halide
  s.unroll("rx");                                        //
  s.vectorize(xi, 4);                                    //  .vectorize(xi, 4);
};

constexpr int height = 32, width = 48;
using image = ash::tensor<float, height, width>;
using window = ash::tensor<float, 3, 3>;

// What each boundary gives at r, c, from the formulas.
auto edge_at(image const& f, int r, int c) -> double {
  return f(std::clamp(r, 0, height - 1), std::clamp(c, 0, width - 1));
}
auto zero_at(image const& f, int r, int c) -> double {
  return r >= 0 && r < height && c >= 0 && c < width ? f(r, c) : 0;
}
auto mirror_at(image const& f, int r, int c) -> double {
  r = std::abs(r), c = std::abs(c);
  return f(std::min(r, 2 * height - 2 - r), std::min(c, 2 * width - 2 - c));
}

template <auto Boundary>
void check(char const* title, image const& f, window const& w, auto const& value) {
  ash::tensor<double, height, width> plain;
  for (int r = 0; r < height; ++r) {
    for (int c = 0; c < width; ++c) {
      for (int t = 0; t < 9; ++t)
        plain(r, c) += value(f, r + t / 3 - 1, c + t % 3 - 1) * double{w(t / 3, t % 3)};
    }
  }
  constexpr auto function = stencil<Boundary>;
  auto const expected = example::compute<function, example::as_written, image>(f, w);
  std::printf("--- %s\n", title);
  example::require_near("plain loops", expected, plain);
  example::require_near("tiled", example::compute<function, tiled, image>(f, w), expected);
}

int main() {
  image f;
  window w;
  example::fill(f, 1);
  example::fill(w, 2);
  check<repeat_edge>("repeat_edge", f, w, edge_at);
  check<constant_exterior>("constant_exterior", f, w, zero_at);
  check<mirror_interior>("mirror_interior", f, w, mirror_at);
}

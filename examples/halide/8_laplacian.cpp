// SPDX-License-Identifier: Apache-2.0
//
// halide 8: a Laplacian pyramid. Each level is what is lost when the image is made half as large;
// added up again with the details of the first level twice, the image is sharper. Functions that
// make the stages run while the kernel is recorded. What stands to the right of a line is its
// Halide.
#include <support/compare.hpp>
#include <support/nest.hpp>

namespace ash = ashlar;

constexpr int size = 32;

constexpr ash::axis<"y0", size> row0;
constexpr ash::axis<"x0", size> col0;
constexpr ash::axis<"y1", size / 2> row1;
constexpr ash::axis<"x1", size / 2> col1;
constexpr ash::axis<"y2", size / 4> row2;
constexpr ash::axis<"x2", size / 4> col2;

// half(x) = (f(2 * x - 1) + 3 * (f(2 * x) + f(2 * x + 1)) + f(2 * x + 2)) / 8, along both axes
template <class In, class Y, class X, class Full>
constexpr void downsample(ash::local& rows, ash::local& half, In& in, Y y, X x, Full all) {
  auto const f = ash::clamp(in);
  rows(y, all) =
      (f(2 * y - 1, all) + 3 * (in(2 * y, all) + in(2 * y + 1, all)) + f(2 * y + 2, all)) / 8;
  auto const g = ash::clamp(rows);
  half(y, x) = (g(y, 2 * x - 1) + 3 * (rows(y, 2 * x) + rows(y, 2 * x + 1)) + g(y, 2 * x + 2)) / 8;
}

// 0.25 * f(x / 2 - 1 + 2 * (x % 2)) + 0.75 * f(x / 2), along both axes
template <class In, class Y, class X> constexpr auto upsampled(In& in, Y const& y, X const& x) {
  auto const f = ash::clamp(in);
  auto const row = [&](auto const& at) {
    return 0.25f * f(at, x / 2 - 1 + 2 * (x % 2)) + 0.75f * f(at, x / 2);
  };
  return 0.25f * row(y / 2 - 1 + 2 * (y % 2)) + 0.75f * row(y / 2);
}

constexpr auto sharpen = [](auto output, auto g0) {
  output.name("output"), g0.name("g0");
  ash::local r1("r1"), g1("g1"), r2("r2"), g2("g2"), l0("l0"), l1("l1"), o1("o1");
  downsample(r1, g1, g0, row1, col1, col0);
  downsample(r2, g2, g1, row2, col2, col1);
  l0(row0, col0) = g0(row0, col0) - upsampled(g1, row0, col0);
  l1(row1, col1) = g1(row1, col1) - upsampled(g2, row1, col1);
  o1(row1, col1) = upsampled(g2, row1, col1) + l1(row1, col1);
  output(row0, col0) = upsampled(o1, row0, col0) + 2 * l0(row0, col0);
};

// Every level of the pyramid is computed by itself, in threads and lanes; details in place.
constexpr auto levels_at_root = [](ash::schedule& s) {
  for (auto const* level : {"l0", "l1"}) s.compute_inline(level);  // Halide's default
  auto const rows = [&](auto level, char const* y, char const* x) {
    level.parallel(y);      // gPyramid[j].compute_root().parallel(y)
    level.vectorize(x, 8);  //            .vectorize(x, 8);
  };
  rows(s["g1"], "y1", "x1");
  rows(s["g2"], "y2", "x2");
  rows(s["o1"], "y1", "x1");
  s["r1"].compute_at(s["g1"].get("y1"));  // downx.compute_at(gPyramid[j], y)
  s["r2"].compute_at(s["g2"].get("y2"));
  s["r1"].vectorize("x0", 8);
  s["r2"].vectorize("x1", 8);
  auto const [yo, yi] = s.split("y0", 8);  // output.split(y, yo, yi, 8)
  s.parallel(yo);                          //       .parallel(yo)
  s.vectorize("x0", 8);                    //       .vectorize(x, 8);
};

using image = ash::tensor<float, size, size>;

// The pyramid by plain loops, of one image and its half.
struct plain {
  int n;
  std::vector<float> v;
  auto operator()(int p, int q) const -> float {
    auto const inside = [&](int at) { return at < 0 ? 0 : at < n ? at : n - 1; };
    return v[static_cast<std::size_t>(inside(p) * n + inside(q))];
  }
  auto half() const -> plain {
    plain rows{n, {}}, all{n / 2, {}};
    auto const mix = [](float a, float b, float c, float d) { return (a + 3 * (b + c) + d) / 8; };
    auto const& f = *this;
    for (int p = 0; p < n; ++p) {
      for (int q = 0; q < n; ++q) {
        rows.v.push_back(mix(f(2 * p - 1, q), f(2 * p, q), f(2 * p + 1, q), f(2 * p + 2, q)));
      }
    }
    for (int p = 0; p < n / 2; ++p) {
      for (int q = 0; q < n / 2; ++q) {
        all.v.push_back(
            mix(rows(p, 2 * q - 1), rows(p, 2 * q), rows(p, 2 * q + 1), rows(p, 2 * q + 2)));
      }
    }
    return all;
  }
  auto twice(int p, int q) const -> float {
    auto const& f = *this;
    auto const other = [](int k) { return k / 2 - 1 + 2 * (k % 2); };
    auto const row = [&](int k) { return 0.25f * f(k, other(q)) + 0.75f * f(k, q / 2); };
    return 0.25f * row(other(p)) + 0.75f * row(p / 2);
  }
};

int main() {
  image input, by_loops;
  example::fill(input, 1);
  plain const g0{size, {input.span().begin(), input.span().end()}};
  plain const g1 = g0.half();
  plain const g2 = g1.half();
  plain o1{size / 2, {}};
  for (int p = 0; p < size / 2; ++p) {
    for (int q = 0; q < size / 2; ++q) o1.v.push_back(g2.twice(p, q) + (g1(p, q) - g2.twice(p, q)));
  }
  for (int p = 0; p < size; ++p) {
    for (int q = 0; q < size; ++q) {
      by_loops(p, q) = o1.twice(p, q) + 2 * (g0(p, q) - g1.twice(p, q));
    }
  }
  image const expected = example::compute<sharpen, example::as_written, image>(input);
  example::require_near("plain loops", expected, by_loops);
  image const output = example::compute<sharpen, levels_at_root, image>(input);
  example::print_nest<sharpen, levels_at_root>("levels", output, input);
  example::require_near("levels", output, expected);
}

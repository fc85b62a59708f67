// SPDX-License-Identifier: Apache-2.0
//
// mlc 4: layer norm. The mean and the variance of a row are stages; what is cheap and read once is
// better written into its reader: compute_inline. The others follow each other: reverse_compute_at.
#include <support/compare.hpp>
#include <support/nest.hpp>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr int width = 64;
constexpr float epsilon = 1e-5F;

constexpr auto layer_norm = [](auto y, auto x, auto scale, auto shift) {
  y.name("y"), x.name("x"), scale.name("scale"), shift.name("shift");
  ash::local mean("mean"), centered("centered"), variance("variance");
  mean(i) = ash::sum(j, x(i, j)) / float{width};
  centered(i, j) = x(i, j) - mean(i);
  variance(i) = ash::sum(j, centered(i, j) * centered(i, j)) / float{width};
  y(i, j) = centered(i, j) * ash::rsqrt(variance(i) + epsilon) * scale(j) + shift(j);
};

constexpr auto inlined = [](ash::schedule& s) {
  s.compute_inline("centered");  // two subtractions instead of a store and two loads
};

constexpr auto by_rows = [](ash::schedule& s) {
  inlined(s);
  auto const row = s["mean"].get("i");
  s.reverse_compute_at("variance", row);
  s.reverse_compute_at(row);
};

constexpr auto in_lanes = [](ash::schedule& s) {
  by_rows(s);
  for (char const* const sum : {"mean", "variance"}) s[sum].vectorize("j", 8);
  s.vectorize("j", 8);
  s.parallel("i");
};

using matrix = ash::tensor<float, 8, width>;
using row = ash::tensor<float, width>;

auto by_hand(matrix const& x, row const& scale, row const& shift) {
  ash::tensor<double, 8, width> y;
  for (int r = 0; r < 8; ++r) {
    double mean = 0, variance = 0;
    for (int c = 0; c < width; ++c) mean += x(r, c) / double{width};
    for (int c = 0; c < width; ++c) variance += (x(r, c) - mean) * (x(r, c) - mean) / width;
    for (int c = 0; c < width; ++c) {
      y(r, c) = (x(r, c) - mean) / std::sqrt(variance + epsilon) * scale(c) + shift(c);
    }
  }
  return y;
}

template <auto Schedule>
void step(char const* title, auto const& wanted, matrix const& x, row const& a, row const& b) {
  auto const y = example::compute<layer_norm, Schedule, matrix>(x, a, b);
  example::require_near(title, y, wanted, 1e-5);
}

int main() {
  matrix x;
  row scale, shift;
  example::fill(x, 1);
  example::fill(scale, 2);
  example::fill(shift, 3);
  auto const expected = example::compute<layer_norm, example::as_written, matrix>(x, scale, shift);
  step<example::as_written>("plain loops", by_hand(x, scale, shift), x, scale, shift);
  step<inlined>("inlined", expected, x, scale, shift);
  step<by_rows>("row by row", expected, x, scale, shift);
  step<in_lanes>("in lanes", expected, x, scale, shift);
  step<ash::automatic>("default", expected, x, scale, shift);
  example::print_nest<layer_norm, by_rows>("row by row", x, x, scale, shift);
}

// SPDX-License-Identifier: Apache-2.0
//
// halide 7: a blur by a recursive filter, down and up the columns, which are then rows, and once
// more. Each point is computed from the one before; columns are independent, so they are in lanes
// and threads. What stands to the right of a line is its Halide.
#include <support/compare.hpp>
#include <support/nest.hpp>

namespace ash = ashlar;

constexpr ash::axis<"x"> x;
constexpr ash::axis<"y"> y;
constexpr int size = 40;  // of both sides
constexpr ash::axis<"r", size> row;
constexpr ash::axis<"c", size> column;

// blur(x, 0) = in(x, 0); blur(x, ry) = (1 - alpha) * blur(x, ry - 1) + alpha * in(x, ry); and back.
template <class In> constexpr void filter(ash::local& down, ash::local& up, In& in) {
  auto const mix = [](ash::traced fresh, ash::traced before) {
    return 0.25f * fresh + 0.75f * before;
  };
  auto const last = size - 1;
  down(row, column) = mix(in(row, column), ash::carried(down, in(0, column))(row - 1, column));
  up(row, column) =
      mix(down(last - row, column), ash::carried(up, down(last, column))(row - 1, column));
}

constexpr auto blur = [](auto output, auto input) {
  output.name("output"), input.name("input");
  ash::local down("down", input), up("up", input), turned("turned");
  filter(down, up, input);
  turned(x, y) = up(size - 1 - y, x);
  ash::local right("right", input), left("left", input);
  filter(right, left, turned);
  output(y, x) = left(size - 1 - x, y);
};

// A strip of eight columns at a time, all of it: down, up, and out as eight rows.
constexpr auto strips = [](ash::schedule& s) {
  auto const strip = [&](auto stage, char const* outer, char const* down, char const* up) {
    auto const [o, in] = stage.split(outer, 8);  // transpose.split(y, yo, y, 8)
    stage.parallel(o);                           //          .parallel(yo)
    for (auto const* name : {up, down}) {
      auto filter = s[name];
      filter.compute_at(o);      // blur.compute_at(transpose, yo)
      filter.reorder("r", "c");  //
      filter.vectorize("c", 8);  //     .update(1).vectorize(x); blur.update(2).vectorize(x);
    }
  };
  strip(s["turned"], "x", "down", "up");
  strip(s["output"], "y", "right", "left");
};

using image = ash::tensor<float, size, size>;

// Columns in place, and transposed.
void filter_columns(image& v, image& turned) {
  for (int q = 0; q < size; ++q) {
    for (int p = 1; p < size; ++p) v(p, q) = 0.25f * v(p, q) + 0.75f * v(p - 1, q);
    for (int p = size - 1; p-- > 0;) v(p, q) = 0.25f * v(p, q) + 0.75f * v(p + 1, q);
    for (int p = 0; p < size; ++p) turned(q, p) = v(p, q);
  }
}

int main() {
  image input, once, twice;
  example::fill(input, 1);
  image const expected = example::compute<blur, example::as_written, image>(input);
  filter_columns(input, once);
  filter_columns(once, twice);
  example::require_near("plain loops", expected, twice, 1e-6);
  example::fill(input, 1);
  image const output = example::compute<blur, strips, image>(input);
  example::print_nest<blur, strips>("strips", output, input);
  example::require_near("strips", output, expected);
}

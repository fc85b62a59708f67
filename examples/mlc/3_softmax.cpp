// SPDX-License-Identifier: Apache-2.0
//
// mlc 3: softmax: four stages that are to run row by row. By hand: reverse_compute_at moves a stage
// to the loop of one that it reads, and store_in keeps the exponentials in the output, which is
// computed from them.
#include <support/compare.hpp>
#include <support/nest.hpp>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;

constexpr auto softmax = [](auto y, auto x) {
  y.name("y"), x.name("x");
  ash::local top("top"), e("e"), total("total");
  top(i) = ash::max(j, x(i, j));
  e(i, j) = ash::exp(x(i, j) - top(i));
  total(i) = ash::sum(j, e(i, j));  // in lanes unasked, as sums of a stage's rows: reduce_lanes
  y(i, j) = e(i, j) / total(i);
};

constexpr auto rows = [](ash::schedule& s) {
  auto const row = s["top"].get("i");  // wherever this loop is, and in the end y has it
  for (char const* const stage : {"e", "total"}) s.reverse_compute_at(stage, row);
  s.reverse_compute_at(row);
};

constexpr auto in_place = [](ash::schedule& s) {
  rows(s);
  s["e"].store_in(s);  // y holds e until it is divided: no memory but the output
};

constexpr auto in_lanes = [](ash::schedule& s) {
  in_place(s);
  s.vectorize("j", 8);
  s["e"].vectorize("j", 8);
  s["top"].vectorize("j", 8);    // a maximum for each lane, and one of these at the end
  s["total"].vectorize("j", 8);  // the same for the sum: other roundings, so not bit for bit
  s.parallel("i");
};

using matrix = ash::tensor<float, 8, 64>;

int main() {
  matrix x;
  ash::tensor<double, 8, 64> plain;
  example::fill(x, 1);
  for (int r = 0; r < 8; ++r) {
    double total = 0;
    for (int c = 0; c < 64; ++c) total += std::exp(double{x(r, c)});
    for (int c = 0; c < 64; ++c) plain(r, c) = std::exp(double{x(r, c)}) / total;
  }
  auto const expected = example::compute<softmax, example::as_written, matrix>(x);
  example::print_nest<softmax, example::as_written>("as written", x, x);
  example::require_near("plain loops", expected, plain, 1e-6);

  example::print_nest<softmax, rows>("row by row", x, x);
  example::require_near("row by row", example::compute<softmax, rows, matrix>(x), expected, 1e-6);

  example::print_nest<softmax, in_place>("in the output", x, x);
  example::require_near("in the output", example::compute<softmax, in_place, matrix>(x), expected,
                        1e-6);

  example::print_nest<softmax, in_lanes>("in lanes", x, x);
  example::require_near("in lanes", example::compute<softmax, in_lanes, matrix>(x), expected, 1e-6);

  // What the default schedule makes depends on the machine; kernel.explain(y, x) prints it.
  example::require_near("default", example::compute<softmax, ash::automatic, matrix>(x), expected,
                        1e-6);
}

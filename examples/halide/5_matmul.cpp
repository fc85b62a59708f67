// SPDX-License-Identifier: Apache-2.0
//
// halide 5: a matrix product with the schedule of Halide's performance test: tiles of the result in
// threads, and in each a block of 4 x 24 running values.
#include <support/compare.hpp>
#include <support/nest.hpp>

namespace ash = ashlar;

constexpr ash::axis<"y"> y;
constexpr ash::axis<"x"> x;
constexpr ash::axis<"k"> k;

constexpr auto product = [](auto out, auto a, auto b) {
  out.name("out"), a.name("A"), b.name("B");
  ash::local matrix_mul("matrix_mul");
  matrix_mul(y, x) = ash::sum(k, a(y, k) * b(k, x));  // matrix_mul(x, y) += A(k, y) * B(x, k)
  out(y, x) = matrix_mul(y, x);                       // out(x, y) = matrix_mul(x, y)
};

// The loops of matrix_mul are those of the whole product until compute_at has found what a block
// needs, so its y is split by 4, and its x by 24, which Halide finds as their bounds.
constexpr auto blocked = [](ash::schedule& s) {
  auto const [yo, xo, yi, xi] = s.tile("y", "x", 32, 24);  // out.tile(x, y, xi, yi, 24, 32)
  auto const xy = s.fuse(yo, xo);                          //    .fuse(x, y, xy)
  s.parallel(xy);                                          //    .parallel(xy)
  auto const [yio, yii] = s.split(yi, 4);                  //    .split(yi, yi, yii, 4)
  auto const [xio, xii] = s.vectorize(xi, 8);              //    .vectorize(xi, 8)
  s.unroll(xio);                                           //    .unroll(xi)
  s.unroll(yii);                                           //    .unroll(yii);
  auto const m = s["matrix_mul"];
  m.compute_at(yio);                           // matrix_mul.compute_at(out, yi)
  auto const [mxo, mx] = m.split("x", 24);     //
  auto const [mxi, mxii] = m.split(mx, 8);     //
  auto const [myo, my] = m.split("y", 4);      //
  auto const [ko, ki] = m.split("k", 2);       //
  m.reorder(myo, mxo, ko, ki, my, mxi, mxii);  // matrix_mul.update(0).reorder(x, y, k)
  m.vectorize(mxii);                           //           .vectorize(x, 8)
  m.unroll(mxi);                               //           .unroll(x)
  m.unroll(my);                                //           .unroll(y)
  m.unroll(ki);                                //           .unroll(k, 2);
};

constexpr int size = 96;
using matrix = ash::tensor<float, size, size>;

int main() {
  matrix a, b;
  ash::tensor<double, size, size> plain;
  example::fill(a, 1);
  example::fill(b, 2);
  for (int r = 0; r < size; ++r) {
    for (int c = 0; c < size; ++c) {
      for (int t = 0; t < size; ++t) plain(r, c) += double{a(r, t)} * double{b(t, c)};
    }
  }
  auto const expected = example::compute<product, example::as_written, matrix>(a, b);
  example::require_near("plain loops", expected, plain);
  example::print_nest<product, blocked>("blocked", a, a, b);
  example::require_near("blocked", example::compute<product, blocked, matrix>(a, b), expected);
  auto const automatic = example::compute<product, ash::automatic, matrix>(a, b);
  example::require_near("default", automatic, expected);
}

// SPDX-License-Identifier: Apache-2.0
//
// mlc 2: a matrix product and relu, transformed step by step: read the loop nests in their order.
#include <support/compare.hpp>
#include <support/nest.hpp>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto matmul_relu = [](auto c, auto a, auto b) {
  c.name("C"), a.name("A"), b.name("B");
  ash::local y("Y");
  y(i, j) = ash::sum(k, a(i, k) * b(k, j));
  c(i, j) = ash::relu(y(i, j));
};

constexpr auto blocks = [](ash::schedule& s) { s["Y"].split("j", 16); };

constexpr auto reordered = [](ash::schedule& s) {
  blocks(s);
  s["Y"].reorder("k", "ji");  // a row of B at a time; now Y starts from 0 in a loop of its own
};

constexpr auto decomposed = [](ash::schedule& s) {
  reordered(s);
  s["Y"].decompose_reduction("i");  // where that loop is: here above all loops of Y
};

constexpr auto fused = [](ash::schedule& s) {
  reordered(s);
  s.reverse_compute_at(s["Y"].get("jo"));  // C takes what a block of Y has made, at once
};

constexpr auto cached = [](ash::schedule& s) {
  fused(s);
  s["Y"].cache_write("k");  // or the running values in a tile that is copied to Y at the end
};

constexpr auto in_registers = [](ash::schedule& s) {
  auto y = s["Y"];
  auto [io, jo, ii, ji] = y.tile("i", "j", 4, 16);
  y.reorder(io, jo, "k", ii, ji);
  y.unroll(ii);
  y.vectorize(ji);  // four vectors of running values
  s.reverse_compute_at(jo);
  s.vectorize("ji");
  s.parallel("io");
};

constexpr auto other_way = [](ash::schedule& s) {
  auto [io, jo, ii, ji] = s.tile("i", "j", 4, 16);
  s.vectorize(ji);
  s.parallel(io);
  auto y = s["Y"];
  y.compute_at(jo);  // the same from C: what its tile needs of Y, which is tiled once more
  auto [yio, yjo, yii, yji] = y.tile("i", "j", 4, 16);
  y.reorder(yio, yjo, "k", yii, yji);
  y.unroll(yii);
  y.vectorize(yji);
};

using matrix = ash::tensor<float, 64, 64>;

template <auto Schedule>
void step(char const* title, matrix const& a, matrix const& b, auto const& expected) {
  example::print_nest<matmul_relu, Schedule>(title, a, a, b);
  example::require_near(title, example::compute<matmul_relu, Schedule, matrix>(a, b), expected);
}

int main() {
  matrix a, b;
  ash::tensor<double, 64, 64> plain;
  example::fill(a, 1);
  example::fill(b, 2, -8);
  for (int n = 0; n < 64 * 64; ++n) {
    double sum = 0;
    for (int t = 0; t < 64; ++t) sum += double{a(n / 64, t)} * double{b(t, n % 64)};
    plain(n / 64, n % 64) = std::fmax(sum, 0);
  }
  step<example::as_written>("as written", a, b, plain);
  auto const expected = example::compute<matmul_relu, example::as_written, matrix>(a, b);
  step<blocks>("split", a, b, expected);
  step<reordered>("reorder", a, b, expected);
  step<decomposed>("decompose_reduction", a, b, expected);
  step<fused>("reverse_compute_at", a, b, expected);
  step<cached>("cache_write", a, b, expected);
  step<in_registers>("a tile in registers", a, b, expected);
  step<other_way>("the same by compute_at", a, b, expected);
}

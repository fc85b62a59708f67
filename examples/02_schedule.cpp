// SPDX-License-Identifier: Apache-2.0
//
// 02: one tensor function, three schedules, one result. Each step prints the loop nest it makes.
#include <ashlar/ashlar.hpp>
#include <cstdio>
#include <string>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto dense = [](auto y, auto x, auto w) {
  y.name("y"), x.name("x"), w.name("w");
  y(i, j) = ash::relu(ash::sum(k, x(i, k) * w(k, j)));
};

constexpr auto as_written = [](ash::schedule&) {};

constexpr auto reordered = [](ash::schedule& s) {
  auto [jo, ji] = s.split("j", 16);
  s.reorder("i", jo, "k", ji);  // the running values are now a row of 16
};

constexpr auto tiled = [](ash::schedule& s) {
  auto [io, ii] = s.split("i", 4);
  auto [jo, ji] = s.split("j", 16);
  s.reorder(io, jo, "k", ii, ji);
  s.unroll(ii);
  s.vectorize(ji);  // the running values are now 4 x 16 elements in registers
};

using matrix = ash::tensor<float, 8, 32>;

// The last loop nest of an explanation, and what the kernel computes.
template <class Kernel> auto show(char const* title, Kernel const& run) -> double {
  matrix y;
  ash::tensor<float, 8, 8> x;
  ash::tensor<float, 8, 32> w;
  for (int a = 0; a < 8; ++a) {
    for (int b = 0; b < 8; ++b) x(a, b) = static_cast<float>((a * 3 + b) % 5 - 2);
    for (int b = 0; b < 32; ++b) w(a, b) = static_cast<float>((a + b * 7) % 5 - 2);
  }
  if (auto const wrong = run(y, x, w); !wrong) return -1;
  std::string const text = run.explain(y, x, w);
  auto const begin = text.find("--- build nest\n");
  auto const end = text.find("--- ", begin + 1);
  std::printf("%s\n%s\n", title, text.substr(begin, end - begin).c_str());
  double sum = 0;
  for (int a = 0; a < 8; ++a) {
    for (int b = 0; b < 32; ++b) sum += y(a, b);
  }
  return sum;
}

int main() {
  double const one = show("As written", ash::kernel<dense, as_written>{});
  double const two = show("Reordered", ash::kernel<dense, reordered>{});
  double const three = show("A tile in registers", ash::kernel<dense, tiled>{});
  std::printf("sums: %g %g %g\n", one, two, three);
  return one == two && two == three ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
//
// 01: a kernel as an expression, in one file, with the single header alone:
//
//   g++ -std=c++20 -O3 -march=native -Isingle_include examples/01_saxpy.cpp && ./a.out
#include <ashlar.hpp>
#include <cstdio>

namespace ash = ashlar;

constexpr ash::axis<"i"> i;

// What is computed: outputs first; `a` has no index, so it is a number.
constexpr auto saxpy = [](auto y, auto a, auto x) { y(i) = a * x(i) + y(i); };

int main() {
  ash::tensor<float, ash::dyn> x(1000), y(1000);
  for (int n = 0; n < 1000; ++n) {
    x(n) = static_cast<float>(n);
    y(n) = 1;
  }

  constexpr ash::kernel<saxpy> run;  // the default schedule for this machine
  if (auto const wrong = run(y, 2.0f, x); !wrong) {
    std::puts(wrong.message().c_str());
    return 1;
  }
  std::printf("y(0) = %g, y(1) = %g, y(999) = %g\n", double(y(0)), double(y(1)), double(y(999)));

  // Operands that do not fit are refused before anything is written.
  ash::tensor<float, ash::dyn> const other(999);
  std::puts(run(y, 2.0f, other).message().c_str());
}

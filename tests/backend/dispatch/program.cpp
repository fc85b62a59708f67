// SPDX-License-Identifier: Apache-2.0
//
// What tests/backend/dispatch/run.cmake runs on processors of several kinds: the first call is in a
// static initialiser. Prints the instruction set that calls use; ends with 3 where there is none.
#include <ashlar/ashlar.hpp>

#include <cstdio>

namespace ash = ashlar;

namespace {

constexpr ash::axis<"i"> i;
constexpr auto scaled = [](auto y, auto x, auto a) { y(i) = a() * x(i) + 1; };

ash::tensor<float, 100> x, y;

auto fill() -> ash::status {
  for (int n = 0; n < 100; ++n) x(n) = static_cast<float>(n);
  return ash::kernel<scaled>{}(y, x, 3.0F);
}
ash::status const early = fill();

}  // namespace

int main() {
  if (!early) {
    std::fprintf(stderr, "%s\n", early.message().c_str());
    return 3;
  }
  for (int n = 0; n < 100; ++n) {
    if (y(n) != 3 * x(n) + 1) return 4;
  }
  auto const name = ash::target::name_of(*ash::current_target());
  std::printf("%.*s\n", static_cast<int>(name.size()), name.data());
}

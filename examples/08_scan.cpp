// SPDX-License-Identifier: Apache-2.0
//
// 08: a parallel prefix sum. A scan is serial along its axis, as each value is made from the one
// before; that its combination is associative is declared, so blocks can be scanned by threads: the
// total of each block, then what comes before each block, then each block from there.
#include <ashlar/ashlar.hpp>
#include <cstdio>
#include <support/nest.hpp>

namespace ash = ashlar;

constexpr ash::axis<"t"> t;

constexpr auto prefix_sum = [](auto y, auto x) {
  y.name("y"), x.name("x");
  y(t) = ash::inclusive_scan(ash::monoids::sum, t, x(t));
};

constexpr auto in_blocks = [](ash::schedule& s) {
  auto const [to, ti] = s.split("t", 1024);
  auto const made = s.scan_blocks(to);
  made.total.vectorize("ti", 16);
  made.total.parallel("to");
  made.block.peel("ti", 1, 0);  // only the first of a block asks for y_prefix(to)
  s.vectorize(ti, 16);
  s.parallel(to);
};

int main() {
  constexpr int n = 8192;
  ash::tensor<float, n> x, y;
  for (int at = 0; at < n; ++at) x(at) = static_cast<float>(at % 7 - 3);
  constexpr ash::kernel<prefix_sum, in_blocks> scan;
  ash::runtime::thread_pool threads(2);
  if (!scan.run(ash::launch{.threads = threads}, y, x)) return 1;

  float sum = 0;
  bool same = true;
  for (int at = 0; at < n; ++at) same = y(at) == (sum += x(at)) && same;
  example::print_nest<prefix_sum, in_blocks>("in blocks", y, x);
  std::printf("the sums of a plain loop: %s\n", same ? "yes" : "no");
  return same ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
//
// sweep_math [--stride N] [--only NAME]: the largest error of each float function over every N-th
// of the 2^32 bit patterns (N = 1 by default: minutes a function), and whether the backends agree.
// Exit status 1 if a bound is not kept.
#include <cstdio>
#include <cstdlib>

#include "math_support.hpp"

using namespace backend_tests;

auto main(int argc, char** argv) -> int {
  std::uint64_t stride = 1;
  char const* only = nullptr;
  for (int i = 1; i < argc; ++i) {
    bool const more = i + 1 < argc;
    if (more && std::strcmp(argv[i], "--stride") == 0)
      stride = std::strtoull(argv[++i], nullptr, 10);
    else if (more && std::strcmp(argv[i], "--only") == 0)
      only = argv[++i];
    else
      stride = 0;
  }
  if (stride == 0) {
    std::fprintf(stderr, "usage: sweep_math [--stride N] [--only NAME]\n");
    return 2;
  }
  bool good = true;
  for (auto const& f : functions()) {
    if (only != nullptr && std::strcmp(only, f.name) != 0) continue;
    worst w;
    sweep(f, stride, w);
    good = good && w.error <= f.bound && w.same_bits;
    std::printf("%-8s %.3f ulp (bound %.1f) at %a, backends %s\n", f.name, w.error, f.bound,
                static_cast<double>(w.at), w.same_bits ? "agree" : "differ");
    std::fflush(stdout);
  }
  return good ? 0 : 1;
}

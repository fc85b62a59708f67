// SPDX-License-Identifier: Apache-2.0
//
// sweep_math [--stride N] [--between N] [--only NAME]: the largest error of each function, over
// every N-th of the 2^32 bit patterns of floats (N = 1 by default: minutes a function) and over
// points of every binade of doubles; over all f16 and bf16, and pairs of pow; whether the backends
// agree, and the hash of all results. ASHLAR_HAS_XSIMD=1 makes xsimd the native backend.
//
//   prints   NAME f32|f64|f16|bf16 ERROR BOUND AT agree|differ|- HASH, one a line: tools/accuracy
//            reads it
//   returns  exit status 1 if a bound is not kept
#include <cstdio>
#include <cstdlib>

#include "math_double.hpp"
#include "math_half.hpp"

using namespace backend_tests;

namespace {

auto is_wanted(char const* only, char const* name) -> bool {
  return only == nullptr || std::strcmp(only, name) == 0;
}

auto sweep_floats(std::uint64_t stride, char const* only) -> bool {
  bool good = true;
  for (auto const& f : functions()) {
    if (!is_wanted(only, f.name)) continue;
    worst w;
    sweep(f, stride, w);
    good = good && w.error <= f.bound && w.same_bits;
    std::printf("%s f32 %.3f %.1f %a %s %016llx\n", f.name, w.error, f.bound,
                static_cast<double>(w.at), w.same_bits ? "agree" : "differ",
                static_cast<unsigned long long>(w.hash));
    std::fflush(stdout);
  }
  return good;
}

auto sweep_doubles(int between, char const* only) -> bool {
  bool good = true;
  auto const x = binades(between);
  std::vector<double> y(x.size());
  for (auto const& f : functions_of_double()) {
    if (!is_wanted(only, f.name)) continue;
    f.run(x.data(), y.data(), x.size());
    double most = 0, at = 0;
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (std::size_t i = 0; i < x.size(); ++i) {
      double const error = error_of_double(y[i], f.real(static_cast<long double>(x[i])));
      if (error > most) {
        most = error;
        at = x[i];
      }
      auto const bits = std::bit_cast<std::uint64_t>(y[i]);
      hash = (hash ^ (std::isnan(y[i]) ? std::uint64_t{0x7ff8} << 48 : bits)) * 0x100000001b3u;
    }
    good = good && most <= f.bound;
    std::printf("%s f64 %.3f %.1f %a - %016llx\n", f.name, most, f.bound, at,
                static_cast<unsigned long long>(hash));
    std::fflush(stdout);
  }
  return good;
}

auto print(char const* name, char const* type, worst const& r, double bound) -> bool {
  std::printf("%s %s %.4f %.4g %a %s %016llx\n", name, type, r.error, bound,
              static_cast<double>(r.at), r.same_bits ? "agree" : "differ",
              static_cast<unsigned long long>(r.hash));
  std::fflush(stdout);
  return r.error <= bound && r.same_bits;
}

// A function that is within 4 units in f32 is off the nearest 16 bits by less than 4 / 2^13 more.
auto sweep_halves(char const* only) -> bool {
  bool good = true;
  for (auto const& f : functions()) {
    if (!is_wanted(only, f.name)) continue;
    good = print(f.name, "f16", sweep_half<ashlar::dtype::f16>(f), 0.501) && good;
    good = print(f.name, "bf16", sweep_half<ashlar::dtype::bf16>(f), 0.501) && good;
  }
  return good;
}

}  // namespace

auto main(int argc, char** argv) -> int {
  std::uint64_t stride = 1;
  int between = 24;
  char const* only = nullptr;
  for (int i = 1; i < argc; ++i) {
    bool const more = i + 1 < argc;
    if (more && std::strcmp(argv[i], "--stride") == 0)
      stride = std::strtoull(argv[++i], nullptr, 10);
    else if (more && std::strcmp(argv[i], "--between") == 0)
      between = std::atoi(argv[++i]);
    else if (more && std::strcmp(argv[i], "--only") == 0)
      only = argv[++i];
    else
      stride = 0;
  }
  if (stride == 0 || between < 0) {
    std::fprintf(stderr, "usage: sweep_math [--stride N] [--between N] [--only NAME]\n");
    return 2;
  }
  bool const floats = sweep_floats(stride, only);
  bool const doubles = sweep_doubles(between, only);
  bool const halves = sweep_halves(only);
  bool const powers = !is_wanted(only, "pow") || print("pow", "f32", sweep_pow(1 << 18), 4);
  return floats && doubles && halves && powers ? 0 : 1;
}

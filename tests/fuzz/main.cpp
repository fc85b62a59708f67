// SPDX-License-Identifier: Apache-2.0
#include <fuzz/judge.hpp>
#include <fuzz/kernel_maker.hpp>
#include <fuzz/record.hpp>
#include <fuzz/shrink.hpp>
#include <fuzz/source.hpp>
#include <fuzz/schedule_maker.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>

#include <ashlar/pass/pipeline.hpp>
#include <ashlar/tir/print.hpp>
#include <fuzz/apply.hpp>
#include <fuzz/capacity.hpp>

using namespace ashlar;
using namespace ashlar::fuzz;

static void print_passes(fuzz_case const& c) {
  auto p = std::make_unique<tir::program>();
  record(c.kernel, *p);
  apply(c.steps, *p);
  watched([&] {
    pass::lower(*p, c.vector_bytes, [](std::string_view name, tir::program const& q) {
      auto const t = std::make_unique<decltype(tir::print(q))>(tir::print(q));
      std::printf("--- %s\n%s\n", std::string(name).c_str(), std::string(t->view()).c_str());
    });
  });
}

int main(int argc, char** argv) {
  long runs = 1000;
  unsigned long seed = 1;
  bool verbose = false, trace = false;
  int stages = 1;
  long show = 3, first = 0;
  for (int i = 1; i < argc; ++i) {
    if (!std::strcmp(argv[i], "--runs")) runs = std::atol(argv[++i]);
    if (!std::strcmp(argv[i], "--seed")) seed = std::strtoul(argv[++i], nullptr, 10);
    if (!std::strcmp(argv[i], "--stages")) stages = std::atoi(argv[++i]);
    if (!std::strcmp(argv[i], "--only")) { first = std::atol(argv[++i]); runs = first + 1; }
    if (!std::strcmp(argv[i], "--show")) show = std::atol(argv[++i]);
    if (!std::strcmp(argv[i], "--trace")) trace = true;
    if (!std::strcmp(argv[i], "-v")) verbose = true;
  }
  long legal = 0, illegal = 0, wrong = 0, trivial = 0, unusable = 0;
  std::map<std::string, int> why;
  for (long n = first; n < runs; ++n) {
    fuzz_case c{};
    for (int attempt = 0;; ++attempt) {
      fuzz::random r(seed * 1000003 + static_cast<unsigned long>(n) * 64 + static_cast<unsigned long>(attempt));
      kernel_options ko{.stages = stages};
      c = fuzz_case{};
      c.kernel = make_kernel(r, ko);
      c.vector_bytes = r.pick({16, 32, 64});
      c.data = r.next();
      auto p = std::make_unique<tir::program>();
      bool fits = watched([&] { record(c.kernel, *p); }) == leaving::normal;
      if (!fits || !p->fault.ok()) {
        ++unusable;
        why["record " + std::string(p->fault.text.view())]++;
        continue;
      }
      schedule_options so{.is_illegal = r.chance(10)};
      c.steps = make_schedule(r, so, *p);
      auto o = judge(c);
      if (o.what == verdict::unusable) { why["unusable " + o.why]++; ++unusable; continue; }
      if (o.what == verdict::wrong) {
        ++wrong;
        why["WRONG " + o.where]++;
        std::printf("wrong: run %ld: %s: %s\n", n, o.where.c_str(), o.why.c_str());
        if (wrong <= show) {
          auto small = shrink(c, [&](fuzz_case const& k) { return judge(k).what == verdict::wrong; });
          auto so2 = judge(small);
          if (trace) print_passes(small);
          std::printf("shrunk: %s: %s (vector_bytes %d)\n%s%s%s", so2.where.c_str(), so2.why.c_str(), small.vector_bytes, operand_source(small.kernel).c_str(),
             kernel_source(small.kernel, "kernel").c_str(), schedule_source(small.steps, "blocked").c_str());
        }
      }
      if (o.what == verdict::illegal) {
        ++illegal;
        why["illegal E" + std::to_string(static_cast<int>(o.fault)) + " " + o.where + (so.is_illegal ? "" : " unexpected " + o.why)]++;
      } else ++legal;
      trivial += o.is_trivial;
      break;
    }
  }
  if (verbose) for (auto const& [w, n] : why) std::printf("%6d %s\n", n, w.c_str());
  std::printf("fuzz: runs=%ld legal=%ld illegal=%ld wrong=%ld trivial=%ld\n", runs, legal, illegal, wrong, trivial);
  return wrong > 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// fuzz: random kernels with random schedules, judged by the interpreter; or written as C++.
#include <fuzz/campaign.hpp>
#include <fuzz/emit.hpp>
#include <fuzz/grid.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

using namespace ashlar::fuzz;

constexpr char const usage[] =
    "fuzz --runs N --seed S [options]    judges N cases; exit 1 if one is wrong\n"
    "  --first N      start with this case of the seed\n"
    "  --stages N     definitions of a kernel at most\n"
    "  --windows N    percent of the cases with windows that may slide (25)\n"
    "  --reports N    print and shrink at most so many wrong cases (3)\n"
    "  --stop         end with the first wrong case\n"
    "  --passes       print the program of a wrong case after each pass\n"
    "  --reasons      print how often each refusal occurred, and each further oracle was asked\n"
    "  --mistakes     every schedule ends with a mistake, which must be refused with its own "
    "code;\n"
    "                 prints how often each was; exit 1 if one of the codes was never reached\n"
    "fuzz --grids N --seed S [--first N]\n"
    "                 the same for kernels of a GPU, run by their threads, see fuzz/grid\n"
    "fuzz --emit N --seed S --out DIR [--per-unit N]\n"
    "                 writes N cases as translation units DIR/unit_0.cpp, ...\n"
    "fuzz --emit-mistakes N --seed S --out DIR [--per-unit N]\n"
    "                 the same for schedules that must not compile, DIR/mistake_0.cpp, ...\n"
    "Without --seed, ASHLAR_FUZZ_SEED or 1.\n";

struct options {
  campaign_options campaign{};
  std::uint64_t runs = 1000, first = 0, grids = 0, emit = 0, emit_mistakes = 0, per_unit = 10,
                reports = 3;
  bool shows_passes = false, shows_reasons = false, stops = false, is_valid = true;
  std::string out{};
};

auto number(char const* text) -> std::uint64_t { return std::strtoull(text, nullptr, 10); }

auto parse(int argc, char** argv) -> options {
  options o{};
  char const* const seed = std::getenv("ASHLAR_FUZZ_SEED");
  if (seed != nullptr) o.campaign.seed = number(seed);
  for (int i = 1; i < argc; ++i) {
    std::string_view const name = argv[i];
    char const* const next = i + 1 < argc ? argv[i + 1] : nullptr;
    bool takes = true;
    if (name == "--passes")
      o.shows_passes = true, takes = false;
    else if (name == "--mistakes")
      o.campaign.is_mistaken = true, takes = false;
    else if (name == "--reasons")
      o.shows_reasons = true, takes = false;
    else if (name == "--stop")
      o.stops = true, takes = false;
    else if (next == nullptr)
      o.is_valid = false;
    else if (name == "--runs")
      o.runs = number(next);
    else if (name == "--seed")
      o.campaign.seed = number(next);
    else if (name == "--first")
      o.first = number(next);
    else if (name == "--stages")
      o.campaign.stages = std::atoi(next);
    else if (name == "--windows")
      o.campaign.windows = std::atoi(next);
    else if (name == "--reports")
      o.reports = number(next);
    else if (name == "--grids")
      o.grids = number(next);
    else if (name == "--emit")
      o.emit = number(next);
    else if (name == "--emit-mistakes")
      o.emit_mistakes = number(next);
    else if (name == "--per-unit")
      o.per_unit = number(next);
    else if (name == "--out")
      o.out = next;
    else
      o.is_valid = false;
    if (takes) ++i;
  }
  bool const writes = o.emit > 0 || o.emit_mistakes > 0;
  o.is_valid = o.is_valid && (!writes || !o.out.empty()) && o.per_unit > 0;
  return o;
}

void show(options const& o, fuzz_case const& c, outcome const& found, std::uint64_t n) {
  std::printf("wrong: --seed %llu --first %llu --runs 1 --windows %d: %s: %s\n",
              static_cast<unsigned long long>(o.campaign.seed), static_cast<unsigned long long>(n),
              o.campaign.windows, found.where.c_str(), found.why.c_str());
  auto const small = shrunk(c, found);
  std::printf("%s", report(small, judge(small)).c_str());
  if (o.shows_passes) std::printf("%s", passes(small).c_str());
}

auto run(options const& o) -> int {
  tally t{};
  std::uint64_t shown = 0;
  for (std::uint64_t n = o.first; n < o.first + o.runs; ++n) {
    auto const [c, reference] = make_judged_case(o.campaign, n);
    auto const found = judge(c, reference);
    t.add(found);
    if (found.what == verdict::wrong && shown++ < o.reports) show(o, c, found, n);
    if (o.stops && t.wrong > 0) break;
  }
  if (o.shows_reasons) {
    for (auto const& [why, count] : t.reasons) std::printf("%7d %s\n", count, why.c_str());
  }
  int missing = 0;
  auto const codes = table_of_codes(t, missing);
  if (o.campaign.is_mistaken) std::printf("%s", codes.c_str());
  std::printf("%s\n", summary(t).c_str());
  return t.wrong > 0 || (o.campaign.is_mistaken && missing > 0) ? 1 : 0;
}

// A case makes and frees dozens of programs of 200 KB each: giving their memory back to the system
// every time, and touching it anew, took a third of the run.
void keep_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_TOP_PAD, 16 << 20);
#endif
}

auto run_grids(options const& o) -> int {
  int legal = 0, wrong = 0, shared = 0, lanes = 0, barriers = 0, launches = 0;
  for (std::uint64_t n = o.first; n < o.first + o.grids; ++n) {
    auto const found = judge_grid(o.campaign.seed, n);
    if (o.shows_reasons)
      std::printf("%llu: %s\n", static_cast<unsigned long long>(n), found.why.c_str());
    if (found.what == verdict::wrong) {
      ++wrong;
      std::printf("wrong: --grids 1 --seed %llu --first %llu: %s\n%s\n",
                  static_cast<unsigned long long>(o.campaign.seed),
                  static_cast<unsigned long long>(n), found.why.c_str(), found.nest.c_str());
      if (o.stops) break;
    }
    if (found.what != verdict::legal) continue;
    ++legal;
    shared += found.has_shared ? 1 : 0;
    lanes += found.has_lanes ? 1 : 0;
    barriers += found.barriers > 0 ? 1 : 0;
    launches += found.launches > 1 ? 1 : 0;
  }
  std::printf(
      "fuzz: %llu grids, %d legal, %d wrong; with shared memory %d, barriers %d, lanes that "
      "combine %d, several launches %d\n",
      static_cast<unsigned long long>(o.grids), legal, wrong, shared, barriers, lanes, launches);
  // What hardly ever happens is not tested.
  bool const is_evidence = o.grids < 200 || (legal * 2 > static_cast<int>(o.grids) && shared > 20 &&
                                             barriers > 10 && lanes > 5 && launches > 20);
  return wrong > 0 || !is_evidence ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  std::setvbuf(stdout, nullptr, _IOLBF, 1024);
  options const o = parse(argc, argv);
  if (!o.is_valid) {
    std::fputs(usage, stderr);
    return 2;
  }
  if (o.grids > 0) return run_grids(o);
  if (o.emit_mistakes > 0) {
    return emit_mistakes(o.campaign, o.emit_mistakes, o.per_unit, o.out);
  }
  return o.emit > 0 ? emit_units(o.campaign, o.emit, o.per_unit, o.out) : run(o);
}

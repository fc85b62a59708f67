// SPDX-License-Identifier: Apache-2.0
#include <fuzz/campaign.hpp>

#include <fuzz/capacity.hpp>
#include <fuzz/kernel_maker.hpp>
#include <fuzz/record.hpp>
#include <fuzz/schedule_maker.hpp>
#include <fuzz/shrink.hpp>
#include <fuzz/source.hpp>

#include <memory>

namespace ashlar::fuzz {

namespace {

auto kernel_options_of(campaign_options const& o, random& r, bool has_windows) -> kernel_options {
  kernel_options k{};
  k.stages = o.stages > 0 ? o.stages : r.pick({1, 1, 1, 2, 2, 3, 4, 4, 6, 8});
  k.points = r.pick({100, 600, 600, 2000});
  k.is_portable = o.is_portable;
  k.has_windows = has_windows;
  // Windows have several loads: not so many stages that a default schedule inlines.
  if (has_windows) k.stages = k.stages == 1 ? 3 : k.stages > 4 ? 4 : k.stages;
  return k;
}

auto schedule_options_of(campaign_options const& o, random& r, bool has_windows)
    -> schedule_options {
  schedule_options s{.has_windows = has_windows};
  s.steps = r.pick({2, 5, 8, 12});
  s.is_illegal = !o.is_portable && r.chance(10);
  if (o.is_portable) s.max_unroll = 8;
  return s;
}

// False if the kernel cannot be recorded.
auto attempt(campaign_options const& o, random& r, fuzz_case& c) -> bool {
  c = fuzz_case{};
  bool const has_windows = r.chance(o.windows);
  c.kernel = make_kernel(r, kernel_options_of(o, r, has_windows));
  c.vector_bytes = r.pick({16, 32, 64});
  c.data = r.next();
  auto const p = std::make_unique<tir::program>();
  auto const end = watched([&] { record(c.kernel, *p); });
  if (end == leaving::crash) return true;  // for the judge
  if (end != leaving::normal || !p->fault.ok()) return false;
  c.steps = make_schedule(r, schedule_options_of(o, r, has_windows), *p);
  return true;
}

}  // namespace

auto make_case(campaign_options const& o, std::uint64_t n) -> fuzz_case {
  random seeds(o.seed * 0x9e3779b97f4a7c15U + n * 0xd1342543de82ef95U);
  for (;;) {
    random r(seeds.next());
    fuzz_case c{};
    if (!attempt(o, r, c)) continue;
    auto const found = judge_reference(c);
    // Most of what proves nothing is drawn again.
    bool const is_evidence = !found.is_trivial || r.chance(25);
    if (found.what != verdict::unusable && is_evidence) return c;
  }
}

void tally::add(outcome const& o) {
  ++runs;
  if (o.what == verdict::illegal) {
    ++illegal;
    ++reasons["E" + std::to_string(static_cast<int>(o.fault)) + " " + o.where];
  } else {
    ++legal;
    if (o.what == verdict::unusable) ++reasons["not judged: " + o.why];
  }
  if (o.what == verdict::wrong) ++wrong;
  if (o.folded > 0) reasons["folded"] += o.folded;
  for (std::size_t n = 0; n < o.windows.size(); ++n) {
    if (o.windows[n] > 0) reasons["window " + std::to_string(n)] += o.windows[n];
  }
  if (o.is_trivial && o.what != verdict::illegal) ++trivial;
}

auto summary(tally const& t) -> std::string {
  return "fuzz: runs=" + std::to_string(t.runs) + " legal=" + std::to_string(t.legal) +
         " illegal=" + std::to_string(t.illegal) + " wrong=" + std::to_string(t.wrong) +
         " trivial=" + std::to_string(t.trivial);
}

auto shrunk(fuzz_case const& c, outcome const& o) -> fuzz_case {
  auto const kind = [](outcome const& x) {
    return x.where + x.why.substr(0, x.why.find_first_of("[("));
  };
  auto const expect = kind(o);
  return shrink(c, [&](fuzz_case const& smaller) {
    auto const found = judge(smaller);
    return found.what == verdict::wrong && kind(found) == expect;
  });
}

auto report(fuzz_case const& c, outcome const& o) -> std::string {
  return "// " + o.where + ": " + o.why + "; vectors of " + std::to_string(c.vector_bytes) +
         " bytes\n" + operand_source(c.kernel) + kernel_source(c.kernel, "kernel") +
         schedule_source(c.steps, "blocked");
}

}  // namespace ashlar::fuzz

// SPDX-License-Identifier: Apache-2.0
#include <fuzz/campaign.hpp>

#include <fuzz/capacity.hpp>
#include <fuzz/kernel_maker.hpp>
#include <fuzz/mistakes.hpp>
#include <fuzz/record.hpp>
#include <fuzz/schedule_maker.hpp>
#include <fuzz/shrink.hpp>
#include <fuzz/source.hpp>

#include <algorithm>
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
  s.is_mistaken = o.is_mistaken || (!o.is_portable && r.chance(5));
  s.is_blind = !o.is_portable && r.chance(5);
  if (o.is_portable) s.max_unroll = 8;
  return s;
}

// False if there is nothing to judge.
auto attempt(campaign_options const& o, random& r, judged_case& all) -> bool {
  all = judged_case{};
  fuzz_case& c = all.made;
  bool const has_windows = r.chance(o.windows);
  c.kernel = make_kernel(r, kernel_options_of(o, r, has_windows));
  c.vector_bytes = r.pick({16, 32, 64});
  c.data = r.next();
  all.reference = run_reference(c);
  if (all.reference.out.what == verdict::unusable) return false;
  if (!all.reference.written) return true;  // a crash, for the judge
  make_schedule(r, schedule_options_of(o, r, has_windows), *all.reference.written, c);
  return !o.is_mistaken || c.mistake != diag::code::ok;
}

}  // namespace

auto make_judged_case(campaign_options const& o, std::uint64_t n) -> judged_case {
  // Through a number of its own: the next seed would otherwise begin with what this one redraws.
  random seeds(random(o.seed).next() + n * 0xd1342543de82ef95U);
  for (;;) {
    random r(seeds.next());
    judged_case all{};
    if (!attempt(o, r, all)) continue;
    // Most of what proves nothing is drawn again.
    if (!all.reference.out.is_trivial || r.chance(25)) return all;
  }
}

auto make_case(campaign_options const& o, std::uint64_t n) -> fuzz_case {
  return make_judged_case(o, n).made;
}

auto number_of(diag::code id) -> std::string {
  auto const n = std::to_string(static_cast<int>(id));
  return "E" + std::string(3 - n.size(), '0') + n;
}

void tally::add(outcome const& o) {
  ++runs;
  if (o.what == verdict::illegal) {
    ++illegal;
    ++reasons[number_of(o.fault) + " " + o.where];
    if (o.is_mistake) ++codes[o.fault];
  } else {
    ++(o.is_trivial ? trivial : legal);  // two values prove nothing
    if (o.what == verdict::unusable) ++reasons["not judged: " + o.why];
  }
  if (o.what == verdict::wrong) ++wrong;
  for (std::size_t n = 0; n < o.asked.size(); ++n) {
    if (o.asked[n]) ++reasons["asked: " + std::string(further_names[n])];
  }
  if (o.folded > 0) reasons["folded"] += o.folded;
  for (std::size_t n = 0; n < o.windows.size(); ++n) {
    if (o.windows[n] > 0) reasons["window " + std::to_string(n)] += o.windows[n];
  }
}

auto summary(tally const& t) -> std::string {
  return "fuzz: runs=" + std::to_string(t.runs) + " legal=" + std::to_string(t.legal) +
         " illegal=" + std::to_string(t.illegal) + " wrong=" + std::to_string(t.wrong) +
         " trivial=" + std::to_string(t.trivial);
}

auto table_of_codes(tally const& t, int& missing) -> std::string {
  std::string all;
  missing = 0;
  for (auto const id : schedule_codes()) {
    auto const found = t.codes.find(id);
    int const n = found == t.codes.end() ? 0 : found->second;
    missing += n == 0 ? 1 : 0;
    auto const count = std::to_string(n);
    all += number_of(id) + " " + std::string(7 - std::min<std::size_t>(count.size(), 7), ' ') +
           count + "  " + std::string(diag::text_of(id)) + "\n";
  }
  return all;
}

auto shrunk(fuzz_case const& c, outcome const& o) -> fuzz_case {
  if (c.mistake != diag::code::ok) return c;  // without its last step it is another case
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

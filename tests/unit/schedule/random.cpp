// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <support/programs.hpp>
#include <support/random_schedule.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

// The leaves of an axis, each counted once; false where a handle is outside of the program.
auto count_leaves(program const& p, int axis, std::vector<int>& seen) -> bool {
  if (axis < 0 || axis >= p.axes.count) return false;
  auto const& a = p.axes[axis];
  if (a.fused >= 0) {
    // A fused axis is reached from both of its parts, and counts where the first leads to it.
    return axis != p.axes[a.fused].first || count_leaves(p, a.fused, seen);
  }
  if (a.outer < 0) {
    ++seen[static_cast<std::size_t>(axis)];
    return a.inner < 0;
  }
  return p.axes[a.outer].parent == axis && p.axes[a.inner].parent == axis &&
         count_leaves(p, a.outer, seen) && count_leaves(p, a.inner, seen);
}

auto has_its_leaves_as_loops(program const& p, stage const& s) -> bool {
  std::vector<int> leaves(static_cast<std::size_t>(p.axes.count));
  for (handle const a : s.pure) {
    if (!count_leaves(p, a, leaves)) return false;
  }
  for (handle const a : s.reduced) {
    if (!count_leaves(p, a, leaves)) return false;
  }
  for (handle const l : s.loops) {
    if (--leaves[static_cast<std::size_t>(l)] != 0) return false;
    if (scheduling::find_loop(p, s, p.axes[l].name.view()) != l) return false;
  }
  for (int const n : leaves) {
    if (n != 0) return false;
  }
  return true;
}

auto is_well_formed(program const& p) -> bool {
  for (int i = 0; i < p.stages.count; ++i) {
    auto const& s = p.stages[i];
    if (!has_its_leaves_as_loops(p, s)) return false;
    if (s.place != placement::at) continue;
    if (s.at_stage <= i || s.at_stage >= p.stages.count) return false;
    if (scheduling::position_of(p.stages[s.at_stage], s.at_axis) < 0) return false;
  }
  return true;
}

struct tally {
  int legal = 0, illegal = 0;
};

// Random schedules of one program: each has a fault with a text, or a program with the same values.
auto try_all(program const& before, unsigned first, int n) -> tally {
  tally t{};
  auto const expected = values_of(before);
  REQUIRE_FALSE(expected.empty());
  for (int i = 0; i < n; ++i) {
    unsigned const seed = first + static_cast<unsigned>(i);
    program p = before;
    random_schedule r(p, seed);
    r.apply(1 + i % 12);
    INFO("seed " << seed << "\n" << r.text() << std::string(p.fault.text.view()));
    REQUIRE(is_well_formed(p));
    if (!p.fault.ok()) {
      REQUIRE_FALSE(p.fault.text.empty());
      REQUIRE(diag::text_of(p.fault.id) != "");
      ++t.illegal;
      continue;
    }
    ++t.legal;
    REQUIRE(values_of(p) == expected);
  }
  return t;
}

}  // namespace

TEST_CASE("random schedules are refused or keep the values", "[schedule][random]") {
  program const programs[] = {product(10, 12, 9), product(-1, -1, -1), blur(9),
                              normalized(6, 10),  normalized(-1, -1),  stencil(20)};
  unsigned seed = 1;
  for (program const& p : programs) {
    auto const t = try_all(p, seed, 1500);
    REQUIRE(t.legal > 200);
    REQUIRE(t.illegal > 200);
    seed += 1500;
  }
}

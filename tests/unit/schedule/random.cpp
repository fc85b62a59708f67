// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <ashlar/pass/pipeline.hpp>
#include <ashlar/tir/verify.hpp>
#include <support/programs.hpp>
#include <support/random_schedule.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

struct tally {
  int legal = 0, illegal = 0;
};

// Random schedules of one program: each has a fault with a text, or a program that keeps all
// invariants and has the same values.
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
    auto const verdict = verify(p);
    INFO(std::string(verdict.message().view()));
    REQUIRE(verdict.ok());
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

TEST_CASE("extents at the end of what is counted do not outgrow a program", "[schedule][random]") {
  index_t const large = index_t{1} << 31;
  index_t const largest = index_t{1} << 46;
  int legal = 0;
  for (auto const& before : {product(largest, 3, 5), product(2, 3, largest - 55), blur(large)}) {
    for (unsigned seed = 1; seed < 200; ++seed) {
      program p = before;
      random_schedule r(p, seed);
      r.apply(1 + static_cast<int>(seed % 12));
      if (p.fault.ok()) {
        ++legal;
        pass::lower(p, 64);
        INFO("seed " << seed << "\n" << r.text() << std::string(p.fault.text.view()));
        REQUIRE(p.fault.ok());
        REQUIRE(verify(p).ok());
      }
    }
  }
  REQUIRE(legal > 100);
}

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

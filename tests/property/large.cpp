// SPDX-License-Identifier: Apache-2.0
//
// A program as large as the default limits are for: it compiles, and has the bits of the plain one.
#include "../../bench/large_program.hpp"

#include "subtleties/subtlety.hpp"

namespace {

using namespace subtleties;

TEST_CASE("32 stages and 64 directives", "[large]") {
  // Each column of w adds two of x, so that the sums stay below 2^24.
  auto const two_of_row = [](std::uint64_t n) {
    auto const at = n % 1000003;
    auto const ahead = (at % 32 + 32 - at / 32) % 32;
    return ahead == 1 || ahead == 5 ? 1.0 : 0.0;
  };
  auto const w = filled<float, 32, 32>(two_of_row);
  auto const done = keeps_values<bench::network, bench::network_blocked>(like<float, 6, 32>(),
                                                                         like<float, 6, 32>(), w);
  CHECK(done.low->stages.count == 32);
  CHECK(done.low->fault.ok());
  program p = *written<bench::network, ash::fp::relaxed, ash::view<float, 6, 32>,
                       ash::view<float, 6, 32>, ash::view<float, 32, 32>>();
  ash::schedule s(p);
  bench::network_blocked(s);
  CHECK(s.steps().steps.count == 64);
  CHECK(s.steps().dropped == 0);
}

}  // namespace

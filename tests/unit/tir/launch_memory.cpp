// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/launch_memory.hpp>

#include <catch2/catch_test_macros.hpp>

namespace {

using namespace ashlar::tir;

// Launches 0 to 3; each local as {buffer, first, last}.
constexpr auto list(launch_local a, launch_local b, launch_local c) -> launch_locals {
  return launch_locals{.items = {a, b, c}, .count = 3};
}

}  // namespace

TEST_CASE("locals that live together share no byte", "[tir][launch_memory]") {
  constexpr auto chain = list({1, 0, 1}, {2, 1, 2}, {3, 2, 3});
  constexpr std::int64_t even[] = {64, 64, 64};
  constexpr auto m = plan_launch_memory(chain, even);
  STATIC_REQUIRE(m.bytes == 128);
  STATIC_REQUIRE(m.offset[0] == 0);
  STATIC_REQUIRE(m.offset[1] == 64);
  STATIC_REQUIRE(m.offset[2] == 0);
  STATIC_REQUIRE(chain.place_of(3) == 2);
  STATIC_REQUIRE(chain.place_of(4) == -1);

  constexpr auto all = list({1, 0, 2}, {2, 0, 2}, {3, 1, 3});
  STATIC_REQUIRE(plan_launch_memory(all, even).bytes == 192);
}

TEST_CASE("what does not fit below is placed above all that is in the way",
          "[tir][launch_memory]") {
  // The third is larger than the hole that the first leaves, and lives with the second.
  constexpr auto chain = list({1, 0, 1}, {2, 1, 2}, {3, 2, 3});
  constexpr std::int64_t grows[] = {64, 64, 128};
  constexpr auto m = plan_launch_memory(chain, grows);
  STATIC_REQUIRE(m.offset[2] == 128);
  STATIC_REQUIRE(m.bytes == 256);
  constexpr std::int64_t none[] = {0, 64, 0};
  STATIC_REQUIRE(plan_launch_memory(chain, none).bytes == 64);
}

// SPDX-License-Identifier: Apache-2.0
//
// What stages read, and which parallel loops are around or inside of a place.
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>
#include <support/programs.hpp>

using namespace ashlar;
using namespace ashlar::tests;

using scheduling::parallel_around;
using scheduling::parallel_within;
using scheduling::use_of;

namespace {

constexpr int h = 0, v = 1;  // the stages of a blur

// h, with a parallel loop c, at a loop of v.
constexpr auto at(char const* loop) -> program {
  return scheduled(blur(8), [loop](schedule& s) {
    s["h"].parallel("c");
    s.compute_at("h", "v", loop);
  });
}

}  // namespace

TEST_CASE("a stage at a loop is inside of it", "[schedule][uses]") {
  auto const p = at("r");
  auto const c = scheduling::find_loop(p, p.stages[h], "c");
  REQUIRE(parallel_within(p, v, 0) == c);
  REQUIRE(parallel_within(p, v, 1) == -1);
  REQUIRE(parallel_within(at("c"), v, 1) == c);
  REQUIRE(parallel_within(p, h, 0) == c);
}

TEST_CASE("the loops of a consumer are around a stage, up to its own", "[schedule][uses]") {
  auto const p = scheduled(blur(8), [](schedule& s) {
    s.parallel("c");
    s.compute_at("h", "v", "c");
  });
  auto const c = scheduling::find_loop(p, p.stages[v], "c");
  REQUIRE(parallel_around(p, h, 0) == c);
  REQUIRE(parallel_around(p, v, 0) == -1);
  REQUIRE(parallel_around(p, v, 1) == c);
  auto const outside = scheduled(blur(8), [](schedule& s) {
    s.parallel("c");
    s.compute_at("h", "v", "r");
  });
  REQUIRE(parallel_around(outside, h, 0) == -1);
}

TEST_CASE("a value is read by the reduction, or by what becomes of it", "[schedule][uses]") {
  auto const p = dense(4, 8, 4);
  auto const reads = [&p](std::string_view name) {
    int b = 0;
    while (p.buffers[b].name != name) ++b;
    auto const u = use_of(p, 0, b);
    return std::pair(u.in_value, u.in_result);
  };
  REQUIRE(reads("x") == std::pair(true, false));
  REQUIRE(reads("b") == std::pair(false, true));
  REQUIRE(reads("y") == std::pair(false, false));
}

// SPDX-License-Identifier: Apache-2.0
#include "draw_support.hpp"

#include "../schedule/support.hpp"

#include <ashlar/kernel/draw.hpp>
#include <support/golden.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

TEST_CASE("stages, operands and what is read are drawn", "[kernel][draw_stages][golden]") {
  auto const svg = draw_stages(scheduled(blur(30), [](schedule& s) {
    auto const ro = s.split("r", 4).outer;
    s.compute_at("h", ro);
    s["h"].vectorize("c", 8);
    s.parallel(ro);
  }));
  REQUIRE(layout_fault(svg).empty());
  REQUIRE(svg == golden("kernel/draw_stages/blur.svg", svg));
}

TEST_CASE("loops that are shared are named", "[kernel][draw_stages]") {
  program_builder b{};
  handle const y[] = {b.output("a", dtype::f32, {8}), b.output("b", dtype::f32, {8})};
  for (handle const of : y) {
    auto const i = b.axis("i", b.extent(of, 0));
    b.stage(of, {i}, b.number(dtype::f32, 1));
  }
  auto const svg =
      draw_stages(scheduled(b.p, [](schedule& s) { s.compute_with("b", s["a"].get("i")); }));
  REQUIRE(layout_fault(svg).empty());
  REQUIRE(svg.find("computed at root, with loop i of a") != std::string::npos);
}

TEST_CASE("an inlined stage is named, and has no box", "[kernel][draw_stages]") {
  auto const before = draw_stages(normalized(6, 10));
  auto const after =
      draw_stages(scheduled(normalized(6, 10), [](schedule& s) { s.compute_inline("half"); }));
  REQUIRE(boxes_of(before).size() > boxes_of(after).size());
  REQUIRE(after.find("inlined: half") != std::string::npos);
}

TEST_CASE("nothing overlaps in the stages of random schedules", "[kernel][draw_stages][random]") {
  for_random_schedules(150, [](program const& p, std::string const& steps) {
    auto const svg = draw_stages(p);
    INFO(steps << svg);
    REQUIRE(layout_fault(svg) == "");
  });
}

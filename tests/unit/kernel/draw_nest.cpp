// SPDX-License-Identifier: Apache-2.0
#include "draw_support.hpp"

#include <ashlar/kernel/draw.hpp>
#include <support/golden.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using namespace ashlar::tests;

namespace {

auto count(std::string const& text, std::string_view part) -> int {
  int n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("a loop nest is drawn", "[kernel][draw_nest][golden]") {
  auto const svg = draw_nest(lowered_dense(64));
  REQUIRE(layout_fault(svg).empty());
  REQUIRE(svg == golden("kernel/draw_nest/dense.svg", svg));
}

TEST_CASE("each loop is a box in the colour of its kind", "[kernel][draw_nest]") {
  auto const svg = draw_nest(lowered_dense(64));
  REQUIRE(count(svg, "#dbeafe") == 1 + 1);  // io, and the legend
  REQUIRE(count(svg, "#fef3c7") == 3 + 1);  // ii of the fill, the update and the write
  REQUIRE(count(svg, "#dcfce7") == 3 + 1);
  REQUIRE(count(svg, "#fdf2f8") == 1 + 1);  // acc
  REQUIRE(count(svg, "acc[ii, jv] = ") == 2);
  REQUIRE(count(svg, ">else<") == 0);
}

TEST_CASE("names are escaped", "[kernel][draw_nest]") {
  auto p = lowered_dense(4);
  p.buffers[0].name = "<&\n\xc3\xa4>";
  auto const svg = draw_nest(p);
  REQUIRE(svg.find("&lt;&amp;") != std::string::npos);
  REQUIRE(svg.find("??&gt;") != std::string::npos);
}

TEST_CASE("what is no nest is drawn as text", "[kernel][draw_nest]") {
  program nothing{};
  REQUIRE(draw_nest(nothing).ends_with("</svg>\n"));
  program wrong = dense(4, 4, 4);
  wrong.fail(diag::code::unknown_axis, "no loop <z>");
  REQUIRE(draw(wrong).find("error: no loop &lt;z&gt;") != std::string::npos);
  REQUIRE(draw(dense(4, 4, 4)) != draw_nest(dense(4, 4, 4)));
}

TEST_CASE("nothing overlaps in the nests of random schedules", "[kernel][draw_nest][random]") {
  for_random_schedules(60, [](program p, std::string const& steps) {
    pass::lower(p, 32);
    if (!p.fault.ok()) return;
    auto const svg = draw_nest(p);
    INFO(steps << svg);
    REQUIRE(layout_fault(svg) == "");
    REQUIRE(svg == draw(p));
  });
}

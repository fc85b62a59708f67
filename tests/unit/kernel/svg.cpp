// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/svg.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;

TEST_CASE("long lines are broken, and short ones are not", "[kernel][svg]") {
  REQUIRE(svg::wrapped("a b", 8) == std::vector<std::string>{"a b"});
  REQUIRE(svg::wrapped("", 8) == std::vector<std::string>{""});
  REQUIRE(svg::wrapped("one two three four", 11) ==
          std::vector<std::string>{"one two", "    three", "    four"});
  REQUIRE(svg::wrapped("abcdefghijklmno", 8) ==
          std::vector<std::string>{"abcdefgh", "    ijkl", "    mno"});
}

TEST_CASE("a document has its size, and text is escaped", "[kernel][svg]") {
  svg::document d{};
  d.box(1, 2, 30, 40, svg::style{.fill = "#123456", .is_dashed = true});
  d.text(5, 6, "a < b && c\n\xff");
  auto const text = d.finish(100, 50);
  REQUIRE(
      text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"50\""));
  REQUIRE(text.ends_with("</svg>\n"));
  REQUIRE(text.find(">a &lt; b &amp;&amp; c?"
                    "?</text>") != std::string::npos);
  REQUIRE(text.find("<rect x=\"1\" y=\"2\" width=\"30\" height=\"40\" rx=\"5\" fill=\"#123456\"") !=
          std::string::npos);
  REQUIRE(text.find("stroke-dasharray") != std::string::npos);
}

TEST_CASE("an arrow is vertical at each of its points", "[kernel][svg]") {
  svg::document d{};
  d.arrow({{10, 0}, {10, 20}, {50, 60}});
  REQUIRE(d.finish(60, 60).find("d=\"M10,0 C10,10 10,10 10,20 C10,40 50,40 50,60\"") !=
          std::string::npos);
}

TEST_CASE("a line is as wide as its characters", "[kernel][svg]") {
  REQUIRE(svg::width_of("") == 1);
  REQUIRE(svg::width_of("0123456789") == 74);
}

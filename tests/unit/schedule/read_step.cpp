// SPDX-License-Identifier: Apache-2.0
#include <ashlar/schedule/read_step.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;
using scheduling::verb;
using scheduling::read_step_impl::scanner;
using scheduling::read_step_impl::step;

TEST_CASE("a line becomes a step", "[schedule][read_step]") {
  constexpr auto d = [] {
    step s{};
    scanner in{.line = "y.split(\"i\", 8, cut) -> \"io\", \"ii\""};
    return in.read(s) ? s : step{};
  }();
  STATIC_REQUIRE(d.what == verb::split);
  STATIC_REQUIRE(d.stage == "y");
  STATIC_REQUIRE(d.names.count == 1);
  STATIC_REQUIRE(d.number == 8);
  STATIC_REQUIRE(d.tails == tail::cut);
  STATIC_REQUIRE(d.made.count == 2);
  STATIC_REQUIRE(d.made[1] == "ii");
}

TEST_CASE("a memory order becomes its parts", "[schedule][read_step]") {
  step s{};
  scanner in{.line = "y.cache_read(\"b\",\"jo\",[\"j\"/16,\"k\",\"j\"%16])->\"b_cache\""};
  REQUIRE(in.read(s));
  REQUIRE(s.order == ordered(dim("j") / 16, "k", dim("j") % 16));
  REQUIRE(s.made[0] == "b_cache");
}

TEST_CASE("empty lines and comments are no steps, and no mistakes", "[schedule][read_step]") {
  for (auto const* line : {"", "  ", "\t# y.split(", "#"}) {
    step s{};
    scanner in{.line = line};
    REQUIRE_FALSE(in.read(s));
    REQUIRE(in.expected.empty());
  }
}

TEST_CASE("every prefix of a step is refused with a place in it", "[schedule][read_step]") {
  std::string_view const line = "y.cache_read(\"b\", \"jo\", [\"j\" / 16]) -> \"b_cache\"";
  for (std::size_t n = 1; n < line.size(); ++n) {
    step s{};
    scanner in{.line = line.substr(0, n)};
    bool const is_whole = line.substr(0, n).find(')') != std::string_view::npos &&
                          line.substr(0, n).find('-') == std::string_view::npos;
    REQUIRE(in.read(s) == is_whole);
    REQUIRE(in.expected.empty() == is_whole);
    REQUIRE(in.column() <= static_cast<int>(n) + 1);
  }
}

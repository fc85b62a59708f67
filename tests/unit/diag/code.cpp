// SPDX-License-Identifier: Apache-2.0
#include <ashlar/diag/code.hpp>
#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>
#include <regex>
#include <string>

namespace ashlar::diag {
namespace {

auto number(code id) -> std::string {
  std::string const n = std::to_string(static_cast<int>(id));
  return "E" + std::string(3 - n.size(), '0') + n;
}

TEST_CASE("numbers ascend, and each rule has a sentence of its own", "[diag][code]") {
  int last = 0;
  for (auto const& r : rules) {
    INFO(number(r.id));
    CHECK(static_cast<int>(r.id) > last);
    last = static_cast<int>(r.id);
    CHECK_FALSE(r.text.empty());
    CHECK(r.text.back() != '.');
    CHECK(text_of(r.id) == r.text);
    for (auto const& other : rules) CHECK((other.id == r.id) == (other.text == r.text));
  }
}

TEST_CASE("there is no rule behind ok", "[diag][code]") {
  STATIC_REQUIRE(text_of(code::ok).empty());
}

// A static assertion needs its text written out, so the table stands in two files.
TEST_CASE("compile errors show the number and the sentence of the table", "[diag][code]") {
  std::ifstream in(ASHLAR_SOURCE_DIR "/include/ashlar/diag/report.hpp");
  std::string report((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  REQUIRE_FALSE(report.empty());
  report = std::regex_replace(report, std::regex("\"\\s*\n\\s*\""), "");  // literals over two lines
  for (auto const& r : rules) {
    std::string const shown = "\"ashlar[" + number(r.id) + "] " + std::string(r.text) + "\"";
    INFO(shown);
    CHECK(report.find(shown) != std::string::npos);
  }
  std::size_t shown = 0;
  for (auto at = report.find("ashlar[E"); at != std::string::npos;
       at = report.find("ashlar[E", at + 1)) {
    ++shown;
  }
  CHECK(shown == std::size(rules));
}

}  // namespace
}  // namespace ashlar::diag

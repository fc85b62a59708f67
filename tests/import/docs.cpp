// SPDX-License-Identifier: Apache-2.0
//
// What the documentation says of the importer is what the importer says of itself.
#include "support.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

using ashlar::graph::rule;
using support::imp::code;

auto page(std::string const& name) -> std::string {
  return support::read_file(support::source_file("docs/" + name));
}

TEST_CASE("docs/models.md lists the operators that can be imported", "[import][docs]") {
  auto const list = "<!-- operators -->\n```text\n" + support::imp::operator_list() +
                    "```\n<!-- end of operators -->\n";
  CHECK(page("models.md").find(list) != std::string::npos);
}

TEST_CASE("docs/errors/import.md has every code", "[import][docs]") {
  auto const text = page("errors/import.md");
  for (int n = static_cast<int>(rule::bad_handle); n <= static_cast<int>(rule::interface); ++n) {
    auto const row = "\n| E" + std::to_string(n) + " | " +
                     std::string(ashlar::graph::text_of(static_cast<rule>(n))) + " |";
    INFO(row);
    CHECK(text.find(row) != std::string::npos);
  }
  for (int n = static_cast<int>(code::usage); n <= static_cast<int>(code::binding); ++n) {
    INFO(n);
    CHECK(text.find("\n| E" + std::to_string(n) + " | ") != std::string::npos);
  }
}

}  // namespace

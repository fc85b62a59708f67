// SPDX-License-Identifier: Apache-2.0
#include <ashlar/diag/report.hpp>
#include <ashlar/tir/program.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string_view>

namespace ashlar::diag {
namespace {

struct nothing {
  static constexpr diagnostic value{};
};

TEST_CASE("a diagnostic is true when something is wrong", "[diag][diagnostic]") {
  STATIC_REQUIRE(diagnostic{}.ok());
  STATIC_REQUIRE_FALSE(static_cast<bool>(diagnostic{}));
  STATIC_REQUIRE(static_cast<bool>(diagnostic{.id = code::bad_rank, .text = "x"}));
}

TEST_CASE("the first fault of a program stays", "[diag][diagnostic]") {
  STATIC_REQUIRE([] {
    tir::program p{};
    p.fail(code::bad_tail, "first");
    p.fail(code::bad_rank, "second");
    return p.fault.id == code::bad_tail && p.fault.text == "first";
  }());
}

TEST_CASE("a valid program passes the report", "[diag][report]") {
  require_valid<nothing>();
  STATIC_REQUIRE(nothing::value.ok());
}

TEST_CASE("the text of an error is exactly as long as it is", "[diag][report]") {
  constexpr diagnostic d{.id = code::bad_rank, .text = "y has rank 9"};
  constexpr exact_text<13> e(d);
  STATIC_REQUIRE(std::string_view(e.chars) == "y has rank 9");
  STATIC_REQUIRE(e.chars[12] == '\0');
}

}  // namespace
}  // namespace ashlar::diag

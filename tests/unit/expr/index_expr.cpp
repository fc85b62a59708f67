// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace ashlar::tests {
namespace {

using namespace ashlar::literals;

auto index_text(index_expr const& e) -> std::string {
  expr::recorder recorder{};
  auto const at = expr::index_of(recorder, e);
  if (!recorder.ok()) return std::string(recorder.fault.text.view());
  diag::message m{};
  expr::print_index(recorder, at, m);
  return std::string(m.view());
}

TEST_CASE("arithmetic on axes reads as it was written", "[expr][index_expr]") {
  CHECK(index_text(i + 1) == "i + 1");
  CHECK(index_text(2 * i + r - 1) == "2 * i + r - 1");
  CHECK(index_text((i + 1) / 2) == "(i + 1) / 2");
  CHECK(index_text(i % 3) == "i % 3");
  CHECK(index_text(i - j) == "i - j");
  CHECK(index_text(-i + 7) == "0 - i + 7");
  CHECK(index_text((i + j) * 4) == "(i + j) * 4");
}

TEST_CASE("constants of a type make an index of a type", "[expr][index_expr]") {
  STATIC_REQUIRE(static_index<decltype(i + c<1>)>);
  STATIC_REQUIRE(static_index<decltype(2_c * i + r - c<1>)>);
  STATIC_REQUIRE_FALSE(static_index<decltype(i + 1)>);
  STATIC_REQUIRE(std::is_empty_v<decltype((i + c<1>) / c<2>)>);
  STATIC_REQUIRE(std::is_same_v<decltype(17_c), index_constant<17>>);
  CHECK(index_text(2_c * i + r - c<1>) == "2 * i + r - 1");
}

TEST_CASE("a divisor of an index is a positive constant", "[expr][index_expr]") {
  STATIC_REQUIRE((i / 0).fault == code::zero_divisor);
  STATIC_REQUIRE((i % -2).fault == code::zero_divisor);
  STATIC_REQUIRE((i / 1).fault == code::ok);
  STATIC_REQUIRE(index_expr(i / j).fault == code::index_product);
  CHECK(index_text(i / 0 + 1) == "an index is divided by 0; divide by a constant of 1 or more");
  CHECK(index_text(i % -2) == "an index is divided by -2; divide by a constant of 1 or more");
}

TEST_CASE("a product of axes is no index", "[expr][index_expr]") {
  STATIC_REQUIRE(index_expr(i * j).fault == code::index_product);
  CHECK(index_text(i * j).find("axis i by axis j") != std::string::npos);
}

TEST_CASE("the numbers in an index are bounded", "[expr][index_expr]") {
  expr::recorder recorder{};
  expr::index_of(recorder, (i + 65536) * 65536);
  CHECK(says(recorder.fault, code::extent_overflow, "2147483648"));
  expr::recorder least{};
  expr::index_of(least, i + std::numeric_limits<std::int64_t>::min());
  CHECK(least.fault.id == code::extent_overflow);
}

}  // namespace
}  // namespace ashlar::tests

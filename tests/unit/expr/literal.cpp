// SPDX-License-Identifier: Apache-2.0
#include <ashlar/expr/literal.hpp>
#include <catch2/catch_test_macros.hpp>

namespace ashlar::tests {
namespace {

using diag::code;
using expr::adopt;
using expr::literal;

constexpr auto fault(literal const& v, dtype d) -> code { return adopt(v, d).fault; }
constexpr auto value(literal const& v, dtype d) -> double {
  return std::bit_cast<double>(adopt(v, d).bits);
}

TEST_CASE("an integer constant keeps its value in a float type, or is refused", "[expr][literal]") {
  STATIC_REQUIRE(value(3, dtype::f32) == 3.0);
  STATIC_REQUIRE(value(16777216, dtype::f32) == 16777216.0);
  STATIC_REQUIRE(fault(16777217, dtype::f32) == code::inexact_constant);
  STATIC_REQUIRE(fault(-16777217, dtype::f32) == code::inexact_constant);
  STATIC_REQUIRE(value(16777217, dtype::f64) == 16777217.0);
  STATIC_REQUIRE(fault((std::int64_t{1} << 53) + 1, dtype::f64) == code::inexact_constant);
  STATIC_REQUIRE(fault(std::int64_t{1} << 53, dtype::f64) == code::ok);
  STATIC_REQUIRE(fault(std::numeric_limits<std::int64_t>::min(), dtype::f32) == code::ok);
  STATIC_REQUIRE(fault(2049, dtype::f16) == code::inexact_constant);
  STATIC_REQUIRE(fault(2050, dtype::f16) == code::ok);
  STATIC_REQUIRE(fault(131072, dtype::f16) == code::inexact_constant);
  STATIC_REQUIRE(fault(257, dtype::bf16) == code::inexact_constant);
}

TEST_CASE("a double constant is rounded to float within its range", "[expr][literal]") {
  STATIC_REQUIRE(value(0.1, dtype::f32) == double{0.1F});
  STATIC_REQUIRE(value(0.1, dtype::f64) == 0.1);
  STATIC_REQUIRE(fault(1e300, dtype::f32) == code::inexact_constant);
  STATIC_REQUIRE(fault(-1e300, dtype::f32) == code::inexact_constant);
  STATIC_REQUIRE(fault(1e5, dtype::f16) == code::inexact_constant);
  STATIC_REQUIRE(value(std::numeric_limits<double>::infinity(), dtype::f32) ==
                 std::numeric_limits<double>::infinity());
}

TEST_CASE("an integer constant fits the range of an integer type", "[expr][literal]") {
  STATIC_REQUIRE(fault(255, dtype::u8) == code::ok);
  STATIC_REQUIRE(fault(256, dtype::u8) == code::inexact_constant);
  STATIC_REQUIRE(fault(-1, dtype::u8) == code::inexact_constant);
  STATIC_REQUIRE(fault(-128, dtype::i8) == code::ok);
  STATIC_REQUIRE(fault(-129, dtype::i8) == code::inexact_constant);
  STATIC_REQUIRE(fault(std::int64_t{1} << 31, dtype::i32) == code::inexact_constant);
  STATIC_REQUIRE(fault(~std::uint64_t{0}, dtype::u64) == code::ok);
  STATIC_REQUIRE(fault(~std::uint64_t{0}, dtype::i64) == code::inexact_constant);
}

TEST_CASE("a constant of another kind is a mixture of types", "[expr][literal]") {
  STATIC_REQUIRE(fault(1.0, dtype::i32) == code::mixed_types);
  STATIC_REQUIRE(fault(1.0F, dtype::u8) == code::mixed_types);
  STATIC_REQUIRE(fault(1, dtype::boolean) == code::mixed_types);
  STATIC_REQUIRE(fault(true, dtype::f32) == code::mixed_types);
  STATIC_REQUIRE(fault(true, dtype::boolean) == code::ok);
}

}  // namespace
}  // namespace ashlar::tests

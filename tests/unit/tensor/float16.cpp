// SPDX-License-Identifier: Apache-2.0
//
// The 16-bit types as numbers; all their values and roundings: tests/unit/core/half.cpp.
#include <ashlar/tensor/float16.hpp>

#include <catch2/catch_test_macros.hpp>
#include <limits>

namespace ash = ashlar;

TEST_CASE("a number is rounded once", "[tensor][float16]") {
  STATIC_REQUIRE(ash::float16(1.0F).bits == 0x3c00);
  STATIC_REQUIRE(ash::float16(-2).bits == 0xc000);
  STATIC_REQUIRE(ash::bfloat16(1.0F).bits == 0x3f80);
  STATIC_REQUIRE(ash::bfloat16(257).bits == 0x4380);
  // Just above the middle of two values: through a float it would be the middle.
  STATIC_REQUIRE(ash::float16(1.0 + 0x1p-11 + 0x1p-40).bits == 0x3c01);
  STATIC_REQUIRE(ash::float16(1.0 + 0x1p-11).bits == 0x3c00);
  STATIC_REQUIRE(ash::bfloat16(-1.0 - 0x1p-8 - 0x1p-45).bits == 0xbf81);
  STATIC_REQUIRE(ash::bfloat16(1e300).bits == 0x7f80);
  STATIC_REQUIRE(ash::float16(-1e300).bits == 0xfc00);
}

TEST_CASE("arithmetic is that of floats", "[tensor][float16]") {
  constexpr ash::float16 a(0.5F);
  constexpr auto b = ash::bfloat16::of_bits(0x4040);
  STATIC_REQUIRE(a + b == 3.5F);
  STATIC_REQUIRE(a < b);
  STATIC_REQUIRE(std::is_same_v<decltype(a * b), float>);
  STATIC_REQUIRE(ash::float16() == 0.0F);
  STATIC_REQUIRE(ash::float16(-0.0F).bits == 0x8000);
  STATIC_REQUIRE(ash::float16(std::numeric_limits<float>::quiet_NaN()) !=
                 std::numeric_limits<float>::quiet_NaN());
}

TEST_CASE("of_bits is the pattern", "[tensor][float16]") {
  STATIC_REQUIRE(ash::float16::of_bits(0x7bff) == 65504.0F);
  STATIC_REQUIRE(ash::bfloat16::of_bits(0x0001) == 0x1p-133F);
}

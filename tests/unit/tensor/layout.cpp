// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/layout.hpp>

#include <catch2/catch_test_macros.hpp>

namespace ash = ashlar;

TEST_CASE("strides are static or dynamic, one by one", "[tensor][layout]") {
  constexpr auto l = ash::strides(ash::dyn, 1, -3, 0);
  STATIC_REQUIRE(l.strided);
  STATIC_REQUIRE(l.stride_at(0) == ash::dynamic_stride);
  STATIC_REQUIRE(l.stride_at(1) == 1);
  STATIC_REQUIRE(l.stride_at(2) == -3);
  STATIC_REQUIRE(l.stride_at(3) == 0);
  STATIC_REQUIRE(l.dynamic_count(4) == 1);
  STATIC_REQUIRE(ash::any_strides.dynamic_count(3) == 3);
  STATIC_REQUIRE(ash::any_strides.dynamic_count(8) == 8);
}

TEST_CASE("row-major is the layout that says nothing", "[tensor][layout]") {
  STATIC_REQUIRE(ash::row_major == ash::layout{});
  STATIC_REQUIRE_FALSE(ash::row_major.strided);
  STATIC_REQUIRE(ash::aligned(ash::row_major, 64).alignment == 64);
  STATIC_REQUIRE(ash::aligned(ash::strides(1), 32).stride_at(0) == 1);
}

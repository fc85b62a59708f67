// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/operand_type.hpp>
#include <ashlar/tensor/tensor.hpp>
#include <ashlar/tensor/view.hpp>

#include <catch2/catch_test_macros.hpp>

namespace ash = ashlar;

TEST_CASE("a type says what its view promises", "[tensor][operand_type]") {
  constexpr auto t = ash::view<float const, ash::dyn, 3, 4>::type;
  STATIC_REQUIRE(t.dt == ash::dtype::f32);
  STATIC_REQUIRE(t.rank == 3);
  STATIC_REQUIRE(t.is_const);
  STATIC_REQUIRE(t.contiguous);
  STATIC_REQUIRE(t.alignment == 4);
  STATIC_REQUIRE(t.shape[0] == ash::dyn);
  STATIC_REQUIRE(t.shape[2] == ash::extent(4));
  STATIC_REQUIRE(t.stride[0] == 12);
  STATIC_REQUIRE(t.stride[2] == 1);
  STATIC_REQUIRE(t.stride[3] == 0);
}

TEST_CASE("a stride over a dynamic extent is dynamic", "[tensor][operand_type]") {
  constexpr auto t = ash::view<double, 2, 3, ash::dyn>::type;
  STATIC_REQUIRE(t.stride[0] == ash::dynamic_stride);
  STATIC_REQUIRE(t.stride[1] == ash::dynamic_stride);
  STATIC_REQUIRE(t.stride[2] == 1);
  STATIC_REQUIRE(t.contiguous);
}

TEST_CASE("types that promise the same are equal", "[tensor][operand_type]") {
  STATIC_REQUIRE(ash::strided_view<float, ash::strides(4, 1), 3, 4>::type ==
                 ash::view<float, 3, 4>::type);
  STATIC_REQUIRE(ash::strided_view<float, ash::any_strides, 3>::type ==
                 ash::strided_view<float, ash::strides(ash::dyn), 3>::type);
  STATIC_REQUIRE(ash::aligned_view<float, 3>::type == ash::tensor<float, 3>::type);
  STATIC_REQUIRE_FALSE(ash::view<float, 3>::type == ash::view<float const, 3>::type);
  STATIC_REQUIRE_FALSE(ash::view<float, 3>::type == ash::tensor<float, 3>::type);
  STATIC_REQUIRE_FALSE(ash::view<float, 3>::type == ash::view<float, ash::dyn>::type);
}

TEST_CASE("strides that may leave gaps are not packed", "[tensor][operand_type]") {
  STATIC_REQUIRE_FALSE(ash::strided_view<float, ash::strides(1, 3), 3, 4>::type.contiguous);
  STATIC_REQUIRE_FALSE(ash::strided_view<float, ash::strides(8, 1), 3, 4>::type.contiguous);
  STATIC_REQUIRE_FALSE(ash::strided_view<float, ash::any_strides, 3, 4>::type.contiguous);
  STATIC_REQUIRE_FALSE(
      ash::strided_view<float, ash::strides(ash::dyn, 1), 3, ash::dyn>::type.contiguous);
  STATIC_REQUIRE(ash::strided_view<float, ash::strides(1), ash::dyn>::type.contiguous);
}

TEST_CASE("a tensor promises 64-byte alignment", "[tensor][operand_type]") {
  STATIC_REQUIRE(ash::tensor<std::uint8_t, ash::dyn>::type.alignment == 64);
  STATIC_REQUIRE(ash::strided_view<float, ash::aligned(ash::row_major, 2), 4>::type.alignment == 4);
}

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/cast.hpp>
#include <ashlar/tensor/tensor.hpp>

#include <catch2/catch_test_macros.hpp>
#include <vector>

namespace ash = ashlar;
using ash::dyn;
using ash::status_code;

TEST_CASE("a dynamic view becomes a static one where the numbers fit", "[tensor][cast]") {
  std::vector<float> x(12);
  auto const v = ash::view(x.data(), 3, 4);
  auto const fits = ash::view_cast<ash::view<float const, 3, 4>>(v);
  REQUIRE(fits.has_value());
  REQUIRE(fits->data() == x.data());
  auto const wrong = ash::view_cast<ash::view<float, 3, 5>>(v).error();
  REQUIRE(wrong.code == status_code::extent_mismatch);
  REQUIRE(wrong.dimension == 1);
  REQUIRE(wrong.found == 4);
  REQUIRE(wrong.expected == 5);
  REQUIRE(ash::view_cast<ash::view<float, 12>>(v).error().code == status_code::rank_mismatch);
}

TEST_CASE("a strided view becomes a packed one where there are no gaps", "[tensor][cast]") {
  using strided = ash::strided_view<float, ash::any_strides, dyn, dyn>;
  using packed = ash::view<float, dyn, dyn>;
  std::vector<float> x(64);
  auto const n = ash::extents<dyn, dyn>(3, 4);
  auto const gapless = strided(x.data(), n, 4, 1);
  auto const padded = strided(x.data(), n, 8, 1);
  REQUIRE(ash::view_cast<packed>(gapless).has_value());
  auto const wrong = ash::view_cast<packed>(padded).error();
  REQUIRE(wrong.code == status_code::stride_mismatch);
  REQUIRE(wrong.dimension == 0);
  REQUIRE(wrong.found == 8);
  REQUIRE(wrong.expected == 4);
  // The stride of a dimension with one element is never used.
  auto const one_row = strided(x.data(), ash::extents<dyn, dyn>(1, 4), 100, 1);
  REQUIRE(ash::view_cast<packed>(one_row).has_value());
  REQUIRE(ash::view_cast<packed>(one_row)->stride(0) == 4);
}

TEST_CASE("a cast keeps dynamic strides", "[tensor][cast]") {
  std::vector<float> x(64);
  using strided = ash::strided_view<float, ash::any_strides, dyn, dyn>;
  auto const v = strided(x.data(), ash::extents<dyn, dyn>(3, 4), 10, 1);
  auto const w = ash::view_cast<ash::strided_view<float, ash::strides(dyn, 1), 3, 4>>(v);
  REQUIRE(w.has_value());
  REQUIRE(&(*w)(2, 3) == &x[23]);
}

TEST_CASE("a cast to an aligned view looks at the address", "[tensor][cast]") {
  ash::tensor<float, dyn> t(64);
  using lines = ash::aligned_view<float, dyn>;
  REQUIRE(ash::view_cast<lines>(t).has_value());
  auto const off = ash::view(t.data() + 1, 16);
  REQUIRE(ash::view_cast<lines>(off).error().code == status_code::misaligned);
}

TEST_CASE("a span has to be long enough", "[tensor][cast]") {
  std::vector<float> x(12);
  auto const fits = ash::view_over<ash::view<float, dyn, 4>>(std::span(x), 3);
  REQUIRE(fits.has_value());
  REQUIRE(fits->size() == 12);
  auto const wrong = ash::view_over<ash::view<float, dyn, 4>>(std::span(x), 4).error();
  REQUIRE(wrong.code == status_code::span_too_short);
  REQUIRE(wrong.found == 12);
  REQUIRE(wrong.expected == 16);
  REQUIRE(ash::view_over<ash::view<float, dyn, 4>>(std::span(x), -1).error().code ==
          status_code::extent_negative);
  REQUIRE(ash::view_over<ash::view<float, dyn>>(std::span<float>(), 0).has_value());
}

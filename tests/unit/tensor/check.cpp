// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/check.hpp>
#include <ashlar/tensor/tensor.hpp>

#include <catch2/catch_test_macros.hpp>
#include <limits>

namespace ash = ashlar;
using ash::dyn;
using ash::status_code;

namespace {

constexpr auto most = std::numeric_limits<ash::index_t>::max();

template <class View>
auto mocked(typename View::element_type* data, typename View::extents_type n,
            std::initializer_list<ash::index_t> s) -> View {
  return View::with_strides(data, n, s.begin());
}

}  // namespace

TEST_CASE("an operand that keeps its promises is fine", "[tensor][check]") {
  ash::tensor<float, 4, dyn> const t(3);
  REQUIRE(ash::check_operand(t));
  REQUIRE(ash::check_operand(t.as_view()));
  float x[6] = {};
  REQUIRE(ash::check_operand(ash::view(x, 2, 3)));
}

TEST_CASE("a null pointer is wrong unless there are no elements", "[tensor][check]") {
  auto const wrong = ash::check_operand(ash::view<float, 3>(nullptr), 2);
  REQUIRE(wrong.code == status_code::null_pointer);
  REQUIRE(wrong.operand == 2);
  REQUIRE(ash::check_operand(ash::view<float, dyn>(nullptr, 0)));
  REQUIRE(ash::check_operand(ash::view<float, 0, 5>(nullptr)));
}

TEST_CASE("a promise of alignment is checked in bytes", "[tensor][check]") {
  alignas(64) std::uint8_t bytes[256] = {};
  using lines = ash::strided_view<std::uint8_t, ash::aligned(ash::row_major, 64), 64>;
  REQUIRE(ash::check_operand(lines(bytes + 64)));
  for (int const off : {1, 4, 16, 63}) {
    auto const wrong = ash::check_operand(lines(bytes + off), 1);
    REQUIRE(wrong.code == status_code::misaligned);
    REQUIRE(wrong.found == off);
    REQUIRE(ash::check_operand(ash::view<std::uint8_t, 64>(bytes + off)));
  }
}

TEST_CASE("an extent outside of its promise is named", "[tensor][check]") {
  float x[1] = {};
  auto const negative = ash::check_operand(ash::view(x, 4, -1), 0);
  REQUIRE(negative.code == status_code::extent_negative);
  REQUIRE(negative.dimension == 1);
  auto const odd = ash::check_operand(ash::view<float, ash::dyn_multiple_of(8)>(x, 12), 3);
  REQUIRE(odd == ash::status{.code = status_code::extent_not_multiple,
                             .operand = 3,
                             .dimension = 0,
                             .found = 12,
                             .expected = 8});
  auto const large = ash::check_operand(ash::view<float, ash::dyn_at_most(8)>(x, 9));
  REQUIRE(large.code == status_code::extent_too_large);
  REQUIRE(large.expected == 8);
  REQUIRE(ash::check_extent(ash::extent(4), 5, 0, 0).code == status_code::extent_mismatch);
}

TEST_CASE("an operand beyond the index type is refused without being read", "[tensor][check]") {
  float x[1] = {};
  auto const big = ash::index_t{1} << 32;
  REQUIRE(ash::check_operand(ash::view(x, big, big)).code == status_code::overflow);
  // Fits in elements, not in bytes.
  REQUIRE(ash::check_operand(ash::view(x, big, big / 4)).code == status_code::overflow);
  REQUIRE(ash::check_operand(ash::view(x, big, big / 64)));
  REQUIRE(ash::check_operand(ash::view(x, big, big, 0)));
}

template <class View> auto quickly_valid(View const& v) -> bool {
  ash::byte_range lies{};
  return ash::is_plainly_valid(v, lies);
}

// What the quick answer says must be what the careful one says.
template <class View> auto agrees(View const& v) -> bool {
  ash::byte_range quick{};
  if (!ash::is_plainly_valid(v, quick)) return !View::type.contiguous || !ash::check_operand(v);
  auto const reach = ash::reach_of(v);
  auto const bytes = static_cast<std::uintptr_t>(reach.last + 1 - reach.first);
  return ash::check_operand(v).ok() && quick.first == reinterpret_cast<std::uintptr_t>(v.data()) &&
         quick.end - quick.first == bytes;
}

TEST_CASE("the quick answer for packed operands is that of the careful check", "[tensor][check]") {
  alignas(64) float x[64] = {};
  auto const big = ash::index_t{1} << 31;
  for (float* const p : {x, x + 1, static_cast<float*>(nullptr)}) {
    REQUIRE(agrees(ash::view<float>(p)));
    REQUIRE(agrees(ash::view<float, 0, 5>(p)));
    REQUIRE(agrees(ash::view<float, 4, 16>(p)));
    for (ash::index_t const n : {ash::index_t{0}, ash::index_t{3}, ash::index_t{8},
                                 ash::index_t{-1}, ash::index_t{-8}, big}) {
      REQUIRE(agrees(ash::view<float, dyn>(p, n)));
      REQUIRE(agrees(ash::view<float, ash::dyn_multiple_of(4)>(p, n)));
      REQUIRE(agrees(ash::view<float, ash::dyn_at_most(8)>(p, n)));
      REQUIRE(agrees(ash::view<float, 3, ash::dyn_multiple_of(4, 16)>(p, n)));
      for (ash::index_t const m : {ash::index_t{1}, ash::index_t{5}, ash::index_t{-5}, big}) {
        REQUIRE(agrees(ash::view<float, dyn, dyn>(p, n, m)));
        REQUIRE(agrees(ash::view<float, dyn, 2, dyn>(p, m, n)));
      }
    }
    using lines = ash::strided_view<float, ash::aligned(ash::row_major, 64), dyn>;
    REQUIRE(agrees(lines(p, 8)));
    REQUIRE_FALSE(quickly_valid(ash::strided_view<float, ash::strides(2), 4>(x)));
  }
}

TEST_CASE("the reach of a view counts strides in both directions", "[tensor][check]") {
  using view = ash::strided_view<float, ash::any_strides, dyn, dyn>;
  float x[1] = {};
  auto const reach = ash::reach_of(mocked<view>(x, ash::extents<dyn, dyn>(3, 5), {10, -1}));
  REQUIRE(reach.first == -16);
  REQUIRE(reach.last == 83);
  auto const still = ash::reach_of(mocked<view>(x, ash::extents<dyn, dyn>(3, 5), {0, 0}));
  REQUIRE(still.first == 0);
  REQUIRE(still.last == 3);
  for (ash::index_t const stride :
       {most, -most, std::numeric_limits<ash::index_t>::min(), most / 2})
    REQUIRE(
        ash::check_operand(mocked<view>(x, ash::extents<dyn, dyn>(2, 2), {stride, stride})).code ==
        status_code::overflow);
}

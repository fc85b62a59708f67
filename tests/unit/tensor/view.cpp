// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/view.hpp>

#include <catch2/catch_test_macros.hpp>
#include <span>
#include <type_traits>
#include <vector>

namespace ash = ashlar;
using ash::dyn;

namespace {

constexpr auto sum_of_corners() -> int {
  int const numbers[6] = {1, 2, 3, 4, 5, 6};
  auto const v = ash::view<int const, dyn, 3>(numbers, 2);
  return v(0, 0) * 1000 + v(0, 2) * 100 + v(1, 0) * 10 + v(1, 2);
}

template <class To, class From> constexpr bool converts = std::is_convertible_v<From, To>;

}  // namespace

TEST_CASE("a view finds its elements in row-major order", "[tensor][view]") {
  STATIC_REQUIRE(sum_of_corners() == 1346);
  std::vector<float> numbers(2 * 3 * 4);
  auto const v = ash::view(numbers.data(), 2, 3, 4);
  STATIC_REQUIRE(std::is_same_v<decltype(v), ash::view<float, dyn, dyn, dyn> const>);
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k) REQUIRE(&v(i, j, k) == &numbers[std::size_t(12 * i + 4 * j + k)]);
  REQUIRE(v.stride(0) == 12);
  REQUIRE(v.stride(1) == 4);
  REQUIRE(v.stride(2) == 1);
  REQUIRE(v.size() == 24);
}

TEST_CASE("static extents keep no run-time data", "[tensor][view]") {
  STATIC_REQUIRE(sizeof(ash::view<float, 3, 4>) == sizeof(float*));
  STATIC_REQUIRE(sizeof(ash::strided_view<float, ash::strides(1, 3), 3, 4>) == sizeof(float*));
  STATIC_REQUIRE(sizeof(ash::view<float, 3, dyn>) == sizeof(float*) + 8);
  STATIC_REQUIRE(sizeof(ash::strided_view<float, ash::any_strides, 3, 4>) == sizeof(float*) + 16);
  STATIC_REQUIRE(std::is_trivially_copyable_v<ash::view<float, dyn>>);
}

TEST_CASE("a transposed view walks columns", "[tensor][view]") {
  int numbers[6] = {1, 2, 3, 4, 5, 6};
  auto const t = ash::strided_view<int, ash::strides(1, 3), 3, 2>(numbers);
  REQUIRE(t(0, 1) == 4);
  REQUIRE(t(2, 0) == 3);
  REQUIRE(t.stride(1) == 3);
}

TEST_CASE("a zero stride repeats and a negative one reverses", "[tensor][view]") {
  int numbers[4] = {1, 2, 3, 4};
  auto const extents = ash::extents<dyn, dyn>(3, 4);
  auto const rows =
      ash::strided_view<int, ash::strides(dyn, dyn), dyn, dyn>(numbers, extents, 0, 1);
  REQUIRE(rows(2, 3) == 4);
  REQUIRE(&rows(0, 1) == &rows(2, 1));
  auto const back = ash::strided_view<int const, ash::strides(-1), 4>(numbers + 3);
  REQUIRE(back(0) == 4);
  REQUIRE(back(3) == 1);
}

TEST_CASE("a leading dimension is a dynamic stride before a static one", "[tensor][view]") {
  std::vector<double> room(100);
  auto const v = ash::strided_view<double, ash::strides(dyn, 1), 4, dyn>(
      room.data(), ash::extents<4, dyn>(7), 20);
  REQUIRE(&v(3, 6) == &room[66]);
  REQUIRE(v.stride(0) == 20);
  REQUIRE(v.stride(1) == 1);
}

TEST_CASE("a span is a view of one dimension", "[tensor][view]") {
  std::vector<float> numbers(5);
  auto const v = ash::view(std::span(numbers));
  STATIC_REQUIRE(std::is_same_v<decltype(v), ash::view<float, dyn> const>);
  REQUIRE(v.extent(0) == 5);
  float three[3] = {};
  auto const s = ash::view(std::span(three));
  STATIC_REQUIRE(std::is_same_v<decltype(s), ash::view<float, 3> const>);
  ash::view<float const, dyn> const c = std::span(three);
  REQUIRE(c.extent(0) == 3);
  STATIC_REQUIRE_FALSE(converts<ash::view<float, 4>, std::span<float, 3>>);
  STATIC_REQUIRE_FALSE(converts<ash::view<float, 4>, std::span<float>>);
  STATIC_REQUIRE_FALSE(converts<ash::view<float, 3>, std::span<float const, 3>>);
}

TEST_CASE("a view converts to one that promises no more", "[tensor][view]") {
  using v34 = ash::view<float, 3, 4>;
  STATIC_REQUIRE(converts<ash::view<float const, 3, 4>, v34>);
  STATIC_REQUIRE(converts<ash::view<float, dyn, 4>, v34>);
  STATIC_REQUIRE(converts<ash::view<float, 3, ash::dyn_multiple_of(2)>, v34>);
  STATIC_REQUIRE(converts<ash::strided_view<float, ash::any_strides, 3, dyn>, v34>);
  STATIC_REQUIRE(converts<v34, ash::strided_view<float, ash::strides(4, 1), 3, 4>>);
  STATIC_REQUIRE_FALSE(converts<v34, ash::view<float const, 3, 4>>);
  STATIC_REQUIRE_FALSE(converts<v34, ash::view<float, dyn, 4>>);
  STATIC_REQUIRE_FALSE(converts<ash::view<float, 4, 3>, v34>);
  STATIC_REQUIRE_FALSE(converts<ash::view<float, 12>, v34>);
  STATIC_REQUIRE_FALSE(converts<ash::view<std::int32_t, 3, 4>, v34>);
  STATIC_REQUIRE_FALSE(converts<ash::view<float, 3, ash::dyn_multiple_of(8)>, v34>);
  STATIC_REQUIRE_FALSE(converts<v34, ash::strided_view<float, ash::strides(8, 1), 3, 4>>);
  STATIC_REQUIRE_FALSE(
      converts<ash::strided_view<float, ash::aligned(ash::row_major, 64), 3, 4>, v34>);
}

TEST_CASE("a converted view has the same elements", "[tensor][view]") {
  std::vector<float> room(60);
  auto const v = ash::strided_view<float, ash::strides(dyn, 1), 4, dyn>(
      room.data(), ash::extents<4, dyn>(7), 15);
  ash::strided_view<float const, ash::any_strides, dyn, dyn> const w = v;
  REQUIRE(w.extent(0) == 4);
  REQUIRE(w.extent(1) == 7);
  REQUIRE(w.stride(0) == 15);
  REQUIRE(w.stride(1) == 1);
  REQUIRE(&w(3, 5) == &v(3, 5));
}

TEST_CASE("eight dimensions are allowed and none is", "[tensor][view]") {
  std::vector<int> numbers(256);
  auto const v = ash::view<int, 2, 2, 2, 2, 2, 2, 2, 2>(numbers.data());
  REQUIRE(&v(1, 1, 1, 1, 1, 1, 1, 1) == &numbers[255]);
  auto const s = ash::view(numbers.data());
  STATIC_REQUIRE(std::is_same_v<decltype(s), ash::view<int> const>);
  s.item() = 9;
  REQUIRE(numbers[0] == 9);
  REQUIRE(s.size() == 1);
}

TEST_CASE("a view that was not given anything is null and empty", "[tensor][view]") {
  constexpr ash::view<float, dyn, 3> v;
  STATIC_REQUIRE(v.data() == nullptr);
  STATIC_REQUIRE(v.size() == 0);
}

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/mdspan.hpp>

#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace ash = ashlar;
using ash::dyn;

namespace {

// The members of std::mdspan that matter, for standard libraries without it.
template <class T, bool AlwaysStrided, std::size_t... E> struct md {
  struct mapping_type {
    static constexpr auto is_always_strided() -> bool { return AlwaysStrided; }
    static constexpr auto is_always_exhaustive() -> bool { return sizeof...(E) == 1; }
  };
  struct layout_type {};
  using element_type = T;
  T* data = nullptr;
  std::size_t lengths[sizeof...(E)] = {};
  std::size_t steps[sizeof...(E)] = {};

  static constexpr auto rank() -> std::size_t { return sizeof...(E); }
  static constexpr auto static_extent(std::size_t d) -> std::size_t {
    std::size_t const all[] = {E...};
    return all[d];
  }
  auto data_handle() const -> T* { return data; }
  auto extent(std::size_t d) const -> std::size_t { return lengths[d]; }
  auto stride(std::size_t d) const -> std::size_t { return steps[d]; }
};

}  // namespace

TEST_CASE("an mdspan is a strided view that keeps static extents", "[tensor][mdspan]") {
  std::vector<float> x(24);
  auto const m = md<float, true, std::dynamic_extent, 4>{x.data(), {3, 4}, {1, 6}};
  auto const v = ash::view_of_mdspan(m);
  STATIC_REQUIRE(
      std::is_same_v<decltype(v), ash::strided_view<float, ash::any_strides, dyn, 4> const>);
  REQUIRE(v.extent(0) == 3);
  REQUIRE(&v(2, 3) == &x[20]);
}

TEST_CASE("one exhaustive dimension is packed", "[tensor][mdspan]") {
  std::vector<float> x(5);
  auto const v = ash::view_of_mdspan(md<float, true, std::dynamic_extent>{x.data(), {5}, {1}});
  STATIC_REQUIRE(decltype(v)::type.contiguous);
  ash::view<float const, dyn> const w = v;
  REQUIRE(w.extent(0) == 5);
}

TEST_CASE("a layout without strides is no view", "[tensor][mdspan]") {
  STATIC_REQUIRE(ash::strided_mdspan<md<float, true, 3>>);
  STATIC_REQUIRE_FALSE(ash::strided_mdspan<md<float, false, 3>>);
  STATIC_REQUIRE_FALSE(ash::strided_mdspan<md<void*, true, 3>>);
  STATIC_REQUIRE_FALSE(ash::strided_mdspan<std::span<float>>);
}

#ifdef __cpp_lib_mdspan
TEST_CASE("std::mdspan in its own layout is packed", "[tensor][mdspan]") {
  std::vector<float> x(12);
  auto const m = std::mdspan<float, std::extents<int, std::dynamic_extent, 4>>(x.data(), 3);
  auto const v = ash::view_of_mdspan(m);
  STATIC_REQUIRE(decltype(v)::type.contiguous);
  REQUIRE(&v(2, 3) == &m[2, 3]);
}
#endif

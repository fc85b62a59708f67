// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/extents.hpp>

#include <catch2/catch_test_macros.hpp>
#include <span>
#include <vector>

namespace ash = ashlar;

TEST_CASE("an extent comes from any integer", "[tensor][extents]") {
  STATIC_REQUIRE(ash::extent(7).is_static());
  STATIC_REQUIRE(ash::extent(std::size_t{7}) == ash::extent(7));
  STATIC_REQUIRE(ash::extent(ash::dyn).is_dynamic());
  STATIC_REQUIRE(ash::extent() == ash::dyn);
  STATIC_REQUIRE(ash::extent(std::dynamic_extent) == ash::dyn);
  STATIC_REQUIRE_FALSE(ash::extent(-5).is_valid());
  STATIC_REQUIRE_FALSE(ash::extent(ash::dyn_multiple_of(-8)).is_valid());
  STATIC_REQUIRE_FALSE(ash::extent(ash::dyn_multiple_of(0)).is_valid());
  STATIC_REQUIRE_FALSE(ash::extent(ash::dyn_multiple_of(1 << 20)).is_valid());
  STATIC_REQUIRE_FALSE(ash::extent(ash::dyn_at_most(0)).is_valid());
  STATIC_REQUIRE_FALSE(ash::extent(ash::dyn_at_most((ash::index_t{1} << 42) + 1)).is_valid());
}

TEST_CASE("equal promises are equal codes", "[tensor][extents]") {
  STATIC_REQUIRE(ash::dyn_multiple_of(1) == ash::dyn);
  STATIC_REQUIRE(ash::dyn_multiple_of(1, 9) == ash::dyn_at_most(9));
  STATIC_REQUIRE(ash::extents<3, ash::dyn>::type[1] == ash::extent());
}

TEST_CASE("a code keeps every promise", "[tensor][extents]") {
  for (ash::index_t const multiple : {1, 2, 8, 1000, (1 << 20) - 1})
    for (ash::index_t const most : {ash::index_t{0}, ash::index_t{1}, ash::index_t{1} << 42}) {
      auto const e = ash::extent(ash::dyn_multiple_of(multiple, most));
      REQUIRE(e.is_valid());
      REQUIRE(e.multiple() == multiple);
      REQUIRE(e.at_most() == (most == 0 ? -1 : most));
      REQUIRE(ash::extent(e.code()) == e);
      REQUIRE(e.code() < 0);
    }
  for (ash::index_t n = -1; n < 100; ++n) REQUIRE(ash::extent(n).code() == n);
  REQUIRE_FALSE(ash::extent(ash::extent::invalid().code()).is_valid());
}

TEST_CASE("an extent knows what it promises", "[tensor][extents]") {
  STATIC_REQUIRE(ash::extent(24).multiple() == 24);
  STATIC_REQUIRE(ash::extent(24).at_most() == 24);
  STATIC_REQUIRE(ash::extent(24).is_multiple_of(8));
  STATIC_REQUIRE_FALSE(ash::extent(24).is_multiple_of(16));
  STATIC_REQUIRE(ash::extent(0).is_multiple_of(8));
  STATIC_REQUIRE(ash::extent(ash::dyn).multiple() == 1);
  STATIC_REQUIRE(ash::extent(ash::dyn).at_most() == -1);
  STATIC_REQUIRE(ash::extent(ash::dyn_multiple_of(16)).is_multiple_of(8));
  STATIC_REQUIRE_FALSE(ash::extent(ash::dyn_multiple_of(8)).is_multiple_of(16));
  STATIC_REQUIRE(ash::extent(ash::dyn_at_most(5)).at_most() == 5);
}

TEST_CASE("an extent accepts one that accepts no other length", "[tensor][extents]") {
  ash::extent const all[] = {ash::extent(0),
                             ash::extent(4),
                             ash::extent(6),
                             ash::dyn,
                             ash::dyn_multiple_of(2),
                             ash::dyn_multiple_of(4),
                             ash::dyn_at_most(4),
                             ash::dyn_at_most(12),
                             ash::dyn_multiple_of(4, 12)};
  for (auto const to : all)
    for (auto const from : all) {
      bool implied = true;
      for (ash::index_t n = 0; n < 100; ++n)
        implied = implied && (!from.accepts(n) || to.accepts(n));
      INFO("from " << from.value << " to " << to.value);
      // The lengths of a bounded multiple could be listed; only the promises are compared.
      if (to.accepts_all_of(from)) REQUIRE(implied);
      if (from.is_static()) REQUIRE(to.accepts_all_of(from) == implied);
    }
  REQUIRE(ash::extent(ash::dyn).accepts_all_of(ash::dyn_at_most(4)));
  REQUIRE(ash::extent(ash::dyn_at_most(12)).accepts_all_of(ash::dyn_multiple_of(4, 12)));
  REQUIRE_FALSE(ash::extent(ash::dyn_at_most(4)).accepts_all_of(ash::dyn));
  REQUIRE_FALSE(ash::extent(4).accepts_all_of(ash::dyn));
  REQUIRE_FALSE(ash::extent(ash::dyn).accepts(-1));
}

TEST_CASE("only dynamic extents take room", "[tensor][extents]") {
  STATIC_REQUIRE(std::is_empty_v<ash::extents<3, 4>>);
  STATIC_REQUIRE(sizeof(ash::extents<3, ash::dyn, 4, ash::dyn>) == 16);
  constexpr auto e = ash::extents<3, ash::dyn, 4, ash::dyn_multiple_of(2)>(5, 6);
  STATIC_REQUIRE(e.rank == 4);
  STATIC_REQUIRE(e.dynamic_rank == 2);
  STATIC_REQUIRE(e.extent(0) == 3);
  STATIC_REQUIRE(e.extent(1) == 5);
  STATIC_REQUIRE(e.extent(2) == 4);
  STATIC_REQUIRE(e.extent(3) == 6);
  STATIC_REQUIRE(e.size() == 360);
  STATIC_REQUIRE(e.row_major_stride(0) == 120);
  STATIC_REQUIRE(e.row_major_stride(3) == 1);
  STATIC_REQUIRE(ash::extents<>().size() == 1);
}

TEST_CASE("a size that does not fit is the largest", "[tensor][extents]") {
  constexpr auto most = std::numeric_limits<ash::index_t>::max();
  constexpr ash::index_t big = ash::index_t{1} << 32;
  STATIC_REQUIRE(ash::saturating_product(most, 2) == most);
  STATIC_REQUIRE(ash::saturating_product(most, 1) == most);
  STATIC_REQUIRE(ash::saturating_product(0, most) == 0);
  STATIC_REQUIRE(ash::extents<ash::dyn, ash::dyn>(big, big).size() == most);
  STATIC_REQUIRE(ash::extents<ash::dyn, ash::dyn, ash::dyn>(big, big, 0).size() == 0);
  STATIC_REQUIRE(ash::extents<ash::dyn, ash::dyn>(big, big / 4).size() == big * (big / 4));
}

TEST_CASE("extents are equal when all lengths are", "[tensor][extents]") {
  using e = ash::extents<2, ash::dyn>;
  STATIC_REQUIRE(e(3) == e(3));
  STATIC_REQUIRE_FALSE(e(3) == e(4));
}

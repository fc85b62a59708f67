// SPDX-License-Identifier: Apache-2.0
#include <ashlar/core/owned.hpp>

#include <catch2/catch_test_macros.hpp>

namespace ash = ashlar;

namespace {

struct counted {
  int* alive;
  explicit counted(int& n) : alive(&n) { ++n; }
  counted(counted const& other) : alive(other.alive) { ++*alive; }
  auto operator=(counted const&) -> counted& = delete;
  ~counted() { --*alive; }
};

}  // namespace

TEST_CASE("what is owned is deleted once", "[core][owned]") {
  int alive = 0;
  {
    ash::owned<counted> a(new counted(alive));
    ash::owned<counted> b(static_cast<ash::owned<counted>&&>(a));
    REQUIRE(!a);
    REQUIRE(b);
    ash::owned<counted> c = ash::make_owned(*b);
    REQUIRE(alive == 2);
    c = static_cast<ash::owned<counted>&&>(b);
    REQUIRE(alive == 1);
    REQUIRE(c->alive == &alive);
  }
  REQUIRE(alive == 0);
}

TEST_CASE("an array is deleted as an array", "[core][owned]") {
  ash::owned<int[]> a(new int[3]{1, 2, 3});
  REQUIRE(a.get()[2] == 3);
  a.reset();
  REQUIRE(!a);
  a.reset();
}

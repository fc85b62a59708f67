// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tensor/storage.hpp>

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <limits>

namespace ash = ashlar;

namespace {
constexpr auto most = std::numeric_limits<ash::index_t>::max();
}

TEST_CASE("storage is zeroed, on a line, and a whole number of lines", "[tensor][storage]") {
  for (ash::index_t const bytes : {1, 63, 64, 65, 1000}) {
    auto* const p = static_cast<unsigned char*>(ash::allocate_zeroed(bytes));
    REQUIRE(p != nullptr);
    REQUIRE(reinterpret_cast<std::uintptr_t>(p) % 64 == 0);
    for (ash::index_t at = 0; at < (bytes + 63) / 64 * 64; ++at) REQUIRE(p[at] == 0);
    ash::release_storage(p);
  }
}

TEST_CASE("no bytes and impossible bytes are the null pointer", "[tensor][storage]") {
  for (ash::index_t const bytes : {ash::index_t{0}, ash::index_t{-1}, most, most / 2 + 1})
    REQUIRE(ash::allocate_zeroed(bytes) == nullptr);
  REQUIRE(ash::allocate_zeroed_or_throw(0) == nullptr);
  ash::release_storage(nullptr);
}

TEST_CASE("bytes are counted without overflow", "[tensor][storage]") {
  STATIC_REQUIRE(ash::byte_count(10, 8) == 80);
  STATIC_REQUIRE(ash::byte_count(most / 4, 8) == most);
  STATIC_REQUIRE(ash::is_allocatable(1 << 30));
  STATIC_REQUIRE_FALSE(ash::is_allocatable(most));
  STATIC_REQUIRE_FALSE(ash::is_allocatable(-1));
}

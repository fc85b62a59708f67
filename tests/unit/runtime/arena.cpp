// SPDX-License-Identifier: Apache-2.0
#include <ashlar/runtime/arena.hpp>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace ash = ashlar;
using ash::status_code;

namespace {

constexpr auto most = std::numeric_limits<ash::index_t>::max();

auto offset_of(void const* p, void const* base) -> std::ptrdiff_t {
  return static_cast<std::byte const*>(p) - static_cast<std::byte const*>(base);
}

struct alignas(64) memory {
  std::byte bytes[1024] = {};
};

}  // namespace

TEST_CASE("blocks lie on lines and do not overlap", "[runtime][arena]") {
  memory m;
  ash::arena a(m.bytes, sizeof m.bytes);
  auto const first = a.take<float>(3);
  auto const second = a.take<double>(17);
  auto const third = a.take<std::uint8_t>(1);
  REQUIRE(first.has_value());
  REQUIRE(offset_of(*first, m.bytes) == 0);
  REQUIRE(offset_of(*second, m.bytes) == 64);
  REQUIRE(offset_of(*third, m.bytes) == 256);
  REQUIRE(a.used() == 320);
}

TEST_CASE("a block that does not fit is refused with both numbers", "[runtime][arena]") {
  memory m;
  ash::arena a(m.bytes, 200);
  REQUIRE(a.allocate(64).has_value());
  auto const wrong = a.allocate(137).error();
  REQUIRE(wrong.code == status_code::workspace_too_small);
  REQUIRE(wrong.found == 136);
  REQUIRE(wrong.expected == 137);
  REQUIRE(a.used() == 64);
  REQUIRE(a.allocate(136).has_value());
  REQUIRE(a.allocate(1).error().code == status_code::workspace_too_small);
  REQUIRE(a.allocate(0).has_value());
}

TEST_CASE("impossible counts are refused", "[runtime][arena]") {
  memory m;
  ash::arena a(m.bytes, sizeof m.bytes);
  REQUIRE(a.allocate(-1).error().code == status_code::workspace_too_small);
  REQUIRE(a.allocate(most).error().code == status_code::workspace_too_small);
  REQUIRE(a.take<double>(most / 2).error().code == status_code::workspace_too_small);
  REQUIRE(a.take<double>(-1).error().code == status_code::workspace_too_small);
  REQUIRE(a.used() == 0);
}

TEST_CASE("memory that starts anywhere is cut to lines", "[runtime][arena]") {
  memory m;
  for (int off = 0; off < 64; ++off) {
    ash::arena a(m.bytes + off, 128 + 63);
    auto const block = a.allocate(128);
    REQUIRE(block.has_value());
    REQUIRE(offset_of(*block, m.bytes) % 64 == 0);
    REQUIRE(offset_of(*block, m.bytes) + 128 <= off + 128 + 63);
  }
  REQUIRE(ash::arena(m.bytes + 1, 63).capacity() == 0);
  REQUIRE(ash::arena(m.bytes + 1, 64).capacity() == 1);
  REQUIRE(ash::arena(nullptr, 1000).capacity() == 0);
  REQUIRE(ash::arena(m.bytes, -5).capacity() == 0);
  REQUIRE(ash::arena().allocate(1).error().code == status_code::workspace_too_small);
}

TEST_CASE("an arena goes back to a mark and remembers its peak", "[runtime][arena]") {
  memory m;
  ash::arena a(m.bytes, sizeof m.bytes);
  auto const kept = a.allocate(10);
  auto const mark = a.here();
  auto const scratch = a.allocate(500);
  a.rewind(mark);
  REQUIRE(a.used() == 64);
  REQUIRE(*a.allocate(5) == *scratch);
  a.reset();
  REQUIRE(a.used() == 0);
  REQUIRE(a.peak() == 64 + 512);
  REQUIRE(*a.allocate(5) == *kept);
}

TEST_CASE("the size of an arena is known before it exists", "[runtime][arena]") {
  STATIC_REQUIRE(ash::arena_size() == 0);
  STATIC_REQUIRE(ash::arena_size(1) == 64);
  STATIC_REQUIRE(ash::arena_size(64, 65, 0, 3) == 64 + 128 + 64);
  STATIC_REQUIRE(ash::arena_size(most) == most);
  STATIC_REQUIRE(ash::arena_size(most - 200, most - 200) == most);
  memory m;
  ash::arena a(m.bytes, ash::arena_size(100, 7, 300));
  REQUIRE((a.allocate(100) && a.allocate(7) && a.allocate(300)));
  REQUIRE(a.used() == a.capacity());
}

TEST_CASE("poison is no number, at first and again", "[runtime][arena]") {
  memory m;
  ash::arena a(m.bytes, sizeof m.bytes, ash::poison::yes);
  auto const singles = a.take<float>(16);
  auto const doubles = a.take<double>(8);
  for (int i = 0; i < 16; ++i) REQUIRE(std::isnan((*singles)[i]));
  for (int i = 0; i < 8; ++i) REQUIRE(std::isnan((*doubles)[i]));
  (*doubles)[7] = 1.0;
  (*singles)[3] = 2.0f;
  a.reset();
  auto const again = a.take<float>(16);
  REQUIRE(*again == *singles);
  REQUIRE(std::isnan((*again)[3]));
  REQUIRE(std::isnan((*a.take<double>(8))[7]));
}

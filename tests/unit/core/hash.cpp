// SPDX-License-Identifier: Apache-2.0
#include <ashlar/core/hash.hpp>
#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <set>
#include <string_view>
#include <utility>

namespace ashlar {
namespace {

constexpr auto of(std::initializer_list<std::uint64_t> words) -> hash128 {
  hash128 h{};
  for (auto const w : words) h.word(w);
  return h;
}

TEST_CASE("equal input has equal hashes, and order matters", "[core][hash]") {
  STATIC_REQUIRE(of({1, 2, 3}) == of({1, 2, 3}));
  STATIC_REQUIRE_FALSE(of({1, 2, 3}) == of({1, 3, 2}));
  STATIC_REQUIRE_FALSE(of({0}) == of({}));
  STATIC_REQUIRE_FALSE(of({0}) == of({0, 0}));
}

TEST_CASE("strings are told apart from their pieces", "[core][hash]") {
  auto const of_strings = [](std::string_view a, std::string_view b) {
    hash128 h{};
    h.string(a);
    h.string(b);
    return h;
  };
  CHECK_FALSE(of_strings("ab", "c") == of_strings("a", "bc"));
  CHECK(of_strings("ab", "c") == of_strings("ab", "c"));
}

TEST_CASE("small inputs do not collide in either half", "[core][hash]") {
  std::set<std::uint64_t> first;
  std::set<std::uint64_t> second;
  for (std::uint64_t i = 0; i < 300; ++i) {
    for (std::uint64_t j = 0; j < 300; ++j) {
      auto const h = of({i, j});
      first.insert(h.a);
      second.insert(h.b);
    }
  }
  CHECK(first.size() == 90000);
  CHECK(second.size() == 90000);
}

TEST_CASE("one bit of input turns about half of the output", "[core][hash]") {
  int turned = 0;
  for (unsigned bit = 0; bit < 64; ++bit) {
    auto const x = of({0x123456789abcdefU});
    auto const y = of({0x123456789abcdefU ^ (std::uint64_t{1} << bit)});
    turned += std::popcount(x.a ^ y.a) + std::popcount(x.b ^ y.b);
  }
  CHECK(turned > 64 * 128 * 45 / 100);
  CHECK(turned < 64 * 128 * 55 / 100);
}

}  // namespace
}  // namespace ashlar

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/core/text.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace ashlar {
namespace {

TEST_CASE("a message is built from parts", "[core][text]") {
  STATIC_REQUIRE([] {
    text<40> t{};
    t << "axis " << name_text("io") << ' ' << 12 << " of " << std::int64_t{-7};
    return t == "axis io 12 of -7";
  }());
}

TEST_CASE("what is too long is cut, and stays a C string", "[core][text]") {
  STATIC_REQUIRE(text<5>("abcdefgh") == "abcd");
  STATIC_REQUIRE(text<5>("abcdefgh").chars[4] == '\0');
  STATIC_REQUIRE([] {
    text<4> t{};
    t << 12345;
    return t == "123" && t.size() == 3;
  }());
  STATIC_REQUIRE(name_text("a name that is longer than most").size() == 23);
}

TEST_CASE("every integer prints as the standard library does", "[core][text]") {
  using limit = std::numeric_limits<std::int64_t>;
  for (std::int64_t const v : {std::int64_t{0}, std::int64_t{9}, std::int64_t{-10}, limit::max(),
                               limit::min(), limit::min() + 1}) {
    text<32> t{};
    t << v;
    CHECK(std::string(t.view()) == std::to_string(v));
  }
}

TEST_CASE("texts of equal contents are equal values", "[core][text]") {
  STATIC_REQUIRE(text<8>("ab") == text<8>("ab"));
  STATIC_REQUIRE_FALSE(text<8>("ab") == text<8>("abc"));
  STATIC_REQUIRE(text<8>{}.empty());
  STATIC_REQUIRE_FALSE(text<8>("ab") == "a");
}

}  // namespace
}  // namespace ashlar

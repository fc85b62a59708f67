// SPDX-License-Identifier: Apache-2.0
#include <ashlar/core/result.hpp>

#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <set>
#include <string>
#include <type_traits>

namespace ash = ashlar;

namespace {

struct move_only {
  int n = 0;
  explicit move_only(int i) : n(i) {}
  move_only(move_only&& other) noexcept : n(other.n) { other.n = -1; }
  auto operator=(move_only&&) -> move_only& = delete;
  ~move_only() = default;
};

constexpr auto half(int n) -> ash::result<int> {
  if (n % 2 != 0)
    return ash::status{.code = ash::status_code::extent_not_multiple, .found = n, .expected = 2};
  return n / 2;
}

}  // namespace

TEST_CASE("a status is true when nothing is wrong", "[core][result]") {
  STATIC_REQUIRE(ash::status{});
  STATIC_REQUIRE(ash::status{}.ok());
  STATIC_REQUIRE_FALSE(ash::status{.code = ash::status_code::overlap});
  STATIC_REQUIRE_FALSE(std::is_convertible_v<ash::status, bool>);
  REQUIRE(std::string(ash::status{}.message().c_str()) == "ok");
}

TEST_CASE("a message names the operand, the dimension and both numbers", "[core][result]") {
  constexpr auto wrong = ash::status{.code = ash::status_code::extent_mismatch,
                                     .operand = 2,
                                     .dimension = 1,
                                     .found = 12,
                                     .expected = 16};
  REQUIRE(std::string(wrong.message().c_str()) ==
          "operand 2, dimension 1: the extent differs (found 12, expected 16)");
  auto named = wrong;
  named.subject = "image";
  named.dimension = -1;
  named.found = std::numeric_limits<std::int64_t>::min();
  REQUIRE(std::string(named.message().c_str()) ==
          "image: operand 2: the extent differs (found -9223372036854775808, expected 16)");
}

TEST_CASE("a message of any length ends inside of its room", "[core][result]") {
  std::string const name(500, 'n');
  auto const text =
      ash::status{.code = ash::status_code::overlap, .subject = name.c_str()}.message();
  REQUIRE(std::string(text.c_str()) == std::string(191, 'n'));
}

TEST_CASE("each code has a text of its own", "[core][result]") {
  std::set<std::string> texts;
  int codes = 0;
  for (; codes <= static_cast<int>(ash::status_code::span_too_large); ++codes)
    texts.insert(ash::text_of(static_cast<ash::status_code>(codes)));
  REQUIRE(static_cast<int>(texts.size()) == codes);
  REQUIRE_FALSE(texts.contains("unknown status"));
  REQUIRE(std::string(ash::text_of(static_cast<ash::status_code>(codes))) == "unknown status");
}

TEST_CASE("a result is a value or the reason why there is none", "[core][result]") {
  STATIC_REQUIRE(half(8).has_value());
  STATIC_REQUIRE(*half(8) == 4);
  STATIC_REQUIRE(half(8).error().ok());
  STATIC_REQUIRE(half(8).value_or(-1) == 4);
  STATIC_REQUIRE_FALSE(half(7));
  STATIC_REQUIRE(half(7).error().code == ash::status_code::extent_not_multiple);
  STATIC_REQUIRE(half(7).error().found == 7);
  STATIC_REQUIRE(half(7).value_or(-1) == -1);
}

TEST_CASE("a value that can only be moved comes out of a result", "[core][result]") {
  auto made = ash::result<move_only>(move_only(5));
  REQUIRE(made->n == 5);
  move_only const out = *std::move(made);
  REQUIRE(out.n == 5);
  REQUIRE(made->n == -1);
}

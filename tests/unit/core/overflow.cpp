// SPDX-License-Identifier: Apache-2.0
#include <ashlar/core/overflow.hpp>

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <limits>

using std::int64_t;

namespace {

constexpr int64_t least = std::numeric_limits<int64_t>::min();
constexpr int64_t most = std::numeric_limits<int64_t>::max();
constexpr int64_t values[] = {
    least, least + 1,  -(int64_t{1} << 32), -3037000500,      -3,       -2,  -1, 0, 1, 2,
    3,     3037000499, 3037000500,          int64_t{1} << 32, most - 1, most};

// The results of all pairs, folded; in constant evaluation and at run time.
using operation = bool (*)(int64_t, int64_t, int64_t&);
constexpr auto fold(operation f) -> std::uint64_t {
  std::uint64_t all = 0;
  for (int64_t const a : values) {
    for (int64_t const b : values) {
      int64_t r = 0;
      bool const wraps = f(a, b, r);
      all = all * 31 + static_cast<std::uint64_t>(r) + (wraps ? 1U : 0U);
    }
  }
  return all;
}

}  // namespace

TEST_CASE("overflow is seen, and only that", "[core][overflow]") {
  for (int64_t const a : values) {
    for (int64_t const b : values) {
      int64_t r = 0;
      int64_t expected = 0;
      REQUIRE(ashlar::add_wraps(a, b, r) == __builtin_add_overflow(a, b, &expected));
      REQUIRE(r == expected);
      REQUIRE(ashlar::subtract_wraps(a, b, r) == __builtin_sub_overflow(a, b, &expected));
      REQUIRE(r == expected);
      REQUIRE(ashlar::multiply_wraps(a, b, r) == __builtin_mul_overflow(a, b, &expected));
      REQUIRE(r == expected);
    }
  }
}

TEST_CASE("overflow is the same in constant evaluation", "[core][overflow]") {
  constexpr std::uint64_t product = fold(ashlar::multiply_wraps);
  REQUIRE(product == fold(ashlar::multiply_wraps));
}

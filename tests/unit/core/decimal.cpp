// SPDX-License-Identifier: Apache-2.0
#include <ashlar/core/decimal.hpp>
#include <ashlar/core/text.hpp>
#include <catch2/catch_test_macros.hpp>

#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace ashlar {
namespace {

template <class T> constexpr auto print(T v) -> text<40> {
  text<40> t{};
  append_number(t, v);
  return t;
}

template <class T> auto read(std::string_view s) -> T {
  T v{};
  std::from_chars(s.data(), s.data() + s.size(), v);
  return v;
}

// How many digits the standard library's shortest form has.
template <class T> auto shortest_length(T v) -> int {
  char buffer[64];
  auto const end =
      std::to_chars(buffer, buffer + sizeof buffer, v, std::chars_format::scientific).ptr;
  int digits = 0;
  for (char const* c = buffer; c != end && *c != 'e'; ++c) digits += static_cast<int>(*c != '.');
  return digits;
}

template <class T, class Word> void check_random(unsigned seed) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    auto const v =
        std::bit_cast<T>(static_cast<Word>(random() >> 1U) & ~(Word{1} << (sizeof(T) * 8 - 1)));
    if (!(v > 0) || v > std::numeric_limits<T>::max()) continue;
    auto const t = print(v);
    INFO(t.view());
    REQUIRE(read<T>(t.view()) == v);
    REQUIRE(shortest(v).count == shortest_length(v));
  }
}

TEST_CASE("numbers print as one would write them", "[core][decimal]") {
  STATIC_REQUIRE(print(1.0F) == "1");
  STATIC_REQUIRE(print(0.1F) == "0.1");
  STATIC_REQUIRE(print(-2.5) == "-2.5");
  STATIC_REQUIRE(print(1024.0) == "1024");
  STATIC_REQUIRE(print(0.044715F) == "0.044715");
  STATIC_REQUIRE(print(1e-5F) == "1e-5");
  STATIC_REQUIRE(print(1.5e20) == "1.5e20");
  STATIC_REQUIRE(print(0.001) == "0.001");
  STATIC_REQUIRE(print(3.4028235e38F) == "3.4028235e38");
  STATIC_REQUIRE(print(1e9) == "1000000000");
  STATIC_REQUIRE(print(1e10) == "1e10");
  STATIC_REQUIRE(print(0.0F) == "0");
  STATIC_REQUIRE(print(-0.0F) == "-0");
  STATIC_REQUIRE(print(5e-324) == "5e-324");
}

TEST_CASE("what is no number has a name", "[core][decimal]") {
  CHECK(print(std::numeric_limits<double>::infinity()) == "inf");
  CHECK(print(-std::numeric_limits<float>::infinity()) == "-inf");
  CHECK(print(std::numeric_limits<float>::quiet_NaN()) == "nan");
}

TEST_CASE("every power of two and of ten reads back, with no digit too many", "[core][decimal]") {
  for (int e = -1074; e < 1024; ++e) {
    double const v = std::ldexp(1.0, e);
    REQUIRE(read<double>(print(v).view()) == v);
    REQUIRE(shortest(v).count == shortest_length(v));
  }
  for (int e = -149; e < 128; ++e) {
    float const v = std::ldexp(1.0F, e);
    REQUIRE(read<float>(print(v).view()) == v);
    REQUIRE(shortest(v).count == shortest_length(v));
  }
  for (int e = -323; e < 309; ++e) {
    auto const v = read<double>("1e" + std::to_string(e));
    REQUIRE(shortest(v).count == 1);
    REQUIRE(shortest(v).exponent == e + 1);
  }
}

TEST_CASE("random numbers read back, with no digit too many", "[core][decimal]") {
  check_random<float, std::uint32_t>(1);
  check_random<double, std::uint64_t>(2);
}

}  // namespace
}  // namespace ashlar

// SPDX-License-Identifier: Apache-2.0
// not in a batch: it adds to a namespace whose functions have names of std
#include <ashlar/tir/math.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <random>

namespace ashlar::tir::math {
namespace {

template <class T> using word = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

template <class T> auto same(T a, T b) -> bool {
  return std::bit_cast<word<T>>(a) == std::bit_cast<word<T>>(b) || (a != a && b != b);
}

// Random bits: every exponent, subnormals, infinities and NaNs.
template <class T> auto any_float(std::mt19937_64& random) -> T {
  return std::bit_cast<T>(static_cast<word<T>>(random()));
}
// A number of moderate size, often a half.
template <class T> auto moderate(std::mt19937_64& random) -> T {
  auto const v = static_cast<T>(static_cast<std::int64_t>(random() % 4000) - 2000);
  return v / T(random() % 2 == 0 ? 2 : 7);
}

// What is written for constant evaluation is called here at run time, next to <cmath>.
TEMPLATE_TEST_CASE("the own forms agree with <cmath> to the last bit", "[tir][math]", float,
                   double) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 100000; ++i) {
    TestType const x = i % 3 == 0 ? moderate<TestType>(random) : any_float<TestType>(random);
    REQUIRE(same(math_impl::floor(x), std::floor(x)));
    REQUIRE(same(TestType(-math_impl::floor(-x)), std::ceil(x)));
    REQUIRE(same(math_impl::round_even(x), std::nearbyint(x)));
    REQUIRE(same(abs(x), std::fabs(x)));
    TestType const root = static_cast<TestType>(math_impl::sqrt(static_cast<double>(x)));
    REQUIRE(same(root, std::sqrt(x)));
  }
}

TEMPLATE_TEST_CASE("the own fmod agrees with <cmath>", "[tir][math]", float, double) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 3000; ++i) {
    TestType const a = moderate<TestType>(random) * (i % 5 == 0 ? TestType(1e20) : TestType(1));
    TestType const b = moderate<TestType>(random);
    if (b == 0) continue;
    REQUIRE(same(math_impl::fmod(a, b), std::fmod(a, b)));
  }
}

TEST_CASE("the own fma of float rounds once", "[tir][math]") {
  std::mt19937_64 random(6);
  for (int i = 0; i < 200000; ++i) {
    auto const a = any_float<float>(random);
    auto const b = i % 2 == 0 ? any_float<float>(random) : moderate<float>(random);
    // Often nearly the product's negative, or a tiny part of it: where rounding is decided.
    float const product = a * b;
    float const c = i % 3 == 0 ? any_float<float>(random)
                               : product * (i % 3 == 1 ? -1.0000001F : 5.9604645e-8F);
    float const expected = std::fma(a, b, c);
    if (!(std::fabs(expected) <= std::numeric_limits<float>::max())) continue;
    REQUIRE(same(math_impl::fma(a, b, c), expected));
  }
}

TEST_CASE("they are constant expressions", "[tir][math]") {
  STATIC_REQUIRE(floor(-0.5F) == -1);
  STATIC_REQUIRE(sign_bit(ceil(-0.5F)));
  STATIC_REQUIRE(round_even(2.5) == 2);
  STATIC_REQUIRE(round_even(3.5F) == 4);
  STATIC_REQUIRE(sqrt(2.0) == 1.4142135623730951);
  STATIC_REQUIRE(sqrt(0x1p-1074) == 0x1p-537);
  STATIC_REQUIRE(fmod(-7.5F, 2.0F) == -1.5F);
  STATIC_REQUIRE(fma(0x1.001p0F, 0x1.001p0F, -0x1.002p0F) == 0x1p-24F);
}

TEMPLATE_TEST_CASE("minimum and maximum are associative and commutative", "[tir][math]", float,
                   double) {
  TestType const values[] = {TestType(NAN),      -0.0, 0.0, 1, -1, TestType(INFINITY),
                             TestType(-INFINITY)};
  for (auto const a : values) {
    for (auto const b : values) {
      CHECK(same(minimum(a, b), minimum(b, a)));
      CHECK(same(maximum(a, b), maximum(b, a)));
      CHECK(same(minimum(a, b), TestType(-maximum(TestType(-a), TestType(-b)))));
      for (auto const c : values) {
        CHECK(same(minimum(a, minimum(b, c)), minimum(minimum(a, b), c)));
      }
    }
  }
  CHECK(same(minimum(TestType(0.0), TestType(-0.0)), TestType(-0.0)));
  CHECK(minimum(TestType(1), TestType(NAN)) != minimum(TestType(1), TestType(NAN)));
  CHECK(minimum(TestType(1), TestType(2)) == 1);
}

}  // namespace
}  // namespace ashlar::tir::math

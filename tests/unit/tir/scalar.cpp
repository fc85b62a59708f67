// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/scalar.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <random>

namespace ashlar::tir {
namespace {

constexpr dtype all_types[] = {dtype::boolean, dtype::u8,  dtype::i8,  dtype::u16, dtype::i16,
                               dtype::u32,     dtype::i32, dtype::u64, dtype::i64, dtype::f16,
                               dtype::bf16,    dtype::f32, dtype::f64};

TEST_CASE("small integers survive every conversion", "[tir][scalar]") {
  for (dtype const from : all_types) {
    for (dtype const to : all_types) {
      for (int const v : {0, 1}) {
        CHECK(value_of<int>(convert(make_scalar(from, v), to)) == v);
        CHECK(convert(make_scalar(from, v), to).type == to);
      }
    }
  }
}

TEST_CASE("a number comes back as it went in", "[tir][scalar]") {
  STATIC_REQUIRE(get<float>(to_scalar(1.5F)) == 1.5F);
  STATIC_REQUIRE(get<std::int8_t>(to_scalar(std::int8_t{-3})) == -3);
  STATIC_REQUIRE(get<std::uint64_t>(to_scalar(~std::uint64_t{0})) == ~std::uint64_t{0});
  STATIC_REQUIRE(get<bool>(to_scalar(true)));
  STATIC_REQUIRE(to_scalar(std::int8_t{-1}).bits == ~std::uint64_t{0});
  STATIC_REQUIRE_FALSE(scalar{}.is_written());
}

// What is above or below the integer saturates; the rest truncates.
TEMPLATE_TEST_CASE("floats become integers", "[tir][scalar]", std::int8_t, std::uint8_t,
                   std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, std::int64_t,
                   std::uint64_t) {
  using limit = std::numeric_limits<TestType>;
  auto const expected = [](double v) {
    if (std::isnan(v)) return TestType{0};
    double const t = std::trunc(v);
    if (t <= static_cast<double>(limit::min())) return limit::min();
    return t >= std::ldexp(1.0, limit::digits) ? limit::max() : static_cast<TestType>(t);
  };
  std::mt19937 random(2);
  std::uniform_real_distribution<double> exponent(-3, 70);
  for (int i = 0; i < 4000; ++i) {
    double const v = std::exp2(exponent(random)) * (i % 2 == 0 ? 1 : -1);
    REQUIRE(value_of<TestType>(to_scalar(v)) == expected(v));
    auto const f = static_cast<float>(v);
    REQUIRE(value_of<TestType>(to_scalar(f)) == expected(static_cast<double>(f)));
  }
  double const edges[] = {0.0,
                          -0.5,
                          -1.0,
                          1e300,
                          -1e300,
                          INFINITY,
                          -INFINITY,
                          NAN,
                          std::ldexp(1.0, limit::digits),
                          -std::ldexp(1.0, limit::digits)};
  for (double const v : edges) CHECK(value_of<TestType>(to_scalar(v)) == expected(v));
}

TEST_CASE("integers wrap, and bool asks for zero", "[tir][scalar]") {
  STATIC_REQUIRE(value_of<std::uint8_t>(to_scalar(std::int32_t{-1})) == 255);
  STATIC_REQUIRE(value_of<std::int8_t>(to_scalar(std::int32_t{200})) == -56);
  STATIC_REQUIRE(value_of<std::int64_t>(to_scalar(std::uint32_t{0xffffffffU})) == 0xffffffff);
  STATIC_REQUIRE(value_of<bool>(to_scalar(0.5F)));
  STATIC_REQUIRE_FALSE(value_of<bool>(to_scalar(-0.0F)));
  STATIC_REQUIRE(value_of<bool>(to_scalar(256)));
}

TEST_CASE("a double rounds once on its way to 16 bits", "[tir][scalar]") {
  // Just above the middle of 1 and the next f16: through float it would be the middle itself.
  constexpr double middle = 1.0 + 0x1p-11;
  STATIC_REQUIRE(convert(to_scalar(middle + 0x1p-40), dtype::f16).bits == 0x3c01);
  STATIC_REQUIRE(convert(to_scalar(middle), dtype::f16).bits == 0x3c00);
  STATIC_REQUIRE(convert(to_scalar(middle - 0x1p-40), dtype::f16).bits == 0x3c00);
  STATIC_REQUIRE(convert(to_scalar(-middle - 0x1p-40), dtype::f16).bits == 0xbc01);
  STATIC_REQUIRE(convert(to_scalar(1.0 + 0x1p-8 + 0x1p-45), dtype::bf16).bits == 0x3f81);
  CHECK(convert(to_scalar(1e300), dtype::f16).bits == 0x7c00);
}

TEST_CASE("a double beyond the floats is infinite", "[tir][scalar]") {
  CHECK(std::isinf(value_of<float>(to_scalar(1e300))));
  CHECK(value_of<float>(to_scalar(0x1.fffffefp127)) == std::numeric_limits<float>::max());
  CHECK(std::isinf(value_of<float>(to_scalar(0x1.ffffffp127))));
  CHECK(std::isnan(value_of<float>(to_scalar(static_cast<double>(NAN)))));
}

TEST_CASE("any NaN is the same value as any other, zeros are not", "[tir][scalar]") {
  CHECK(same_value(to_scalar(NAN), to_scalar(-NAN)));
  CHECK_FALSE(same_value(to_scalar(NAN), to_scalar(static_cast<double>(NAN))));
  CHECK_FALSE(same_value(to_scalar(0.0F), to_scalar(-0.0F)));
  CHECK(same_value(to_scalar(2), to_scalar(2)));
  for (dtype const d : {dtype::f16, dtype::bf16, dtype::f32, dtype::f64}) {
    CHECK(is_nan(make_scalar(d, NAN)));
    CHECK_FALSE(is_nan(make_scalar(d, INFINITY)));
  }
}

}  // namespace
}  // namespace ashlar::tir

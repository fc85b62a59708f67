// SPDX-License-Identifier: Apache-2.0
#include <ashlar/core/half.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <limits>
#include <random>

namespace ashlar {
namespace {

struct format {
  int fraction_bits;
  int bias;
  std::uint16_t infinity;
  float (*widen)(std::uint16_t);
  std::uint16_t (*narrow)(float);
};
constexpr format f16{10, 15, 0x7c00, f16_to_f32, f32_to_f16};
constexpr format bf16{7, 127, 0x7f80, bf16_to_f32, f32_to_bf16};

// The value of positive finite bits, by the definition of the format.
auto defined(format const& f, std::uint16_t bits) -> double {
  int const exponent = bits >> f.fraction_bits;
  int const fraction = bits & ((1 << f.fraction_bits) - 1);
  if (exponent == 0) return std::ldexp(fraction, 1 - f.bias - f.fraction_bits);
  return std::ldexp(fraction + (1 << f.fraction_bits), exponent - f.bias - f.fraction_bits);
}

void check_all_bits(format const& f) {
  for (std::uint16_t h = 0; h < f.infinity; ++h) {
    float const v = f.widen(h);
    REQUIRE(static_cast<double>(v) == defined(f, h));
    REQUIRE(f.narrow(v) == h);
    auto const negative = static_cast<std::uint16_t>(h | 0x8000);
    REQUIRE(f.widen(negative) == -v);
    REQUIRE(f.narrow(-v) == negative);
  }
}

// No neighbour is nearer, and of two as near the even one is taken.
void check_nearest(format const& f, float v) {
  std::uint16_t const h = f.narrow(v);
  if (h >= f.infinity) return;
  double const off = std::fabs(static_cast<double>(v) - defined(f, h));
  auto const next = static_cast<std::uint16_t>(h + 1);
  double const up = defined(f, next) - static_cast<double>(v);
  REQUIRE(off <= up);
  if (off == up) REQUIRE(h % 2 == 0);
  if (h == 0) return;
  double const down = static_cast<double>(v) - defined(f, static_cast<std::uint16_t>(h - 1));
  REQUIRE(off <= down);
  if (off == down) REQUIRE(h % 2 == 0);
}

TEST_CASE("all bits have the value of the format, and come back", "[core][half]") {
  check_all_bits(f16);
  check_all_bits(bf16);
}

TEST_CASE("a float goes to the nearest, ties to even", "[core][half]") {
  for (format const& f : {f16, bf16}) {
    for (std::uint16_t h = 0; h + 1 < f.infinity; h = static_cast<std::uint16_t>(h + 7)) {
      auto const middle =
          static_cast<float>((defined(f, h) + defined(f, static_cast<std::uint16_t>(h + 1))) / 2);
      check_nearest(f, middle);
      check_nearest(f, std::nextafter(middle, 0.0F));
      check_nearest(f, std::nextafter(middle, std::numeric_limits<float>::infinity()));
    }
    std::mt19937 random(3);
    std::uniform_real_distribution<float> exponent(-30.0F, 16.5F);
    for (int i = 0; i < 20000; ++i) check_nearest(f, std::exp2(exponent(random)));
  }
}

TEST_CASE("what is too large is infinite, and a NaN stays one", "[core][half]") {
  STATIC_REQUIRE(f32_to_f16(65519.0F) == 0x7bff);
  STATIC_REQUIRE(f32_to_f16(65520.0F) == 0x7c00);
  STATIC_REQUIRE(f32_to_f16(-1e30F) == 0xfc00);
  STATIC_REQUIRE(f32_to_bf16(std::numeric_limits<float>::max()) == 0x7f80);
  for (format const& f : {f16, bf16}) {
    CHECK(f.narrow(std::numeric_limits<float>::infinity()) == f.infinity);
    CHECK(std::isinf(f.widen(f.infinity)));
    CHECK(std::isnan(f.widen(f.narrow(std::numeric_limits<float>::quiet_NaN()))));
    CHECK(std::isnan(f.widen(f.narrow(std::bit_cast<float>(0x7f800001U)))));
    CHECK(std::isnan(f.widen(static_cast<std::uint16_t>(f.infinity + 1))));
  }
}

// Hashes of what numpy and ml_dtypes make of the same inputs: half_reference.py prints them.
struct digest {
  std::uint64_t value = 0xcbf29ce484222325U;
  void word(std::uint32_t w) { value = (value ^ w) * 0x100000001b3U; }
};

auto widened(format const& f) -> std::uint64_t {
  digest d{};
  for (std::uint32_t h = 0; h < 0x10000; ++h) {
    float const v = f.widen(static_cast<std::uint16_t>(h));
    d.word(std::isnan(v) ? 0x7fc00000U : std::bit_cast<std::uint32_t>(v));
  }
  return d.value;
}

template <class T, class Narrow> auto narrowed(format const& f, Narrow const& narrow) {
  digest d{};
  double const beyond = std::ldexp(1.0, f.bias + 1);
  for (T const sign : {T(1), T(-1)}) {
    for (std::uint16_t h = 0; h < f.infinity; ++h) {
      double const low = defined(f, h);
      double const high =
          h + 1 < f.infinity ? defined(f, static_cast<std::uint16_t>(h + 1)) : beyond;
      auto const middle = static_cast<T>((low + high) / 2);
      d.word(narrow(sign * static_cast<T>(low)));
      d.word(narrow(sign * std::nextafter(middle, T(0))));
      d.word(narrow(sign * middle));
      d.word(narrow(sign * std::nextafter(middle, std::numeric_limits<T>::infinity())));
    }
  }
  return d.value;
}

TEST_CASE("all conversions are those of numpy", "[core][half]") {
  CHECK(widened(f16) == 0xa29fcd307f1d2325U);
  CHECK(widened(bf16) == 0xae864f38855e2325U);
  CHECK(narrowed<float>(f16, f32_to_f16) == 0x65ecd406ef94b325U);
  CHECK(narrowed<double>(f16, [](double v) { return f32_to_f16(f64_to_odd_f32(v)); }) ==
        0x65ecd406ef94b325U);
  CHECK(narrowed<float>(bf16, f32_to_bf16) == 0x9a8b9451b087b325U);
  CHECK(narrowed<double>(bf16, [](double v) { return f32_to_bf16(f64_to_odd_f32(v)); }) ==
        0x9a8b9451b087b325U);
}

TEST_CASE("a NaN keeps its sign and the upper bits of its payload", "[core][half]") {
  STATIC_REQUIRE(f32_to_f16(std::bit_cast<float>(0xffc0e001U)) == 0xfe07);
  STATIC_REQUIRE(f32_to_bf16(std::bit_cast<float>(0x7f810001U)) == 0x7fc1);
  STATIC_REQUIRE(std::bit_cast<std::uint32_t>(f16_to_f32(0x7c01)) == 0x7fc02000U);
}

}  // namespace
}  // namespace ashlar

// SPDX-License-Identifier: Apache-2.0
//
// Special values of the functions as C Annex F has them; pow; the same bits for every lane count,
// whatever the neighbours; the functions in double.
#include <catch2/catch_test_macros.hpp>
#include <random>

#include "math_support.hpp"

using namespace backend_tests;
using simd::native_backend;
using simd::scalar_backend;

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float nan_f = std::numeric_limits<float>::quiet_NaN();

auto same_bits(float a, float b) -> bool {
  return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b));
}

struct special {
  char const* name;
  float x;
  float y;
};

// C Annex F.10, and its limits where it has none (sigmoid, erf, rsqrt).
constexpr special specials[] = {
    {"exp", 0.0f, 1.0f},     {"exp", -0.0f, 1.0f},     {"exp", inf, inf},
    {"exp", -inf, 0.0f},     {"exp2", 0.0f, 1.0f},     {"exp2", inf, inf},
    {"exp2", -inf, 0.0f},    {"exp2", -0.0f, 1.0f},    {"expm1", 0.0f, 0.0f},
    {"expm1", -0.0f, -0.0f}, {"expm1", inf, inf},      {"expm1", -inf, -1.0f},
    {"log", 0.0f, -inf},     {"log", -0.0f, -inf},     {"log", 1.0f, 0.0f},
    {"log", inf, inf},       {"log", -1.0f, nan_f},    {"log", -inf, nan_f},
    {"log2", 1.0f, 0.0f},    {"log2", 0.0f, -inf},     {"log2", -1.0f, nan_f},
    {"log2", inf, inf},      {"log2", 8.0f, 3.0f},     {"log1p", 0.0f, 0.0f},
    {"log1p", -0.0f, -0.0f}, {"log1p", -1.0f, -inf},   {"log1p", inf, inf},
    {"log1p", -2.0f, nan_f}, {"rsqrt", 0.0f, inf},     {"rsqrt", -0.0f, -inf},
    {"rsqrt", inf, 0.0f},    {"rsqrt", -1.0f, nan_f},  {"tanh", 0.0f, 0.0f},
    {"tanh", -0.0f, -0.0f},  {"tanh", inf, 1.0f},      {"tanh", -inf, -1.0f},
    {"sigmoid", 0.0f, 0.5f}, {"sigmoid", -0.0f, 0.5f}, {"sigmoid", inf, 1.0f},
    {"sigmoid", -inf, 0.0f}, {"erf", 0.0f, 0.0f},      {"erf", -0.0f, -0.0f},
    {"erf", inf, 1.0f},      {"erf", -inf, -1.0f},     {"sin", 0.0f, 0.0f},
    {"sin", -0.0f, -0.0f},   {"sin", inf, nan_f},      {"sin", -inf, nan_f},
    {"cos", 0.0f, 1.0f},     {"cos", -0.0f, 1.0f},     {"cos", inf, nan_f},
    {"cos", -inf, nan_f},
};

}  // namespace

TEST_CASE("special values are those of C Annex F, alone and beside others", "[backend][math]") {
  for (auto const& f : functions()) {
    auto const check = [&](float x, float wanted) {
      for (float neighbour : {x, 0.5f, nan_f, -inf, 1e-40f}) {
        std::vector<float> in(64, neighbour), out(64);
        in[37] = x;
        for (auto* const run : {f.native, f.scalar, f.native_1, f.native_4}) {
          run(in.data(), out.data(), 64);
          INFO(f.name << "(" << x << ") beside " << neighbour << " is " << out[37]);
          CHECK(same_bits(out[37], wanted));
        }
      }
    };
    check(nan_f, nan_f);
    for (auto const& s : specials)
      if (std::strcmp(s.name, f.name) == 0) check(s.x, s.y);
  }
}

TEST_CASE("sine and cosine stay within one", "[backend][math]") {
  std::vector<float> x, y(1 << 16);
  for (int n = 0; x.size() < y.size(); ++n)
    for (int d = -32; d < 32; ++d)
      x.push_back(
          std::bit_cast<float>(std::bit_cast<std::int32_t>(float(n * 1.5707963267948966)) + d));
  for (auto const& f : functions()) {
    if (std::strcmp(f.name, "sin") != 0 && std::strcmp(f.name, "cos") != 0) continue;
    f.native(x.data(), y.data(), y.size());
    std::size_t outside = 0;
    for (float v : y)
      if (std::fabs(v) > 1) ++outside;
    CHECK(outside == 0u);
  }
}

TEST_CASE("results do not depend on the lane count or on the neighbours", "[backend][math]") {
  std::mt19937 random(11);
  std::vector<float> x(1 << 15), wide(x.size()), four(x.size()), one(x.size()), scalar(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = i % 3 == 0 ? from_pattern(random()) : std::ldexp(float(random()), int(i % 40) - 50);
  for (auto const& f : functions()) {
    f.native(x.data(), wide.data(), x.size());
    f.native_4(x.data(), four.data(), x.size());
    f.native_1(x.data(), one.data(), x.size());
    f.scalar(x.data(), scalar.data(), x.size());
    std::size_t different = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!same_bits(wide[i], one[i]) || !same_bits(four[i], one[i]) ||
          !same_bits(scalar[i], one[i]))
        ++different;
    INFO(f.name);
    CHECK(different == 0u);
  }
}

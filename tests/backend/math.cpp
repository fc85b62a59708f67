// SPDX-License-Identifier: Apache-2.0
//
// Accuracy of the float functions of one argument, on both backends: every 997th bit pattern, and
// all patterns near powers of two, the limits of the short ways and the limits of the results. All
// results of the first are hashed: a change of any shows here, and in docs/accuracy.md.
#include <catch2/catch_test_macros.hpp>

#include "math_half.hpp"
#include "math_hashes.hpp"
#include "math_support.hpp"

using namespace backend_tests;

namespace {

auto breakpoints() -> std::vector<float> {
  return {87.3f,       88.0f,       88.3763f,   88.7228f,        89.0f,      103.28f,    103.973f,
          104.0f,      126.0f,      127.5f,     129.0f,          149.5f,     151.0f,     17.3287f,
          16.6355f,    9.05f,       9.011f,     3.925f,          3.832f,     0.7071068f, 1.4142135f,
          0.3465736f,  1.0397208f,  3000.0f,    39000.0f,        1.5707964f, 3.1415927f, 6.2831855f,
          0.41421357f, 0.29289323f, 0.9999999f, 0x1.fffffep+127f};
}
auto powers() -> std::vector<float> {
  std::vector<float> r{};
  for (int e = -149; e < 128; ++e) r.push_back(std::ldexp(1.0f, e));
  r.push_back(std::numeric_limits<float>::infinity());
  r.push_back(0.0f);
  return r;
}

void require_accurate(function const& f, worst const& w) {
  INFO(f.name << ": " << w.error << " ulp at " << w.at << " (" << std::hexfloat << w.at << ")");
  CHECK(w.error <= f.bound);
  CHECK(w.same_bits);
}

}  // namespace

TEST_CASE("functions are accurate on every 997th float", "[backend][math]") {
  for (auto const& f : functions()) {
    worst w;
    sweep(f, 997, w);
    require_accurate(f, w);
    math_hash const* const known = hash_of(f.name);
    REQUIRE(known != nullptr);
    INFO(std::hex << "0x" << w.hash << ": after a change that is meant, tools/accuracy --update");
    CHECK(w.hash == (ashlar::target_has_fma ? known->with_fma : known->without));
  }
}

TEST_CASE("pow is what it was on pairs", "[backend][math][pow]") {
  worst const r = sweep_pow(1 << 18);
  math_hash const* const known = hash_of("pow");
  REQUIRE(known != nullptr);
  CHECK(r.same_bits);
  CHECK(r.error <= 4);
  CHECK(r.hash == (ashlar::target_has_fma ? known->with_fma : known->without));
}

TEST_CASE("functions are accurate near breakpoints", "[backend][math]") {
  for (auto const& f : functions()) {
    worst w;
    around(f, breakpoints(), 4096, w);
    around(f, powers(), 1024, w);
    require_accurate(f, w);
  }
}

TEST_CASE("the error measure sees what it should", "[backend][math]") {
  float const inf = std::numeric_limits<float>::infinity();
  float const nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(error_in_ulp(1.0f, 1.0) == 0);
  CHECK(error_in_ulp(0x1.000002p0f, 1.0) == 1);
  CHECK(error_in_ulp(0x1.fffffep-1f, 1.0) == 0.5);
  CHECK(error_in_ulp(0x1p-149f, 0x1p-148) == 1);
  CHECK(error_in_ulp(-0.0f, 0.0) == wrong);
  CHECK(error_in_ulp(nan, 1.0) == wrong);
  CHECK(error_in_ulp(1.0f, std::nan("")) == wrong);
  CHECK(error_in_ulp(nan, std::nan("")) == 0);
  CHECK(error_in_ulp(inf, 1e30) == wrong);
  CHECK(error_in_ulp(inf, 1e40) == 0);
  CHECK(error_in_ulp(-inf, 1e40) == wrong);
  CHECK(error_in_ulp(0x1.fffffep+127f, 1e40) == wrong);
}

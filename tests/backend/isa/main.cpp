// SPDX-License-Identifier: Apache-2.0
//
// Two translation units with different -march do not share a function, so the one for the older
// machine never runs instructions that it lacks.
#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "isa.hpp"

TEST_CASE("each instruction set has symbols of its own", "[backend][isa]") {
  auto const plain = isa_tests::baseline();
  CHECK(plain.overflow == std::numeric_limits<float>::infinity());
  CHECK_FALSE(plain.fused);
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) SKIP("needs AVX2");
  auto const wide = isa_tests::haswell();
  CHECK(wide.overflow == std::numeric_limits<float>::infinity());
  CHECK(wide.fused);
  CHECK(plain.type != wide.type);
  CHECK(plain.cold_path != wide.cold_path);
}

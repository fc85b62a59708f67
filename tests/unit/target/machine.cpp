// SPDX-License-Identifier: Apache-2.0
#include <ashlar/target/machine.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace ashlar;

namespace {

constexpr auto is_plausible(target::machine const& m) -> bool {
  bool const power = m.vector_bytes > 0 && (m.vector_bytes & (m.vector_bytes - 1)) == 0;
  return power && m.vector_registers >= 8 && m.fma_per_cycle > 0 && m.fma_latency > 0 &&
         m.loads_per_cycle > 0 && m.stores_per_cycle > 0 && m.l1_bytes >= 16 * 1024 &&
         m.l2_bytes > m.l1_bytes && m.l3_bytes > m.l2_bytes && m.l1_ways > 0 && m.cores >= 0 &&
         m.l1_bytes % (m.cache_line_bytes * m.l1_ways) == 0;
}

}  // namespace

TEST_CASE("every machine is plausible", "[target]") {
  STATIC_REQUIRE(is_plausible(target::generic));
  STATIC_REQUIRE(is_plausible(target::x86_sse2));
  STATIC_REQUIRE(is_plausible(target::x86_avx));
  STATIC_REQUIRE(is_plausible(target::x86_avx2));
  STATIC_REQUIRE(is_plausible(target::x86_avx512));
  STATIC_REQUIRE(is_plausible(target::arm_neon));
  STATIC_REQUIRE(is_plausible(target::native));
}

TEST_CASE("lanes and rates", "[target]") {
  STATIC_REQUIRE(target::x86_avx512.lanes(dtype::f32) == 16);
  STATIC_REQUIRE(target::x86_avx512.lanes(dtype::boolean) == 64);
  STATIC_REQUIRE(target::x86_avx2.lanes(dtype::f64) == 4);
  STATIC_REQUIRE(target::x86_sse2.lanes(dtype::none) == 1);
  // 16 lanes, two vectors a cycle, a multiplication and an addition each.
  STATIC_REQUIRE(target::x86_avx512.flops_per_cycle(dtype::f32) == 64);
  STATIC_REQUIRE(target::x86_avx2.independent_sums() == 8);
}

TEST_CASE("native is what the compile flags say", "[target]") {
  STATIC_REQUIRE(target::native.has_fma == target_has_fma);
#if defined(__AVX512F__) && defined(__AVX512BW__)
  STATIC_REQUIRE(target::native == target::x86_avx512);
  STATIC_REQUIRE(target::name_of(target_level) == "avx512");
#elif !defined(__AVX__) && defined(__x86_64__)
  STATIC_REQUIRE(target::native == target::x86_sse2);
#endif
  target::machine mine = target::native;
  mine.l2_bytes = 2 * 1024 * 1024;
  REQUIRE_FALSE(mine == target::native);
}

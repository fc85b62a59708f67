// SPDX-License-Identifier: Apache-2.0
//
// Compiled for AVX2 and above only: on a processor that has none of it, calls say so.
#include <ashlar/ashlar.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <vector>

namespace ash = ashlar;

namespace {
constexpr ash::axis<"i"> i;
constexpr auto doubled = [](auto y, auto x) { y(i) = x(i) + x(i); };
}  // namespace

TEST_CASE("without a compiled level, calls say so and write nothing", "[dispatch]") {
  std::vector<float> const from(100, 1.0F);
  std::vector<float> to(100, 7.0F);
  ash::view const x{std::span(from)};
  ash::view const y{std::span(to)};
  constexpr ash::kernel<doubled> call;
  ash::limit_target(ash::isa_level::x86_sse2);
  CHECK(ash::current_target().error().code == ash::status_code::unsupported_cpu);
  CHECK(call(y, x).code == ash::status_code::unsupported_cpu);
  CHECK(call.run({}, y, x).code == ash::status_code::unsupported_cpu);
  CHECK(call.workspace_bytes({}, y, x) == 0);
  CHECK(ash::run(y(i) = x(i) + 1.0F).code == ash::status_code::unsupported_cpu);
  CHECK(call.report(y, x).vector_bytes == 64);
  CHECK(std::ranges::all_of(to, [](float v) { return v == 7.0F; }));
  ash::limit_target(ash::isa_level::x86_avx512_bf16);
  if (!ash::current_target()) SKIP("this processor lacks AVX2");
  CHECK(call(y, x));
  CHECK(std::ranges::all_of(to, [](float v) { return v == 2.0F; }));
}

// SPDX-License-Identifier: Apache-2.0
//
// Kernels of a GPU on f16 and bf16: elements are patterns, values floats; run on this processor by
// tests/support/emulate_cuda.
#include "cuda_support.hpp"
#include "half_support.hpp"

namespace {

using namespace kernel_tests;
using ash::bfloat16;
using ash::float16;

constexpr auto converted = [](auto h, auto b, auto n, auto t, auto d, auto m) {
  h(i) = ash::cast<float16>(d(i));
  b(i) = ash::cast<bfloat16>(d(i)) + ash::cast<float16>(m(i));
  n(i) = ash::cast<std::int8_t>(ash::cast<float16>(d(i)));
  t(i) = ash::cast<bool>(ash::cast<bfloat16>(d(i)));
};
constexpr auto total = [](auto y, auto x) { y(i) = ash::sum(j, x(i, j)); };
constexpr auto by_warp = [](ash::schedule& s) {
  s.bind("i", ash::gpu::block_x);
  s.bind(s.split("j", 32).inner, ash::gpu::lane);
};

TEST_CASE("16-bit floats in the threads of a GPU", "[backend][cuda][half]") {
  constexpr int n = 77;
  auto const x = filled<float16, dyn>(any_value, n);
  auto const v = filled<bfloat16, dyn>(any_value, n);
  agree_on_gpu<mixed, on_grid<4, 8>{}>(like<float16, dyn>(n), like<bfloat16, dyn>(n),
                                       like<double, dyn>(n), x, v);
  agree_on_gpu<converted, on_grid<4, 4>{}>(
      like<float16, dyn>(n), like<bfloat16, dyn>(n), like<std::int8_t, dyn>(n), like<bool, dyn>(n),
      filled<double, dyn>(any_value, n), filled<std::int32_t, dyn>(any_value, n));
  agree_on_gpu<moved, on_grid<4, 8>{}>(like<float16, dyn>(n), like<float16, dyn>(n), x);
  agree_on_gpu<total, by_warp>(like<bfloat16, dyn>(5), like<float16, dyn, dyn>(5, 70));
}

}  // namespace

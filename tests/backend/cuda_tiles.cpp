// SPDX-License-Identifier: Apache-2.0
//
// Tiles of a GPU's kernel that are copied while others are used; run on this processor by
// tests/support/emulate_cuda, which does a copy where it is waited for.
#include "cuda_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };

// Tiles of 8 x 8, three of 4 columns of a in flight, in copies of 16 bytes.
constexpr auto ahead = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 8, 8);
  auto const kk = s.split("k", 4);
  s.reorder(t.i_outer, t.j_outer, t.i_inner, t.j_inner, kk.outer, kk.inner);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(t.i_inner, ash::gpu::thread_y);
  s.bind(t.j_inner, ash::gpu::thread_x);
  auto const a = s.cache_read("arg1", kk.outer);
  a.bind("i", ash::gpu::thread_y);
  a.vectorize("k", 4);
  auto const b = s.cache_read("arg2", kk.outer);
  b.bind("j", ash::gpu::thread_x);
  b.bind("k", ash::gpu::thread_y);
  s.pipeline(kk.outer, 3);
};

TEST_CASE("tiles that are on their way", "[backend][cuda]") {
  agree_on_gpu<product, ahead>(like<float, 16, 24>(), like<float, 16, 20>(), like<float, 20, 24>());
  agree_on_gpu<product, ahead>(like<float, dyn, dyn>(11, 9), like<float, dyn, dyn>(11, 17),
                               like<float, dyn, dyn>(17, 9));
  agree_on_gpu<product, ahead>(like<std::int16_t, 8, 8>(), like<std::int16_t, 8, 12>(),
                               like<std::int16_t, 12, 8>());
}

}  // namespace

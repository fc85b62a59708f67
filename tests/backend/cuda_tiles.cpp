// SPDX-License-Identifier: Apache-2.0
//
// Tiles of a GPU's kernel that are copied while others are used, and those that warps hold; run on
// this processor by tests/support/emulate_cuda, which does a copy where it is waited for, and an
// instruction of a warp by what its layouts say. The same schedules run on the processor, too.
#include "cuda_support.hpp"

#include <support/hold_by_elements.hpp>

#include <cuda/tensor_cores.hpp>
#include <support/hold_by_elements.hpp>

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

constexpr auto of_bytes = [](auto y, auto a, auto b) {
  y(i, j) = ash::sum(k, ash::cast<int>(a(i, k)) * ash::cast<int>(b(k, j)));
};
// Fragments straight from the operands, element by element.
template <class E>
constexpr auto by_elements = [](ash::schedule& s) {
  constexpr int depth = ash::gpu::mma<E>::depth;
  auto const m = s.split("i", 16, ash::tail::exact);
  auto const n = s.split("j", 8, ash::tail::exact);
  auto const kk = s.split("k", depth, ash::tail::exact);
  s.reorder(m.outer, n.outer, kk.outer, m.inner, n.inner, kk.inner);
  s.bind(m.outer, ash::gpu::block_x);
  s.bind(n.outer, ash::gpu::warp);
  s.cache_write(kk.outer);
  ash::tests::hold_by_elements(s.cache_read("arg1", kk.outer), "i", 16, "k", depth);
  ash::tests::hold_by_elements(s.cache_read("arg2", kk.outer), "k", depth, "j", 8);
  s.tensorize(m.inner, ash::intrin<ash::gpu::mma<E>>);
};
constexpr example::tensor_cores::tiles small{
    .block_i = 32, .block_j = 32, .warp_i = 16, .warp_j = 32, .depth = 32};

TEST_CASE("products of tiles that a warp holds", "[backend][cuda]") {
  using ash::bfloat16;
  using ash::float16;
  using example::tensor_cores::by_warps;
  agree_on_gpu<product, by_warps<bfloat16, small>>(like<float, 32, 64>(), like<bfloat16, 32, 96>(),
                                                   like<bfloat16, 96, 64>());
  agree_on_gpu<product, by_elements<float16>>(like<float16, 16, 16>(), like<float16, 16, 32>(),
                                              like<float16, 32, 16>());
  agree_on_gpu<product, by_elements<float>>(like<float, 16, 8>(), like<float, 16, 16>(),
                                            like<float, 16, 8>());
  agree_on_gpu<of_bytes, by_elements<std::int8_t>>(
      like<std::int32_t, 16, 8>(), like<std::int8_t, 16, 64>(), like<std::int8_t, 64, 8>());
}

TEST_CASE("schedules for tensor cores run on the processor", "[backend][cuda]") {
  using ash::bfloat16;
  using example::tensor_cores::by_warps;
  agree<product, by_warps<bfloat16, small>>(like<float, 32, 32>(), like<bfloat16, 32, 32>(),
                                            like<bfloat16, 32, 32>());
}

TEST_CASE("tiles that are on their way", "[backend][cuda]") {
  agree_on_gpu<product, ahead>(like<float, 16, 24>(), like<float, 16, 20>(), like<float, 20, 24>());
  agree_on_gpu<product, ahead>(like<float, dyn, dyn>(11, 9), like<float, dyn, dyn>(11, 17),
                               like<float, dyn, dyn>(17, 9));
  agree_on_gpu<product, ahead>(like<std::int16_t, 8, 8>(), like<std::int16_t, 8, 12>(),
                               like<std::int16_t, 12, 8>());
}

}  // namespace

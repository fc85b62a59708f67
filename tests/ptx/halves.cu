// SPDX-License-Identifier: Apache-2.0
//
// 16-bit floats: 8 of them are one load of 16 bytes, and what is computed of them is f32; and sums
// of a warp, by shuffles.
// cost: 12 s, 800 MB: loads of eight elements, and a reduction over the lanes of a warp
#include <ashlar/kernel/cuda.hpp>

namespace {

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;

constexpr auto total = [](auto y, auto x) { y(i) = ash::sum(j, x(i, j)); };
constexpr auto by_warp = [](ash::schedule& s) {
  s.bind("i", ash::gpu::block_x);
  auto const parts = s.split("j", 32);
  s.bind(parts.inner, ash::gpu::lane);
};

constexpr auto mixed = [](auto y, auto x, auto v) { y(i) = 2.0f * x(i) + v(i); };

constexpr auto by_eight = [](ash::schedule& s) {
  auto const block = s.split("i", 2048);
  auto const thread = s.split(block.inner, 8);
  s.bind(block.outer, ash::gpu::block_x);
  s.bind(thread.outer, ash::gpu::thread_x);
  s.vectorize(thread.inner);
};

template <class T, ash::index_t... E> using view = ash::aligned_view<T, E...>;

}  // namespace

// PTX: ld.global*.v4.* == 2, ld.global*16 == 0, cvt.f32.f16 == 8, cvt.rn.bf16.f32 == 8,
//      fma.rn.f32 == 8, st.global.v4.* == 1, st.global.u16 == 0
// ptxas: sm_80 25 registers, sm_90 26 registers; 0 bytes of shared memory
auto sum_of_halves(cudaStream_t s, view<ash::bfloat16, 65536> y, view<ash::float16 const, 65536> x,
                   view<ash::bfloat16 const, 65536> v) -> ash::status {
  return ash::kernel<mixed, by_eight>{}(ash::cuda{s}, y, x, v);
}

// PTX: shfl.sync.idx.b32 == 5, bar.sync == 0, st.global.f32 == 1
// ptxas: sm_80 12 registers, sm_90 12 registers; 0 bytes of shared memory
auto sums(cudaStream_t s, view<float, 1024> y, view<float const, 1024, 512> x) -> ash::status {
  return ash::kernel<total, by_warp>{}(ash::cuda{s}, y, x);
}

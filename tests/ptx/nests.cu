// SPDX-License-Identifier: Apache-2.0
//
// Nests in shared memory and registers: accumulators stay in registers, tiles are moved by 16
// bytes, and barriers are where threads read what others wrote.
#include <ashlar/kernel/cuda.hpp>

namespace {

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;

constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };
constexpr auto turned = [](auto y, auto x) { y(i, j) = x(j, i); };
constexpr auto total = [](auto y, auto x) { y(i) = ash::sum(j, x(i, j)); };

// Blocks of 64 by 64 elements, threads of 4 by 4.
constexpr auto tiled = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 64, 64);
  auto const kk = s.split("k", 16);
  auto const row = s.split(t.i_inner, 4);
  auto const column = s.split(t.j_inner, 4);
  s.reorder(t.i_outer, t.j_outer, row.outer, column.outer, kk.outer, kk.inner, row.inner,
            column.inner);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  s.bind(row.outer, ash::gpu::thread_y);
  s.bind(column.outer, ash::gpu::thread_x);
  s.unroll(row.inner);
  s.vectorize(column.inner);
  auto const left = s.cache_read("arg1", kk.outer);
  left.store_in(ash::scope::shared);
  auto const parts = left.split("k", 4);
  auto const rows = left.split("i", 16);
  left.reorder(rows.outer, rows.inner, parts.outer, parts.inner);
  left.bind(rows.inner, ash::gpu::thread_x);
  left.vectorize(parts.inner);
  left.bind(rows.outer, ash::gpu::thread_y);
  auto const right = s.cache_read("arg2", kk.outer);
  right.store_in(ash::scope::shared);
  auto const columns = right.split("j", 4);
  right.bind("k", ash::gpu::thread_y);
  right.bind(columns.outer, ash::gpu::thread_x);
  right.vectorize(columns.inner);
};
constexpr auto through_shared = [](ash::schedule& s) {
  auto const t = s.tile("i", "j", 32, 32);
  s.bind(t.i_outer, ash::gpu::block_y);
  s.bind(t.j_outer, ash::gpu::block_x);
  auto const row = s.split(t.i_inner, 8);
  s.reorder(t.i_outer, t.j_outer, row.inner, t.j_inner, row.outer);
  s.bind(row.inner, ash::gpu::thread_y);
  s.bind(t.j_inner, ash::gpu::thread_x);
  s.unroll(row.outer);
  auto const c = s.cache_read("arg1", t.j_outer);
  c.store_in(ash::scope::shared);
  c.align_storage("j", 32, 1);
  auto const from = c.split("j", 8);
  c.bind(from.inner, ash::gpu::thread_y);
  c.bind("i", ash::gpu::thread_x);
};
constexpr auto by_warp = [](ash::schedule& s) {
  s.bind("i", ash::gpu::block_x);
  auto const parts = s.split("j", 32);
  s.bind(parts.inner, ash::gpu::lane);
};

template <class T, ash::index_t... E> using view = ash::aligned_view<T, E...>;

}  // namespace

// PTX: fma.rn.f32 == 16, bar.sync == 2, ld.global*.v4.* == 2, st.shared.v4.* == 2,
//      ld.shared.v4.f32 == 1, ld.shared.f32 == 4, st.global.v4.f32 == 4
// ptxas: sm_80 39 registers, sm_90 36 registers; 8192 bytes of shared memory
auto matrix_product(cudaStream_t s, view<float, 512, 512> y, view<float const, 512, 512> a,
                    view<float const, 512, 512> b) -> ash::status {
  return ash::kernel<product, tiled>{}(ash::cuda{s}, y, a, b);
}

// PTX: bar.sync == 1, ld.global*32 == 1, st.shared.*32 == 1, ld.shared.f32 == 4, st.global.f32 == 4
// ptxas: sm_80 20 registers, sm_90 20 registers; 4224 bytes of shared memory
auto transpose(cudaStream_t s, view<float, 1024, 1024> y, view<float const, 1024, 1024> x)
    -> ash::status {
  return ash::kernel<turned, through_shared>{}(ash::cuda{s}, y, x);
}

// PTX: shfl.sync.idx.b32 == 5, bar.sync == 0, st.global.f32 == 1
// ptxas: sm_80 12 registers, sm_90 12 registers; 0 bytes of shared memory
auto sums(cudaStream_t s, view<float, 1024> y, view<float const, 1024, 512> x) -> ash::status {
  return ash::kernel<total, by_warp>{}(ash::cuda{s}, y, x);
}

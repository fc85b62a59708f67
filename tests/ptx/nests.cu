// SPDX-License-Identifier: Apache-2.0
//
// Nests in shared memory and registers: accumulators stay in registers, tiles are moved by 16
// bytes, and barriers are where threads read what others wrote.
#include <ashlar/kernel/cuda.hpp>
#include <cuda/product.hpp>
#include <cuda/transpose.hpp>

namespace {

namespace ash = ashlar;

template <class T, ash::index_t... E> using view = ash::aligned_view<T, E...>;

}  // namespace

// PTX: fma.rn.f32 == 16, bar.sync == 2, ld.global*.v4.* == 2, st.shared.v4.* == 2,
//      ld.shared.v4.f32 == 1, ld.shared.f32 == 4, st.global.v4.f32 == 4
// ptxas: sm_80 39 registers, sm_90 36 registers; 8192 bytes of shared memory
auto matrix_product(cudaStream_t s, view<float, 512, 512> y, view<float const, 512, 512> a,
                    view<float const, 512, 512> b) -> ash::status {
  return ash::kernel<example::product::definition, example::product::in_shared_memory>{}(
      ash::cuda{s}, y, a, b);
}

// Two tiles are on their way, by copies that nobody waits for: one barrier for a tile.
// PTX: cp.async.cg.shared.global == 4, cp.async.commit_group == 2, cp.async.wait_group == 1,
//      bar.sync == 1, ld.global* == 0, ld.shared.v4.f32 == 1, fma.rn.f32 == 16
// ptxas: sm_80 38 registers, sm_90 38 registers; 24576 bytes of shared memory
auto product_by_tiles_ahead(cudaStream_t s, view<float, 512, 512> y, view<float const, 512, 512> a,
                            view<float const, 512, 512> b) -> ash::status {
  return ash::kernel<example::product::definition, example::product::pipelined>{}(ash::cuda{s}, y,
                                                                                  a, b);
}

// PTX: bar.sync == 1, ld.global*32 == 1, st.shared.*32 == 1, ld.shared.f32 == 4, st.global.f32 == 4
// ptxas: sm_80 20 registers, sm_90 20 registers; 4224 bytes of shared memory
auto transpose(cudaStream_t s, view<float, 1024, 1024> y, view<float const, 1024, 1024> x)
    -> ash::status {
  return ash::kernel<example::transpose::definition, example::transpose::tiled>{}(ash::cuda{s}, y,
                                                                                  x);
}

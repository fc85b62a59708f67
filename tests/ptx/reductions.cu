// SPDX-License-Identifier: Apache-2.0
//
// Default schedules: a total in two launches, rows of a block, a transpose.
#include <ashlar/kernel/cuda.hpp>

namespace {

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;

constexpr auto total = [](auto y, auto x) { y() = ash::sum(j, x(j)); };
constexpr auto turned = [](auto y, auto x) { y(i, j) = x(j, i); };

template <class T, ash::index_t... E> using view = ash::aligned_view<T, E...>;

}  // namespace

// The first launch has loads in flight, the second combines what warps have left.
// PTX: shfl.sync.idx.b32 == 5, bar.sync == 0, ld.global.nc.*32 == 8, st.global.f32 == 1
// ptxas: sm_80 29 registers, sm_90 29 registers; 0 bytes of shared memory
// PTX: shfl.sync.idx.b32 == 5, bar.sync == 0, ld.global.f32 == 8, st.global.f32 == 1
// ptxas: sm_80 24 registers, sm_90 24 registers; 0 bytes of shared memory
auto sum_of_all(ash::cuda where, view<float> y, view<float const, ash::dyn> x) -> ash::status {
  return ash::kernel<total>{}(where, y, x);
}

// PTX: bar.sync == 1, st.global.f32 == 4
// ptxas: sm_80 19 registers, sm_90 21 registers; 8320 bytes of shared memory
auto transpose(ash::cuda where, view<float, 1000, 512> y, view<float const, 512, 1000> x)
    -> ash::status {
  return ash::kernel<turned>{}(where, y, x);
}

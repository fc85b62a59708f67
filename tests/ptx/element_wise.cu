// SPDX-License-Identifier: Apache-2.0
//
// Chains of element-wise operations: 16 bytes for each access where the types say that they fit,
// and no instruction for elements beyond an end that is not there.
#include <ashlar/kernel/cuda.hpp>

namespace {

namespace ash = ashlar;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;

constexpr auto chain = [](auto y, auto x, auto b) {
  y(i, j) = ash::max(x(i, j) * 2 + b(j), 0) - x(i, j);
};
constexpr auto axpy = [](auto y, auto x) { y(i) = 3 * x(i) + 1; };
constexpr auto activation = [](auto y, auto x) {
  y(i) = ash::tanh(x(i)) * ash::sigmoid(x(i)) + ash::exp(-ash::abs(x(i)));
};

template <int Threads, int Lanes> struct in_rows {
  constexpr void operator()(ash::schedule& s) const {
    auto const b = s.split("j", Threads * Lanes);
    auto const t = s.split(b.inner, Lanes);
    s.bind("i", ash::gpu::block_y);
    s.bind(b.outer, ash::gpu::block_x);
    s.bind(t.outer, ash::gpu::thread_x);
    s.vectorize(t.inner);
  }
};
template <int Threads, int Lanes> struct in_blocks {
  constexpr void operator()(ash::schedule& s) const {
    auto const b = s.split("i", Threads * Lanes);
    auto const t = s.split(b.inner, Lanes);
    s.bind(b.outer, ash::gpu::block_x);
    s.bind(t.outer, ash::gpu::thread_x);
    s.vectorize(t.inner);
  }
};

template <class T, ash::index_t... E> using view = ash::aligned_view<T, E...>;

}  // namespace

// PTX: ld.global*.v4.f32 == 2, st.global.v4.f32 == 1, ld.global*.f32 == 2, st.global.f32 == 0,
//      bra* == 0
// ptxas: sm_80 16 registers, sm_90 17 registers; 0 bytes of shared memory
auto whole_blocks(cudaStream_t s, view<float, 64, 4096> y, view<float const, 64, 4096> x,
                  view<float const, 4096> b) -> ash::status {
  return ash::kernel<chain, in_rows<256, 4>{}>{}(ash::cuda{s}, y, x, b);
}

// PTX: ld.global*.v4.f32 == 1, st.global.v4.f32 == 1, ld.global*.f32 == 5, st.global.f32 == 4
// ptxas: sm_80 15 registers, sm_90 15 registers; 0 bytes of shared memory
auto any_length(cudaStream_t s, view<float, ash::dyn> y, view<float const, ash::dyn> x)
    -> ash::status {
  return ash::kernel<axpy, in_blocks<256, 4>{}>{}(ash::cuda{s}, y, x);
}

// PTX: ld.global*.v2.f64 == 1, st.global.v2.f64 == 1, fma.rn.f64 == 2
// ptxas: sm_80 16 registers, sm_90 18 registers; 0 bytes of shared memory
auto of_doubles(cudaStream_t s, view<double, 65536> y, view<double const, 65536> x) -> ash::status {
  return ash::kernel<axpy, in_blocks<128, 2>{}>{}(ash::cuda{s}, y, x);
}

// PTX: ld.global*.v4.f32 == 1, st.global.v4.f32 == 1
// ptxas: sm_80 27 registers, sm_90 26 registers; 0 bytes of shared memory
auto functions(cudaStream_t s, view<float, 65536> y, view<float const, 65536> x) -> ash::status {
  return ash::kernel<activation, in_blocks<128, 4>{}>{}(ash::cuda{s}, y, x);
}

// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/cuda_support: the walk that nvcc compiles, on this processor: a kernel is run by
// threads that are the GPU's, and compared with the interpreter's result for the captured program.
//
//   agree_on_gpu<algorithm, schedule>(like<float, dyn, 4>(7), ...)
#pragma once

#include "kernel_support.hpp"
#include "support/emulate_cuda.hpp"

#include <ashlar/kernel/cuda.hpp>

namespace kernel_tests {

/// A kernel for the GPU as checked_call takes kernels.
template <auto Algorithm, auto Schedule> struct emulated_kernel {
  template <class... Views> struct compilation {
    using captured = ash::kernel_impl::captured<Algorithm, ash::fp::relaxed, Views::type...>;
  };

  template <class... Views> auto run(ash::launch const&, Views const&... views) const {
    using captured = typename compilation<Views...>::captured;
    using lowered = typename ash::kernel_impl::steps_on_gpu<captured, Schedule>::lowered;
    ash::diag::require_valid<ash::kernel_impl::fault_of<lowered>>();
    using tag = typename ash::kernel_impl::coded<lowered, ash::emit::cuda::backend>::tag;
    ash::kernel_impl::gpu_entry<tag> g{};
    auto const places = std::make_integer_sequence<int, int{sizeof...(Views)}>{};
    if (auto const wrong = g.prepare(places, views...); !wrong) return wrong;
    auto call = ash::kernel_impl::device_call_of<tag>(g.e.call);
    for (int at = 0; at < g.e.operands; ++at) {
      bool const is_number = ash::emit::cuda::may_be_number(tag::value.buffers[at]);
      if (is_number) ash::kernel_impl::pass_number<tag>(call, at);
    }
    [&]<int... N>(std::integer_sequence<int, N...>) {
      (ash::emit::cuda::emulate<tag, N>(call, g.template blocks<N>()), ...);
    }(std::make_integer_sequence<int, ash::emit::cuda::launches_in(tag::value)>{});
    return ash::status{};
  }
};

/// The kernel computes what the definition says, to `ulp` units of the last place.
template <auto Algorithm, auto Schedule, int Ulp = 0, class... Views>
void agree_on_gpu(operand<Views> const&... operands) {
  using kernel = emulated_kernel<Algorithm, Schedule>;
  agree_on<kernel>(ash::tir::no_calls{}, Ulp, ash::launch{}, operands...);
}

/// Blocks of `Threads` threads along axis i, each with `Lanes` elements that follow each other.
template <int Threads, int Lanes> struct on_grid {
  constexpr void operator()(ash::schedule& s) const {
    ash::name_text names[ash::limits::stages]{};
    int count = 0;
    for (auto const& stage : s.program().stages) names[count++] = stage.name;
    for (int at = 0; at < count; ++at) {
      auto const st = s[names[at].view()];
      auto const b = st.split("i", Threads * Lanes);
      auto const t = st.split(b.inner, Lanes);
      st.bind(b.outer, ash::gpu::block_x);
      st.bind(t.outer, ash::gpu::thread_x);
      st.vectorize(t.inner);
    }
  }
  friend constexpr auto operator==(on_grid, on_grid) -> bool = default;
};

}  // namespace kernel_tests

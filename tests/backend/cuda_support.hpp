// SPDX-License-Identifier: Apache-2.0
//
// tests/backend/cuda_support: the walk that nvcc compiles, on this processor: a kernel is run by
// threads that are the GPU's, and compared with the interpreter's result for the captured program.
//
//   agree_on_gpu<algorithm, schedule>(like<float, dyn, 4>(7), ...)
#pragma once

#include "kernel_support.hpp"
#include "support/emulate_call.hpp"

#include <ashlar/kernel/cuda.hpp>

namespace kernel_tests {

using ash::emit::cuda::device_bytes;

/// A kernel for the GPU as checked_call takes kernels.
template <auto Algorithm, auto Schedule> struct emulated_kernel {
  template <class... Views> struct compilation {
    using captured = ash::kernel_impl::captured<Algorithm, ash::fp::relaxed, Views::type...>;
  };

  template <class... Views> auto run(ash::launch const&, Views const&... views) const {
    using captured = typename compilation<Views...>::captured;
    using lowered = typename ash::kernel_impl::steps_on_gpu<captured, Schedule>::lowered;
    ash::diag::require_valid<ash::kernel_impl::fault_of<lowered>>();
    return ash::emit::cuda::emulate_call<lowered>(views...);
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

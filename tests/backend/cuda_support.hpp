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

/// As many bytes at a multiple of 64 as are asked for, and no more.
struct device_bytes {
  std::vector<std::byte> all;
  std::size_t size;

  explicit device_bytes(std::size_t n) : all(n + 64), size(n) {}
  auto given() -> std::span<std::byte> {
    auto const at = reinterpret_cast<std::uintptr_t>(all.data());
    return std::span(all).subspan((64 - at % 64) % 64, size);
  }
};

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
    // Bytes that no float has, so that what was not written is not read by chance.
    device_bytes workspace(static_cast<std::size_t>(g.memory.bytes));
    std::memset(workspace.all.data(), 0xA5, workspace.all.size());
    if (auto const wrong = g.check_workspace(workspace.given()); !wrong) return wrong;
    auto call = g.call_in(workspace.given().data());
    for (int at = 0; at < g.e.operands; ++at) {
      bool const is_number = ash::emit::cuda::may_be_number(tag::value.buffers[at]);
      if (is_number) ash::kernel_impl::pass_number<tag>(call, at);
    }
    [&]<int... N>(std::integer_sequence<int, N...>) {
      (ash::emit::cuda::emulate<tag, N>(call, g.template blocks<N>()), ...);
    }(std::make_integer_sequence<int, ash::emit::cuda::launch_list_of<tag>::value.count>{});
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

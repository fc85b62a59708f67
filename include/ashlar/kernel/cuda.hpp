// SPDX-License-Identifier: Apache-2.0
//
// kernel/cuda: a kernel, or an expression, on a GPU.
//
//   constexpr ash::kernel<saxpy, on_gpu> mine;        // on_gpu binds loops: see docs/gpu.md
//   mine(ash::cuda{stream}, y, x);                    // views of the device's memory
//   ash::run<on_gpu>(ash::cuda{stream}, y(i) = 2.0f * x(i) + y(i));
//
//   takes       a stream, and operands as a kernel takes them; where one launch leaves values to
//               the next, a workspace of the device: workspace_bytes(ash::cuda{}, operands...)
//   returns     a status; what is wrong is found before anything is launched
//   invariants  asynchronous; nothing is allocated, nothing waits. Indices on the GPU have 32 bits,
//               so an operand that spans 2^31 elements or more, or has such an extent, is refused
//   errors      those of a kernel; E084 to E087 and E091 to E098 at compile time;
//               workspace_too_small, workspace_misaligned; unsupported_device for memory of the
//               host, device_mismatch, device_too_small,
//               grid_too_large, span_too_large, device_failed with the error of the CUDA runtime
#pragma once

#include <ashlar/emit/cuda/launch.hpp>
#include <ashlar/kernel/cuda_entry.hpp>
#include <ashlar/kernel/run.hpp>
#include <ashlar/runtime/cuda_tensor.hpp>

namespace ashlar {

namespace kernel_impl {

#if ASHLAR_NVCC

/// Checks launch N, or starts it.
template <class Tag, int N> auto check_launch(gpu_entry<Tag> const& g, int device) -> status {
  constexpr tir::grid_shape shape = emit::cuda::launch_facts<Tag, N>::value;
  return runtime::check_device_limits(
      runtime::block_need{.grid = g.template blocks<N>(),
                          .threads = emit::cuda::launch_facts<Tag, N>::threads,
                          .shared_bytes = shape.shared_bytes},
      device);
}
template <class Tag, int N>
auto start_launch(gpu_entry<Tag> const& g, emit::cuda::call_of<Tag> const& call, cuda where)
    -> status {
  using type = emit::cuda::call_of<Tag>;
  constexpr std::size_t buffers = type::buffers;
  constexpr std::size_t symbols = type::symbols;
  constexpr std::size_t strides = type::strides;
  emit::cuda::grid_extent const grid = g.template blocks<N>();
  if (grid.blocks[0] * grid.blocks[1] * grid.blocks[2] == 0) return status{};
  return emit::cuda::launch<Tag, N, buffers, symbols, strides>(call, grid, where.stream);
}

template <std::uint64_t A, std::uint64_t B, int... I, class... Views>
auto start_on_gpu(cuda where, std::integer_sequence<int, I...> all, Views const&... views)
    -> status {
  using tag = gpu_tag<A, B>;
  gpu_entry<tag> g{};
  status wrong = g.prepare(all, views...);
  int device = 0;
  if (wrong.ok()) wrong = g.check_workspace(where.workspace);
  if (wrong.ok()) wrong = runtime::current_device(device);
  if (wrong.ok() && g.memory.bytes > 0) {
    wrong = runtime::check_device_workspace(where.workspace.data(), device);
  }
  auto call = g.call_in(where.workspace.data());
  for (int at = 0; at < g.e.operands && wrong.ok(); ++at) {
    if (call.data[at] == nullptr) continue;  // an operand without elements
    wrong = runtime::check_device_memory(call.data[at], device, at);
    bool const is_of_host = wrong.code == status_code::unsupported_device;
    if (!is_of_host || !emit::cuda::may_be_number(tag::value.buffers[at])) continue;
    pass_number<tag>(call, at);
    wrong = status{};
  }
  [&]<int... N>(std::integer_sequence<int, N...>) {
    ((wrong = wrong.ok() ? check_launch<tag, N>(g, device) : wrong), ...);
    ((wrong = wrong.ok() ? start_launch<tag, N>(g, call, where) : wrong), ...);
  }(std::make_integer_sequence<int, emit::cuda::launch_list_of<tag>::value.count>{});
  return wrong;
}

template <class Lowered, class... Views>
auto start_on_gpu(cuda where, Views const&... views) -> status {
  using coded = kernel_impl::coded<Lowered, emit::cuda::backend>;
  static_assert(sizeof(typename coded::tag) > 0, "instantiates the definition");
  constexpr hash128 hash = coded::hash;
  return start_on_gpu<hash.a, hash.b>(
      where, std::make_integer_sequence<int, int{sizeof...(Views)}>{}, views...);
}

#else

template <class Lowered, class... Views> auto start_on_gpu(cuda, Views const&...) -> status;

#endif

/// What is wrong with a call on the GPU: the program, or the compiler of the file.
template <class Lowered> struct gpu_fault {
  static constexpr diag::diagnostic value = [] {
    diag::diagnostic const found = fault_of<Lowered>::value;
    if (ASHLAR_NVCC || !found.ok()) return found;
    return diag::diagnostic{
        .id = diag::code::needs_nvcc,
        .text = "the call is in a file for another compiler; move it to a .cu file"};
  }();
};

}  // namespace kernel_impl

template <auto Kernel, auto Schedule, fp Mode, class Backend>
template <class... Operands>
auto kernel<Kernel, Schedule, Mode, Backend>::operator()(cuda where, Operands&&... operands) const
    -> status {
  using captured =
      kernel_impl::captured<Kernel, Mode,
                            kernel_impl::view_of<std::remove_reference_t<Operands>>::type...>;
  using steps = kernel_impl::steps_on_gpu<captured, Schedule>;
  using fault = kernel_impl::gpu_fault<typename steps::lowered>;
  if constexpr (fault::value.ok()) {
    return kernel_impl::start_on_gpu<typename steps::lowered>(where,
                                                              kernel_impl::to_view(operands)...);
  } else {
    diag::require_valid<fault>();
    return status{};
  }
}

template <auto Kernel, auto Schedule, fp Mode, class Backend>
template <class... Operands>
auto kernel<Kernel, Schedule, Mode, Backend>::workspace_bytes(cuda, Operands&&... operands) const
    -> index_t {
  using captured =
      kernel_impl::captured<Kernel, Mode,
                            kernel_impl::view_of<std::remove_reference_t<Operands>>::type...>;
  using lowered = typename kernel_impl::steps_on_gpu<captured, Schedule>::lowered;
  diag::require_valid<kernel_impl::fault_of<lowered>>();
  return kernel_impl::workspace_on_gpu<lowered>(kernel_impl::to_view(operands)...);
}

/// The bytes of workspace that an assignment needs on the GPU.
template <auto Schedule = automatic, fp Mode = fp::relaxed, assignment Assignment>
auto workspace_bytes(cuda, Assignment const& e) -> index_t {
  using lowered = typename kernel_impl::steps_on_gpu<kernel_impl::recorded<Assignment, Mode>,
                                                     Schedule>::lowered;
  diag::require_valid<kernel_impl::fault_of<lowered>>();
  return expr::with_operands(e, [](auto const&... operand) {
    return kernel_impl::workspace_on_gpu<lowered>(kernel_impl::to_view(operand)...);
  });
}

/// Computes an assignment on the GPU.
template <auto Schedule = automatic, fp Mode = fp::relaxed, assignment Assignment>
auto run(cuda where, Assignment const& e) -> status {
  using steps = kernel_impl::steps_on_gpu<kernel_impl::recorded<Assignment, Mode>, Schedule>;
  using fault = kernel_impl::gpu_fault<typename steps::lowered>;
  if constexpr (fault::value.ok()) {
    return expr::with_operands(e, [&](auto const&... operand) {
      return kernel_impl::start_on_gpu<typename steps::lowered>(where,
                                                                kernel_impl::to_view(operand)...);
    });
  } else {
    diag::require_valid<fault>();
    return status{};
  }
}

}  // namespace ashlar

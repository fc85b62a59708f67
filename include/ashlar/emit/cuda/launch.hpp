// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/launch: the __global__ function of a program, and how it is started.
//
//   takes       the arguments of the kernel, its grid, a stream
//   returns     a status: ok once the kernel is in the stream; the results of what runs there show
//               when the stream is waited for, as for any kernel
//   invariants  nothing is allocated and nothing waits, so a launch can be captured in a graph. The
//               function is keyed on the tag of a slot, so its symbol holds two numbers; nvcc
//               writes template arguments as text for the host's compiler, so they are numbers and
//               plain types
//   source      work-around for host stubs: docs/design/0006-cuda.md
#pragma once

#include <ashlar/emit/cuda/walk.hpp>
#include <ashlar/runtime/cuda_status.hpp>

#if ASHLAR_NVCC

namespace ashlar::emit::cuda {

/// More than this is asked of the driver for each kernel.
inline constexpr int static_shared_bytes = 48 * 1024;

extern __shared__ uint4 dynamic_shared_memory[];

// One block at least: without the number, ptxas gives up registers for more of them, and spills.
template <class Tag, int N, std::size_t B, std::size_t S, std::size_t D>
__global__ void __launch_bounds__(launch_facts<Tag, N>::threads, 1)
    kernel(__grid_constant__ device_call<B, S, D> const call) {
  constexpr int bytes = launch_facts<Tag, N>::value.shared_bytes;
  gpu_thread t{};
  if constexpr (bytes > static_shared_bytes) {
    t.memory = reinterpret_cast<unsigned char*>(dynamic_shared_memory);
    run_thread<Tag, N>(call, t);
  } else if constexpr (bytes > 0) {
    __shared__ alignas(shared_alignment) unsigned char memory[bytes];
    t.memory = memory;
    run_thread<Tag, N>(call, t);
  } else {
    run_thread<Tag, N>(call, t);
  }
}

/// Puts launch N of Tag into the stream. The template arguments of Tag are numbers and plain types.
template <class Tag, int N, std::size_t B, std::size_t S, std::size_t D>
auto launch(device_call<B, S, D> const& call, grid_extent const& grid, cudaStream_t stream)
    -> status {
  constexpr tir::grid_shape shape = launch_facts<Tag, N>::value;
  constexpr int shared = shape.shared_bytes;
  constexpr int bytes = shared > static_shared_bytes ? shared : 0;
  auto const function = &kernel<Tag, N, B, S, D>;
  if constexpr (bytes > 0) {
    auto const wrong = runtime::status_of(
        cudaFuncSetAttribute(function, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    if (!wrong) return wrong;
  }
  dim3 const blocks(static_cast<unsigned>(grid.blocks[0]), static_cast<unsigned>(grid.blocks[1]),
                    static_cast<unsigned>(grid.blocks[2]));
  dim3 const threads(static_cast<unsigned>(shape.threads[0]),
                     static_cast<unsigned>(shape.threads[1]),
                     static_cast<unsigned>(shape.threads[2]));
  // Not <<<>>>, whose errors are mixed with those of calls before.
  device_call<B, S, D> argument = call;
  void* arguments[] = {&argument};
  return runtime::status_of(cudaLaunchKernel(reinterpret_cast<void const*>(function), blocks,
                                             threads, arguments, bytes, stream));
}

}  // namespace ashlar::emit::cuda

#endif

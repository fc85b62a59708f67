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

#include <ashlar/emit/cuda/status.hpp>
#include <ashlar/emit/cuda/walk.hpp>

#if ASHLAR_NVCC

namespace ashlar::emit::cuda {

/// What the host knows of a kernel, read by the device as well.
template <class Tag> struct launch_facts {
  static constexpr bound_grid grid = grid_facts<Tag>::value;
  static constexpr int along[3] = {threads_along(Tag::value, grid, 0),
                                   threads_along(Tag::value, grid, 1),
                                   threads_along(Tag::value, grid, 2)};
  static constexpr int threads = along[0] * along[1] * along[2];
  static constexpr int shared_bytes = static_cast<int>(shared_layout_of(Tag::value).bytes);
};

/// More than this is asked of the driver for each kernel.
inline constexpr int static_shared_bytes = 48 * 1024;

extern __shared__ uint4 dynamic_shared_memory[];

template <class Tag, std::size_t B, std::size_t S, std::size_t D>
__global__ void __launch_bounds__(launch_facts<Tag>::threads)
    kernel(__grid_constant__ device_call<B, S, D> const call) {
  constexpr int bytes = launch_facts<Tag>::shared_bytes;
  gpu_thread t{};
  if constexpr (bytes > static_shared_bytes) {
    t.memory = reinterpret_cast<unsigned char*>(dynamic_shared_memory);
    run_thread<Tag>(call, t);
  } else if constexpr (bytes > 0) {
    __shared__ alignas(shared_alignment) unsigned char memory[bytes];
    t.memory = memory;
    run_thread<Tag>(call, t);
  } else {
    run_thread<Tag>(call, t);
  }
}

/// Puts the kernel of Tag into the stream. The template arguments of Tag are numbers and plain types.
template <class Tag, std::size_t B, std::size_t S, std::size_t D>
auto launch(device_call<B, S, D> const& call, block_need const& need, cudaStream_t stream)
    -> status {
  using facts = launch_facts<Tag>;
  constexpr int bytes = facts::shared_bytes > static_shared_bytes ? facts::shared_bytes : 0;
  auto const function = &kernel<Tag, B, S, D>;
  if constexpr (bytes > 0) {
    auto const wrong = status_of(
        cudaFuncSetAttribute(function, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    if (!wrong) return wrong;
  }
  dim3 const blocks(static_cast<unsigned>(need.blocks[0]), static_cast<unsigned>(need.blocks[1]),
                    static_cast<unsigned>(need.blocks[2]));
  dim3 const threads(facts::along[0], facts::along[1], facts::along[2]);
  function<<<blocks, threads, bytes, stream>>>(call);
  return status_of(cudaGetLastError());
}

}  // namespace ashlar::emit::cuda

#endif

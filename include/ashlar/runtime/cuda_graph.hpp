// SPDX-License-Identifier: Apache-2.0
//
// runtime/cuda_graph: work in a stream, recorded once and started as a whole.
//
//   auto const once = ash::cuda_graph::capture(ash::cuda{stream}, [&](ash::cuda where) {
//     return net.run(where, logits, image);
//   });
//   once->launch(ash::cuda{stream});                 // as often as is wanted
//
//   takes       a stream that is not the default one, and what is to be put into it
//   returns     the recorded graph; the status of the work, if that is an error; device_failed
//   invariants  what is recorded has the addresses of its operands: their memory stays, and what is
//               in it may change between launches
#pragma once

#include <ashlar/runtime/cuda_status.hpp>

#include <utility>

#if ASHLAR_NVCC || __has_include(<cuda_runtime_api.h>)

namespace ashlar {

class cuda_graph {
 public:
  template <class Work> static auto capture(cuda where, Work const& work) -> result<cuda_graph> {
    auto const began =
        runtime::status_of(cudaStreamBeginCapture(where.stream, cudaStreamCaptureModeThreadLocal));
    if (!began) return began;
    status const done = work(where);
    cudaGraph_t recorded = nullptr;
    status wrong = runtime::status_of(cudaStreamEndCapture(where.stream, &recorded));
    if (!done) wrong = done;
    cuda_graph g{};
    if (wrong.ok()) wrong = runtime::status_of(cudaGraphInstantiate(&g.graph_, recorded, 0));
    if (recorded != nullptr) static_cast<void>(cudaGraphDestroy(recorded));
    if (!wrong) return wrong;
    return result<cuda_graph>(std::move(g));
  }

  cuda_graph() = default;
  cuda_graph(cuda_graph&& other) noexcept : graph_(std::exchange(other.graph_, nullptr)) {}
  auto operator=(cuda_graph&& other) noexcept -> cuda_graph& {
    if (this != &other) {
      release();
      graph_ = std::exchange(other.graph_, nullptr);
    }
    return *this;
  }
  cuda_graph(cuda_graph const&) = delete;
  auto operator=(cuda_graph const&) -> cuda_graph& = delete;
  ~cuda_graph() { release(); }

  /// Puts all of it into a stream, in one call of the driver.
  auto launch(cuda where) const -> status {
    return runtime::status_of(cudaGraphLaunch(graph_, where.stream));
  }

 private:
  void release() noexcept {
    if (graph_ != nullptr) static_cast<void>(cudaGraphExecDestroy(graph_));
  }

  cudaGraphExec_t graph_ = nullptr;
};

}  // namespace ashlar

#endif

// SPDX-License-Identifier: Apache-2.0
//
// target/gpu: a GPU as a value: what a grid of thread blocks may ask of it.
//
//   takes       nothing, or one of the machines below with fields of your own
//   returns     sizes in bytes, and numbers of threads
//   constants   sm_80 (A100), sm_90 (H100, H200)
//   source      CUDA C++ Programming Guide, Compute Capabilities
#pragma once

#include <cstdint>
#include <type_traits>

namespace ashlar::target {

struct gpu {
  std::int32_t architecture = 80;  // the compute capability, 10 times
  std::int32_t threads_per_block = 1024;
  std::int32_t threads[3] = {1024, 1024, 64};  // along x, y and z
  std::int32_t shared_bytes = 163 * 1024;      // of a block, at most
  std::int32_t vector_bytes = 16;              // the widest load of a thread

  friend constexpr auto operator==(gpu const&, gpu const&) -> bool = default;
};
static_assert(std::is_trivially_copyable_v<gpu>);

inline constexpr gpu sm_80{};
inline constexpr gpu sm_90{.architecture = 90, .shared_bytes = 227 * 1024};

}  // namespace ashlar::target

// SPDX-License-Identifier: Apache-2.0
//
// runtime/cuda_status: what the CUDA runtime says, as a status; and what the devices are asked
// before a kernel is launched.
//
//   errors      device_failed with the number and the name of the runtime's error;
//               unsupported_device: memory of the host; device_mismatch: of another device;
//               device_too_small: the kernel needs more of a block than the device has;
//               grid_too_large
//   invariants  asks the runtime for attributes only, which it keeps: nothing waits
#pragma once

#include <ashlar/config.hpp>
#include <ashlar/core/result.hpp>
#include <ashlar/runtime/gpu_stream.hpp>

#if ASHLAR_NVCC || __has_include(<cuda_runtime_api.h>)

#include <cuda_runtime_api.h>

namespace ashlar::runtime {

inline auto status_of(cudaError_t e) -> status {
  if (e == cudaSuccess) return status{};
  return status{.code = status_code::device_failed, .found = e, .subject = cudaGetErrorName(e)};
}

inline auto current_device(int& device) -> status { return status_of(cudaGetDevice(&device)); }

/// Whether the current device can read and write what `p` points to; operand `at` of the call.
inline auto check_device_memory(void const* p, int device, int at) -> status {
  cudaPointerAttributes a{};
  if (auto const wrong = status_of(cudaPointerGetAttributes(&a, p)); !wrong) return wrong;
  auto const operand = static_cast<std::int16_t>(at);
  if (a.type == cudaMemoryTypeDevice && a.device != device) {
    return status{.code = status_code::device_mismatch,
                  .operand = operand,
                  .found = a.device,
                  .expected = device};
  }
  if (a.devicePointer != nullptr && a.type != cudaMemoryTypeUnregistered) return status{};
  return status{.code = status_code::unsupported_device, .operand = operand};
}

/// The same of a workspace.
inline auto check_device_workspace(void const* p, int device) -> status {
  status s = check_device_memory(p, device, -1);
  if (!s.ok() && s.code != status_code::device_failed) s.subject = "workspace";
  return s;
}

/// What a kernel asks of the device that runs it.
struct block_need {
  grid_extent grid{};
  int threads = 1;
  int shared_bytes = 0;
};

inline auto check_limit(cudaDeviceAttr which, std::int64_t wanted, status_code code, int device)
    -> status {
  int most = 0;
  if (auto const wrong = status_of(cudaDeviceGetAttribute(&most, which, device)); !wrong) {
    return wrong;
  }
  if (wanted <= most) return status{};
  return status{.code = code, .found = wanted, .expected = most};
}

/// Whether the device takes such blocks, and so many.
inline auto check_device_limits(block_need const& n, int device) -> status {
  struct row {
    cudaDeviceAttr which;
    std::int64_t wanted;
    status_code code;
  };
  row const rows[] = {
      {cudaDevAttrMaxGridDimX, n.grid.blocks[0], status_code::grid_too_large},
      {cudaDevAttrMaxGridDimY, n.grid.blocks[1], status_code::grid_too_large},
      {cudaDevAttrMaxGridDimZ, n.grid.blocks[2], status_code::grid_too_large},
      {cudaDevAttrMaxThreadsPerBlock, n.threads, status_code::device_too_small},
      {cudaDevAttrMaxSharedMemoryPerBlockOptin, n.shared_bytes, status_code::device_too_small},
  };
  for (auto const& r : rows) {
    if (auto const wrong = check_limit(r.which, r.wanted, r.code, device); !wrong) return wrong;
  }
  return status{};
}

}  // namespace ashlar::runtime

#endif

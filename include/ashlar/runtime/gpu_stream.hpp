// SPDX-License-Identifier: Apache-2.0
//
// runtime/gpu_stream: where a kernel runs that is started on a GPU.
//
//   mine(ash::cuda{stream}, y, x);
//   ash::run<blocked>(ash::cuda{stream}, y(i) = 2.0f * x(i));
//   total(ash::cuda{stream, workspace}, sum, x);     // several launches, and what is between them
//
//   stream      a cudaStream_t; null is the default stream of the current device
//   workspace   memory of the device, at least kernel::workspace_bytes(ash::cuda{}, ...) bytes at a
//               multiple of 64; most kernels need none. It is in use until the stream has
//               done what the call put into it
//   invariants  the stream is declared here, so that a header which mentions it needs no toolkit
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

struct CUstream_st;

namespace ashlar {

struct cuda {
  CUstream_st* stream = nullptr;
  std::span<std::byte> workspace{};
};

namespace runtime {

/// Blocks of a grid along x, y and z.
struct grid_extent {
  std::int64_t blocks[3] = {1, 1, 1};
};

}  // namespace runtime

}  // namespace ashlar

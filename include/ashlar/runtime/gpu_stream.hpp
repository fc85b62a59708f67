// SPDX-License-Identifier: Apache-2.0
//
// runtime/gpu_stream: where a kernel runs that is started on a GPU.
//
//   mine(ash::cuda{stream}, y, x);
//   ash::run<blocked>(ash::cuda{stream}, y(i) = 2.0f * x(i));
//
//   invariants  a cudaStream_t and no more; null is the default stream of the current device. It is
//               declared here, so that a header which mentions it needs no toolkit
#pragma once

#include <cstdint>

struct CUstream_st;

namespace ashlar {

struct cuda {
  CUstream_st* stream = nullptr;
};

namespace runtime {

/// Blocks of a grid along x, y and z.
struct grid_extent {
  std::int64_t blocks[3] = {1, 1, 1};
};

}  // namespace runtime

}  // namespace ashlar

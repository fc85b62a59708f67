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

struct CUstream_st;

namespace ashlar {

struct cuda {
  CUstream_st* stream = nullptr;
};

}  // namespace ashlar

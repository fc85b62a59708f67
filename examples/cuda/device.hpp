// SPDX-License-Identifier: Apache-2.0
//
// What the examples for the GPU have in common: they end with 77, skipped, where there is none.
#pragma once

#include <ashlar/ashlar.hpp>
#include <cstdio>
#include <cstdlib>

namespace example {

/// Ends the program where no device can be used.
inline void require_device() {
  int count = 0;
  if (cudaGetDeviceCount(&count) == cudaSuccess && count > 0) return;
  std::puts("skipped: there is no CUDA device");
  std::exit(77);
}

/// Ends the program with what is wrong, if anything is.
inline void require(ashlar::status const& s) {
  if (s.ok()) return;
  std::puts(s.message().c_str());
  std::exit(1);
}

/// A tensor on the device with these extents.
template <class T, ashlar::index_t... E, class... N>
auto on_device(N... n) -> ashlar::device_tensor<T, E...> {
  auto t = ashlar::device_tensor<T, E...>::make(n...);
  require(t.error());
  return std::move(*t);
}

/// Milliseconds that a call takes in the stream: the mean of ten, behind one that loads the code.
template <class Call> auto milliseconds(ashlar::cuda stream, Call const& call) -> float {
  cudaEvent_t start{}, end{};
  cudaEventCreate(&start);
  cudaEventCreate(&end);
  require(call());
  cudaEventRecord(start, stream.stream);
  for (int times = 0; times < 10; ++times) require(call());
  cudaEventRecord(end, stream.stream);
  require(ashlar::wait_for(stream));
  float ms = 0;
  cudaEventElapsedTime(&ms, start, end);
  cudaEventDestroy(start);
  cudaEventDestroy(end);
  return ms / 10;
}

/// How many elements differ.
template <class Tensor> auto differing(Tensor const& x, Tensor const& y) -> int {
  int n = 0;
  for (ashlar::index_t at = 0; at < x.size(); ++at) n += x.data()[at] == y.data()[at] ? 0 : 1;
  return n;
}

}  // namespace example

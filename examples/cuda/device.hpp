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

}  // namespace example

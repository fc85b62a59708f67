// SPDX-License-Identifier: Apache-2.0
//
// tests/support/emulate_call: a call of a kernel for the GPU where there is none.
//   takes       a program that was lowered for a GPU, views of memory of this machine
//   returns     what the entry of kernel/cuda says; the launches have been run by emulate_cuda
//   invariants  what lies between launches begins as bytes that no float has, and ends where the
//               kernel says that it does
#pragma once

#include "emulate_cuda.hpp"

#include <ashlar/kernel/cuda_entry.hpp>

#include <span>

namespace ashlar::emit::cuda {

/// As many bytes at a multiple of 64 as are asked for, and no more.
struct device_bytes {
  std::vector<std::byte> all;
  std::size_t size;

  explicit device_bytes(std::size_t n) : all(n + 64, std::byte{0xA5}), size(n) {}
  auto given() -> std::span<std::byte> {
    auto const at = reinterpret_cast<std::uintptr_t>(all.data());
    return std::span(all).subspan((64 - at % 64) % 64, size);
  }
};

template <class Lowered, class... Views> auto emulate_call(Views const&... views) -> status {
  using tag = typename kernel_impl::coded<Lowered, backend>::tag;
  kernel_impl::gpu_entry<tag> g{};
  auto const places = std::make_integer_sequence<int, int{sizeof...(Views)}>{};
  if (auto const wrong = g.prepare(places, views...); !wrong) return wrong;
  device_bytes workspace(static_cast<std::size_t>(g.memory.bytes));
  if (auto const wrong = g.check_workspace(workspace.given()); !wrong) return wrong;
  auto call = g.call_in(workspace.given().data());
  for (int at = 0; at < g.e.operands; ++at) {
    if (may_be_number(tag::value.buffers[at])) kernel_impl::pass_number<tag>(call, at);
  }
  [&]<int... N>(std::integer_sequence<int, N...>) {
    (emulate<tag, N>(call, g.template blocks<N>()), ...);
  }(std::make_integer_sequence<int, launch_list_of<tag>::value.count>{});
  return status{};
}

}  // namespace ashlar::emit::cuda

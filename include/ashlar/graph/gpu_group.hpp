// SPDX-License-Identifier: Apache-2.0
//
// graph/gpu_group: the groups of a graph as kernels for a GPU.
//
//   on_gpu<Start>   a backend of graph/run_group; Start puts a lowered program and its views into a
//                   stream, or does what a test does instead
//   gpu_part        some groups of a model, so that several files compile them: nvcc takes seconds
//                   and hundreds of megabytes for each
//   takes           how a kernel is called there: a stream, and a workspace for what lies between
//                   the launches of one group
//   invariants      a group has its default schedule for grids; a convolution reads its input
//                   directly, without a copy that has pads
#pragma once

#include <ashlar/graph/gpu_model.hpp>
#include <ashlar/graph/run_group.hpp>
#include <ashlar/kernel/cuda.hpp>

namespace ashlar::graph {

template <class Start> struct on_gpu {};

namespace run_group_impl {

template <class Definition, int Group, class Start>
struct lowering_on<Definition, Group, on_gpu<Start>> {
  static constexpr op_kind lead =
      Definition::graph.nodes.items[group_nodes(Definition::graph, Group).first].op;
  using type = std::conditional_t<lead == op_kind::conv, direct_conv_group<Definition, Group>,
                                  lowering<Definition, Group>>;
};

template <class Functor, auto Schedule, class Start, class... View>
struct call<Functor, Schedule, on_gpu<Start>, View...> {
  using captured = kernel_impl::captured<Functor{}, fp::relaxed, View::type...>;
  using lowered = typename kernel_impl::steps_on_gpu<captured, automatic>::lowered;

  /// What lies between its launches, in bytes.
  static constexpr auto need() -> emit::workspace_need {
    if constexpr (lowered::value.fault.ok()) {
      using tag = typename kernel_impl::coded<lowered, emit::cuda::backend>::tag;
      return {.shared = kernel_impl::gpu_memory_for<tag>(nullptr).bytes};
    } else {
      return {};  // the call itself says what is wrong
    }
  }
  template <class How> static auto run(How const& how, View... views) -> status {
    diag::require_valid<kernel_impl::fault_of<lowered>>();
    if constexpr (kernel_impl::fault_of<lowered>::value.ok()) {
      return Start::template start<lowered>(how, views...);
    } else {
      return status{};
    }
  }
};

/// Calls f with each group of a part.
template <int Groups, int Part, int Parts, class F>
constexpr void for_each_group([[maybe_unused]] F const& f) {
  [&]<int... N>(std::integer_sequence<int, N...>) {
    (f(std::integral_constant<int, Part + N * Parts>{}), ...);
  }(std::make_integer_sequence<int, (Groups - Part + Parts - 1) / Parts>{});
}

}  // namespace run_group_impl

/// Puts kernels into a stream.
struct start_in_stream {
  template <class Lowered, class... View> static auto start(cuda where, View... views) -> status {
    return kernel_impl::start_on_gpu<Lowered>(where, views...);
  }
};

template <class Definition, int Part, int Parts>
auto gpu_part<Definition, Part, Parts>::start(int group, cuda where, memory<Definition> const& at)
    -> status {
  status s{};
  run_group_impl::for_each_group<group_count(Definition::graph), Part, Parts>(
      [&]<int Group>(std::integral_constant<int, Group>) {
        if (Group == group) s = run_group<Definition, Group, on_gpu<start_in_stream>>(where, at);
      });
  return s;
}

template <class Definition, int Part, int Parts>
auto gpu_part<Definition, Part, Parts>::scratch_bytes() -> std::size_t {
  index_t most = 0;
  run_group_impl::for_each_group<group_count(Definition::graph), Part, Parts>(
      [&]<int Group>(std::integral_constant<int, Group>) {
        constexpr index_t n = scratch_of<Definition, Group, on_gpu<start_in_stream>>().shared;
        most = most < n ? n : most;
      });
  return static_cast<std::size_t>(most);
}

}  // namespace ashlar::graph

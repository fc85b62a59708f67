// SPDX-License-Identifier: Apache-2.0
//
// graph/gpu_model: an imported model on a GPU; any compiler includes it, nvcc compiles its groups.
//
//   auto const net = digits::gpu_model::make(digits::weights(), ash::cuda{stream});
//   net->run(ash::cuda{stream}, logits, image);      // views of the device's memory, outputs first
//   auto const once = ash::cuda_graph::capture(ash::cuda{stream}, [&](ash::cuda where) {
//     return net->run(where, logits, image);
//   });
//
//   takes       the weights, which are copied once; for each run a stream, and views of all outputs
//               and inputs, in the order of the model
//   returns     a status; where an operand, the weights or the workspace is wrong it names it and
//               both numbers, and nothing has been started. What the device has no room for, or
//               says, may be of a later group, after earlier ones have been started
//   invariants  each group of the graph is a launch or a few, all in the stream; a run allocates
//               nothing and waits for nothing. It has the model's own arena, or the workspace of
//               the call: runs that may overlap have one each
//   errors      those of graph/model; unsupported_device and device_mismatch for memory of others;
//               device_too_small, grid_too_large, device_failed
#pragma once

#include <ashlar/graph/model.hpp>
#include <ashlar/runtime/cuda_graph.hpp>
#include <ashlar/runtime/cuda_tensor.hpp>

namespace ashlar::graph {

/// Groups Part, Part + Parts, ... of a model; graph/gpu_group.hpp has the definitions.
template <class Definition, int Part, int Parts> struct gpu_part {
  static auto start(int group, cuda where, memory<Definition> const& at) -> status;
  static auto scratch_bytes() -> std::size_t;
};

#if ASHLAR_NVCC || __has_include(<cuda_runtime_api.h>)

template <class Model, int Parts> class gpu_model {
  using definition = typename Model::definition;
  using all_parts = std::make_integer_sequence<int, Parts>;
  using places = std::make_integer_sequence<int, Model::inputs + Model::outputs>;

 public:
  /// The bytes of a workspace for one run.
  static auto workspace_bytes() -> std::size_t {
    std::size_t most = 0;
    [&]<int... P>(std::integer_sequence<int, P...>) {
      ((most = std::max(most, gpu_part<definition, P, Parts>::scratch_bytes())), ...);
    }(all_parts{});
    return Model::arena_bytes + most;
  }

  /// Allocates the arena and copies the weights in the stream; the block stays until that was done.
  static auto make(std::span<std::byte const> block, cuda where) -> result<gpu_model> {
    auto const view = runtime::check_weights(block, definition::weights);
    if (!view) return view.error();
    auto weights = device_memory::make(static_cast<index_t>(view->bytes));
    if (!weights) return weights.error();
    auto arena = device_memory::make(static_cast<index_t>(workspace_bytes()));
    if (!arena) return arena.error();
    auto const copied = runtime::status_of(cudaMemcpyAsync(
        weights->bytes().data(), view->data, view->bytes, cudaMemcpyDefault, where.stream));
    if (!copied) return copied;
    return gpu_model(std::move(*weights), std::move(*arena));
  }

  /// Starts a run. `given` are all outputs, then all inputs.
  template <class... Operands> auto run(cuda where, Operands&&... given) const noexcept -> status {
    static_assert(sizeof...(Operands) == Model::operands,
                  "ashlar: a run takes all outputs and then all inputs of the model");
    bound all[Model::operands];
    auto const room = where.workspace.empty() ? arena_.bytes() : where.workspace;
    status s = Model::bind_all(places{}, all, given...);
    if (s.ok()) s = Model::check_memory(room, arena_.bytes().size(), all);
    if (s.ok()) s = check_device(room, all);
    memory<definition> const at{weights_.bytes().data(), room.data(), all + Model::outputs, all};
    for (int group = 0; group < Model::groups && s.ok(); ++group) {
      s = start(group, cuda{where.stream, room.subspan(Model::arena_bytes)}, at, all_parts{});
    }
    return s;
  }

 private:
  gpu_model(device_memory weights, device_memory arena)
      : weights_(std::move(weights)), arena_(std::move(arena)) {}

  static auto check_device(std::span<std::byte> room, bound const (&all)[Model::operands])
      -> status {
    int device = 0;
    status s = runtime::current_device(device);
    for (std::size_t i = 0; i < Model::operands && s.ok(); ++i) {
      if (all[i].bytes > 0) {
        s = runtime::check_device_memory(all[i].data, device, static_cast<int>(i));
      }
    }
    if (!s.ok() || room.empty()) return s;
    return runtime::check_device_workspace(room.data(), device);
  }
  template <int... P>
  static auto start(int group, cuda where, memory<definition> const& at,
                    std::integer_sequence<int, P...>) -> status {
    status s{};
    static_cast<void>(
        ((group % Parts == P ? (s = gpu_part<definition, P, Parts>::start(group, where, at), true)
                             : false) ||
         ...));
    return s;
  }

  device_memory weights_;
  device_memory arena_;
};

#endif

}  // namespace ashlar::graph

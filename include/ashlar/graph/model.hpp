// SPDX-License-Identifier: Apache-2.0
//
// graph/model: an imported model as something to run.
//
//   auto const model = digits::model::with(weights);       // a checked error value if they are not
//   model->run(workspace, logits, image);                  // outputs first, as in a kernel
//
//   takes       the definition that ashlar-import writes; weights that outlive the model; for each
//               run a workspace and views of all outputs and inputs, in the order of the model
//   returns     a status that names the operand and both numbers; then nothing has been written
//   invariants  a run allocates nothing, throws nothing and changes nothing but its outputs and its
//               workspace: models are copied freely and run on several threads at once, each with
//               a workspace of its own
//   errors      workspace_too_small, workspace_misaligned, overlap, and those of graph/bind;
//               unsupported_cpu where calls are dispatched and no level fits the processor
#pragma once

#include <ashlar/graph/bind.hpp>
#include <ashlar/graph/run_group.hpp>
#include <ashlar/graph/tensor_view.hpp>
#include <ashlar/graph/verify.hpp>
#include <ashlar/runtime/weights.hpp>

#include <cstddef>
#include <span>
#include <utility>

namespace ashlar::graph {

template <class Model, int Parts> class gpu_model;  // graph/gpu_model.hpp

/// The backend is a parameter, so that source files with other compile flags have other models.
template <class Definition, class Backend = emit::default_backend> class model {
  static constexpr auto const& g = Definition::graph;

 public:
  static constexpr int inputs = g.inputs.count;
  static constexpr int outputs = g.outputs.count;
  static constexpr int groups = group_count(g);
  static constexpr std::size_t operands = static_cast<std::size_t>(inputs + outputs);
  /// Bytes of all intermediates, of what the kernels need beside them, and of all weights.
  static constexpr std::size_t arena_bytes = static_cast<std::size_t>(g.arena_bytes);
  static constexpr std::size_t weights_bytes = static_cast<std::size_t>(g.weights_bytes);
  /// What a run on this many threads needs of a workspace: the arena, and what kernels need beside.
  static constexpr auto workspace_for(int threads) -> std::size_t {
    constexpr emit::workspace_need scratch =
        largest_scratch<Definition, Backend>(std::make_integer_sequence<int, groups>{});
    return arena_bytes + static_cast<std::size_t>(scratch.shared + scratch.per_part * threads);
  }
  static constexpr std::size_t workspace_bytes = workspace_for(1);

  /// The type of a packed view of an output or input; the caller's own views may be others.
  template <int I> using output_view = tensor_view<Definition, g.output_of_graph(I).index>;
  template <int I> using input_view = tensor_view<Definition, g.input_of_graph(I).index>;

  /// The names that the model's file gives its inputs and outputs.
  static constexpr auto input_name(int i) -> char const* { return Definition::input_names[i]; }
  static constexpr auto output_name(int i) -> char const* { return Definition::output_names[i]; }

  /// Errors: those of runtime::check_weights. The block must outlive the model.
  static auto with(std::span<std::byte const> block) -> result<model> {
    auto const view = runtime::check_weights(block, Definition::weights);
    if (!view) return view.error();
    return model(*view);
  }
  /// Weights that were checked for this definition before.
  explicit model(runtime::weights_view weights) : weights_(weights.data) {}

  /// Runs on the calling thread. `given` are all outputs, then all inputs; the workspace has
  /// workspace_bytes at a multiple of 64.
  template <class... Operands>
  auto run(std::span<std::byte> workspace, Operands&&... given) const noexcept -> status {
    return run(launch{.threads = runtime::serial, .workspace = workspace}, given...);
  }
  /// The same on given threads, in a workspace of workspace_for(threads) bytes.
  template <class... Operands>
  auto run(launch const& how, Operands&&... given) const noexcept -> status {
    static_assert(sizeof...(Operands) == operands,
                  "ashlar: a run takes all outputs and then all inputs of the model");
    bound all[operands];
    status s = bind_all(std::make_integer_sequence<int, inputs + outputs>{}, all, given...);
    if (s.ok()) s = check_memory(how.workspace, workspace_for(how.threads.threads), all);
    if (!s.ok()) return s;
    memory<Definition> const at{weights_, how.workspace.data(), all + outputs, all};
    launch const inner{.threads = how.threads, .workspace = how.workspace.subspan(arena_bytes)};
    return run_groups(inner, at, std::make_integer_sequence<int, groups>{});
  }

 private:
  template <class Model, int Parts> friend class gpu_model;
  using definition = Definition;

  template <int I, class Operand> static auto bind_one(Operand& operand, bound& to) -> status {
    constexpr bool writes = I < outputs;
    constexpr tensor_id id = writes ? g.output_of_graph(I) : g.input_of_graph(I - outputs);
    return bind<g.tensors.items[id.index].type, writes>(operand, g.tensors.items[id.index], I, to);
  }

  template <int... I, class... Operands>
  static auto bind_all(std::integer_sequence<int, I...>, bound (&all)[operands], Operands&... given)
      -> status {
    status s{};
    static_cast<void>(((s = bind_one<I>(given, all[I]), s.ok()) && ...));
    return s;
  }

  static auto check_memory(std::span<std::byte> workspace, std::size_t bytes,
                           bound (&all)[operands]) -> status {
    if (workspace.size() < bytes) {
      return status{.code = status_code::workspace_too_small,
                    .found = static_cast<std::int64_t>(workspace.size()),
                    .expected = static_cast<std::int64_t>(bytes)};
    }
    if (bytes > 0 && !is_aligned(workspace.data(), arena_alignment)) {
      return status{.code = status_code::workspace_misaligned, .expected = arena_alignment};
    }
    bound const own{workspace.data(), static_cast<std::int64_t>(bytes)};
    for (int i = 0; i < inputs + outputs; ++i) {
      if (status const s = check_apart(own, all[i], -1, i); !s.ok()) return s;
      for (int o = 0; o < outputs && o < i; ++o) {
        if (status const s = check_apart(all[o], all[i], o, i); !s.ok()) return s;
      }
    }
    return status{};
  }

  template <int... Group>
  static auto run_groups(launch const& how, memory<Definition> const& at,
                         std::integer_sequence<int, Group...>) -> status {
    status s{};
    static_cast<void>(((s = run_group<Definition, Group, Backend>(how, at), s.ok()) && ...));
    return s;
  }

  std::byte const* weights_;
};

}  // namespace ashlar::graph

// SPDX-License-Identifier: Apache-2.0
//
// graph/run_group: runs one group of a graph, in the memory of its plan, as one kernel.
//
//   memory        where a run finds weights, arena, inputs and outputs
//   run_group     the kernel of a group, or for a concat one copy for each operand; nothing where
//                 the output is empty, or is a reshape of what already lies there
//   scratch_of    the bytes that its kernels need beside the arena
//   Backend       where it runs, and `How` what a call there is told: a launch on a processor; for
//                 a GPU see graph/gpu_group.hpp
//   invariants    nothing is allocated; no symbol names an operator, see
//                 docs/design/0001-emission.md
#pragma once

#include <ashlar/core/result.hpp>
#include <ashlar/graph/bind.hpp>
#include <ashlar/graph/lower.hpp>
#include <ashlar/kernel/kernel.hpp>

#include <initializer_list>

namespace ashlar::graph {

template <class Definition> struct memory {
  std::byte const* weights;
  std::byte* arena;
  bound const* inputs;
  bound const* outputs;

  /// Inputs and weights are only read, although the pointer does not say so.
  auto operator()(tensor_id id) const -> std::byte* {
    tensor const& t = Definition::graph.tensors.items[id.index];
    switch (t.where) {
      case place::arena: return arena + t.offset;
      case place::weights: return const_cast<std::byte*>(weights) + t.offset;
      case place::input: return inputs[t.slot].data;
      default: return outputs[t.slot].data;
    }
  }
};

namespace run_group_impl {

template <class Definition, operand O, bool Writes, class Sequence> struct operand_view;
template <class Definition, operand O, bool Writes, int... D>
struct operand_view<Definition, O, Writes, std::integer_sequence<int, D...>> {
  using element_type = type_of<Definition::graph[O.id].type>;
  using type = view<std::conditional_t<Writes, element_type, element_type const>, O.dims[D]...>;

  static auto make(memory<Definition> const& at) -> type {
    return type(reinterpret_cast<typename type::element_type*>(at(O.id)));
  }
};

constexpr auto most_of(std::initializer_list<emit::workspace_need> all) -> emit::workspace_need {
  emit::workspace_need most{};
  for (auto const& one : all) {
    if (one.shared > most.shared) most.shared = one.shared;
    if (one.per_part > most.per_part) most.per_part = one.per_part;
  }
  return most;
}

/// One call of a kernel with views of static extents.
template <class Functor, auto Schedule, class Backend, class... View> struct call {
  static constexpr kernel<Functor{}, Schedule, fp::relaxed, Backend> code{};

  template <class One> static constexpr auto need_on(One) -> emit::workspace_need {
    using one = kernel<Functor{}, Schedule, fp::relaxed, One>;
    using lowered = typename one::template compilation<View...>::lowered;
    if constexpr (lowered::value.fault.ok()) {
      using tag = typename kernel_impl::coded<lowered, One>::tag;
      return emit::workspace_of(tag::value, nullptr);
    } else {
      return emit::workspace_need{};  // the call itself says what is wrong
    }
  }
  template <class... All>
  static constexpr auto need_on(emit::dispatched<All...>) -> emit::workspace_need {
    return most_of({need_on(All{})...});
  }
  static constexpr auto need() -> emit::workspace_need { return need_on(Backend{}); }
  ASHLAR_INLINE static auto run(launch const& how, View... views) -> status {
    return code.run(how, views...);
  }
};

template <class Definition, class Lowering, int I>
using view_at =
    operand_view<Definition, Lowering::plan.operands.items[I], I == 0,
                 std::make_integer_sequence<int, Lowering::plan.operands.items[I].rank>>;

/// The schedule of a lowering, or the default one.
template <class Lowering> constexpr auto schedule_of() {
  if constexpr (requires { Lowering::schedule; }) {
    return Lowering::schedule;
  } else {
    return automatic;
  }
}

template <class Definition, class Lowering, class Backend, class Operands> struct kernel_call;
template <class Definition, class Lowering, class Backend, int... I>
struct kernel_call<Definition, Lowering, Backend, std::integer_sequence<int, I...>> {
  using type = call<typename Lowering::functor, schedule_of<Lowering>(), Backend,
                    typename view_at<Definition, Lowering, I>::type...>;

  static constexpr auto need() -> emit::workspace_need { return type::need(); }
  template <class How>
  ASHLAR_INLINE static auto run(How const& how, memory<Definition> const& at) -> status {
    return type::run(how, view_at<Definition, Lowering, I>::make(at)...);
  }
};

/// One part of a concat.
template <class Definition, int Group, int Part, class Backend> struct copy_part {
  using part = concat_part<Definition, Group, Part>;
  using element_type = type_of<part::g[part::from].type>;
  using from_view = view<element_type const, part::rows, part::row>;
  using to_view = strided_view<element_type, strides(part::pitch, 1), part::rows, part::row>;
  using type = call<typename part::functor, automatic, Backend, to_view, from_view>;

  template <class How>
  ASHLAR_INLINE static auto run(How const& how, memory<Definition> const& at) -> status {
    if constexpr (part::rows * part::row == 0) return status{};
    auto* const to = reinterpret_cast<element_type*>(at(part::lead.output)) + part::first();
    return type::run(how, to_view(to, typename to_view::extents_type{}),
                     from_view(reinterpret_cast<element_type const*>(at(part::from))));
  }
};

template <class Definition, int Group, class Backend, class How, int... Part>
ASHLAR_INLINE auto run_concat(How const& how, memory<Definition> const& at,
                              std::integer_sequence<int, Part...>) -> status {
  status s{};
  static_cast<void>(
      ((s = copy_part<Definition, Group, Part, Backend>::run(how, at), s.ok()) && ...));
  return s;
}

enum class work : std::uint8_t { nothing, copies, kernel };

template <class Graph> constexpr auto work_of(Graph const& g, int group) -> work {
  range const r = group_nodes(g, group);
  node const& lead = g.nodes[r.first];
  tensor const& out = g[g.nodes[r.first + r.count - 1].output];
  if (element_count(out) == 0) return work::nothing;
  if (lead.op == op_kind::concat) return work::copies;
  tensor const& in = g[g.input(lead, 0)];
  bool const stays = in.where == out.where && in.slot == out.slot && in.offset == out.offset;
  return lead.op == op_kind::reshape && stays ? work::nothing : work::kernel;
}

/// The lowering of a group for a backend.
template <class Definition, int Group, class Backend> struct lowering_on {
  using type = lowering<Definition, Group>;
};

template <class Definition, int Group, class Backend,
          class Lowering = typename lowering_on<Definition, Group, Backend>::type>
using kernel_of = kernel_call<Definition, Lowering, Backend,
                              std::make_integer_sequence<int, Lowering::plan.operands.size()>>;

}  // namespace run_group_impl

template <class Definition, int Group, class Backend = emit::default_backend>
constexpr auto scratch_of() -> emit::workspace_need {
  using namespace run_group_impl;
  if constexpr (work_of(Definition::graph, Group) == work::kernel) {
    return kernel_of<Definition, Group, Backend>::need();
  } else {
    return emit::workspace_need{};
  }
}

template <class Definition, int Group, class Backend = emit::default_backend, class How = launch>
auto run_group(How const& how, memory<Definition> const& at) -> status {
  using namespace run_group_impl;
  constexpr work what = work_of(Definition::graph, Group);
  if constexpr (what == work::kernel) {
    return kernel_of<Definition, Group, Backend>::run(how, at);
  } else if constexpr (what == work::copies) {
    constexpr node lead =
        Definition::graph.nodes.items[group_nodes(Definition::graph, Group).first];
    return run_concat<Definition, Group, Backend>(
        how, at, std::make_integer_sequence<int, lead.inputs.count>{});
  } else {
    return status{};
  }
}

/// The most bytes that a kernel of the model needs beside the arena.
template <class Definition, class Backend, int... Group>
constexpr auto largest_scratch(std::integer_sequence<int, Group...>) -> emit::workspace_need {
  return run_group_impl::most_of(
      {scratch_of<Definition, Group, Backend>()..., emit::workspace_need{}});
}

}  // namespace ashlar::graph

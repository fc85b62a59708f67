// SPDX-License-Identifier: Apache-2.0
//
// graph/explain: what becomes of one group of a model, step by step, as text.
//
//   std::puts(graph::explain<digits::definition, 0>().c_str());
//
//   takes       the definition that ashlar-import writes, the number of a group that is a kernel,
//               and the schedule if it is to be another one
//   returns     what kernel/explain says of it
#pragma once

#include <ashlar/graph/run_group.hpp>
#include <ashlar/kernel/explain.hpp>

namespace ashlar::graph {

namespace explain_impl {

template <class Definition, class Lowering, auto Schedule, int... I>
auto text(std::integer_sequence<int, I...>) -> std::string {
  constexpr kernel<typename Lowering::functor{}, Schedule> code{};
  return ashlar::explain<typename run_group_impl::view_at<Definition, Lowering, I>::type...>(code);
}

}  // namespace explain_impl

template <class Definition, int Group,
          auto Schedule = run_group_impl::schedule_of<lowering<Definition, Group>>()>
auto explain() -> std::string {
  static_assert(run_group_impl::work_of(Definition::graph, Group) == run_group_impl::work::kernel,
                "ashlar: this group moves elements without a kernel of its own");
  using lowering = lowering<Definition, Group>;
  return explain_impl::text<Definition, lowering, Schedule>(
      std::make_integer_sequence<int, lowering::plan.operands.size()>{});
}

}  // namespace ashlar::graph

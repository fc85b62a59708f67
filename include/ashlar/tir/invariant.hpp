// SPDX-License-Identifier: Apache-2.0
//
// tir/invariant: what is true of every program between two passes, rule by rule. A broken one is
// the fault of a pass, never of a user.
#pragma once

#include <ashlar/core/text.hpp>
#include <ashlar/tir/program.hpp>

#include <string_view>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir {

enum class invariant : std::uint8_t {
  all_hold,
  // sums and values
  handle_in_range,
  sum_is_normal,
  atom_is_older,
  divisor_is_positive,
  access_has_rank,
  value_is_acyclic,
  types_agree,
  operation_fits_type,
  accumulator_in_place,
  variable_is_open,
  // buffers and symbols
  buffer_is_whole,
  operand_is_unique,
  shape_is_known,
  registers_are_constant,
  layout_covers_shape,
  symbol_names_operand,
  // stages
  stage_has_buffer,
  axis_is_tree,
  axis_has_one_stage,
  loops_are_leaves,
  producer_comes_first,
  output_is_defined,
  place_is_loop,
  vector_is_constant,
  // statements
  statement_is_tree,
  loop_is_opened_once,
  vector_is_innermost,
  parallel_is_outermost,
  blocks_are_outermost,
  local_is_allocated,
  input_is_not_written,
  guard_has_condition,
  layout_is_applied,
  call_is_settled,
};

struct invariant_row {
  invariant rule;
  std::string_view text;
};

/// The rule behind each enumerator, in their order.
inline constexpr invariant_row invariants[] = {
    {invariant::all_hold, "every rule holds"},
    {invariant::handle_in_range, "a handle is an index into its array"},
    {invariant::sum_is_normal, "a sum has its atoms in order, once each, and no coefficient 0"},
    {invariant::atom_is_older, "an atom is made of atoms before it"},
    {invariant::divisor_is_positive, "a constant divisor of an index is above 0"},
    {invariant::access_has_rank, "an access has one index for each dimension of its buffer"},
    {invariant::value_is_acyclic, "a value is not made of itself"},
    {invariant::types_agree, "operands have the type of their operation"},
    {invariant::operation_fits_type, "an operation has a meaning for its type"},
    {invariant::accumulator_in_place,
     "accumulators stand in what a reduction combines, or in its result, and nowhere else"},
    {invariant::variable_is_open,
     "an index uses variables of loops that are open, or of its stage"},
    {invariant::buffer_is_whole, "a buffer has a type, a rank of 0 to 8, and shapes for its rank"},
    {invariant::operand_is_unique, "each place in the call has one buffer, in the operand scope"},
    {invariant::shape_is_known,
     "a shape, a check or the domain of a stage depends on symbols only"},
    {invariant::registers_are_constant, "registers have a constant shape"},
    {invariant::layout_covers_shape, "a layout names each dimension of a local"},
    {invariant::symbol_names_operand,
     "a symbol is a dimension of an operand, and so is what a fact is of"},
    {invariant::stage_has_buffer, "a stage has one pure axis for each dimension of its buffer"},
    {invariant::axis_is_tree, "an axis that was split or fused, and its parts, know each other"},
    {invariant::axis_has_one_stage, "an axis belongs to one stage"},
    {invariant::loops_are_leaves, "the loops of a stage are the leaves of its axes, once each"},
    {invariant::producer_comes_first,
     "a stage reads inputs, what stages before it define, and its own place of an output"},
    {invariant::output_is_defined, "each output and each local that is read has one definition"},
    {invariant::place_is_loop, "a stage is computed at a loop of a later stage"},
    {invariant::vector_is_constant,
     "vectorized loops, and at the end unrolled ones and threads, have constant extents"},
    {invariant::statement_is_tree, "a statement stands at one place"},
    {invariant::loop_is_opened_once, "a loop is not inside a loop over the same axis"},
    {invariant::vector_is_innermost, "no loop stands inside a vectorized one"},
    {invariant::parallel_is_outermost, "no parallel loop stands inside a parallel one"},
    {invariant::blocks_are_outermost, "no block loop stands inside a thread loop"},
    {invariant::local_is_allocated,
     "a local is used inside an allocation of it, and allocated once at a time"},
    {invariant::input_is_not_written, "a store writes to an output or a local"},
    {invariant::guard_has_condition, "a guard has a condition"},
    {invariant::layout_is_applied, "a nest that is emitted has row-major locals"},
    {invariant::call_is_settled, "in a nest that is emitted, intrinsics have operands"},
};

static_assert([] {
  int n = 0;
  for (invariant_row const& row : invariants) {
    if (static_cast<int>(row.rule) != n) return false;
    ++n;
  }
  return true;
}());

constexpr auto text_of(invariant rule) -> std::string_view {
  return invariants[static_cast<int>(rule)].text;
}

/// The first rule found broken, and at which handle of the array that the rule is about.
struct verdict {
  invariant broken = invariant::all_hold;
  handle at = -1;

  constexpr auto ok() const -> bool { return broken == invariant::all_hold; }
  constexpr auto message() const -> text<160> {
    text<160> t(text_of(broken));
    if (!ok()) t << " (found at " << at << ")";
    return t;
  }
  friend constexpr auto operator==(verdict const&, verdict const&) -> bool = default;
};

}  // namespace ashlar::tir

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// diag/code: every error code of the compiler, with the rule that it stands for.
//
//   invariants  the number never changes its meaning; docs/errors/E<number>.md explains each
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ashlar::diag {

enum class code : std::uint16_t {
  ok = 0,
  capacity_exceeded = 1,
  unknown_axis = 2,
  bad_split_factor = 3,
  inexact_split = 4,
  bad_reorder = 5,
  reorder_reduction = 6,
  bad_vector_extent = 7,
  loop_already_bound = 8,
  bad_unroll_extent = 9,
  parallel_reduction = 10,
  fuse_not_adjacent = 11,
  fuse_mixed_kinds = 12,
  bad_compute_at = 13,
  bad_inline = 14,
  unknown_stage = 15,
  bad_cache_read = 16,
  bad_cache_write = 17,
  bad_store_in = 18,
  bad_decompose = 19,
  bad_rfactor = 20,
  bad_tail = 21,
  nested_parallel = 22,
  vector_not_innermost = 23,
  split_bound_loop = 24,
  duplicate_name = 25,
  too_many_lanes = 26,
  bad_layout = 27,
  uneven_blocks = 28,
  bad_peel = 29,
  undefined_tensor = 30,
  redefined_tensor = 31,
  missing_output = 32,
  rank_mismatch = 33,
  extent_mismatch = 34,
  unbounded_axis = 35,
  index_out_of_range = 36,
  mixed_types = 37,
  bool_arithmetic = 38,
  zero_divisor = 39,
  bad_axis_use = 40,
  bad_reduction = 41,
  inexact_constant = 42,
  bad_left_side = 43,
  bad_rank = 44,
  extent_overflow = 45,
  bad_boundary = 46,
  write_to_input = 47,
  needs_float = 48,
  needs_integer = 49,
  index_product = 50,
  index_not_constant = 51,
  bad_prefetch = 52,
  bad_steps = 53,
  bad_store_at = 56,
  bad_fold = 57,
  bad_reverse = 58,
  bad_compute_with = 59,
  bad_tensorize = 60,
  bad_stream = 61,
  bad_align = 62,
  bad_recurrence = 63,
  bad_scatter = 64,
  bad_atomic = 65,
  bad_order = 68,
  bad_pad = 69,
};

struct rule {
  code id;
  std::string_view text;
  // The length is in the type, so that constant evaluation need not count characters.
  template <std::size_t N>
  constexpr rule(code which, char const (&sentence)[N]) : id(which), text(sentence, N - 1) {}
};

/// The rule behind each code, in the order of the numbers.
inline constexpr rule rules[] = {
    {code::capacity_exceeded, "a program outgrew the capacities in config.hpp"},
    {code::unknown_axis, "the stage has no loop of that name"},
    {code::bad_split_factor, "a split factor must be at least 1"},
    {code::inexact_split, "tail exact needs an extent that the factor divides"},
    {code::bad_reorder, "reorder names each loop once, and only loops of the stage"},
    {code::reorder_reduction, "fp::strict keeps the reduction loops in their order"},
    {code::bad_vector_extent, "a vectorized loop needs a constant extent"},
    {code::loop_already_bound,
     "a loop has one kind: serial, parallel, vectorized, unrolled or tensorized"},
    {code::bad_unroll_extent, "an unrolled loop needs a constant extent within the unroll limit"},
    {code::parallel_reduction, "a parallel loop is no reduction loop, unless updates are atomic"},
    {code::fuse_not_adjacent, "fuse needs two loops, the first directly outside the second"},
    {code::fuse_mixed_kinds, "fuse takes two pure loops or two reduction loops"},
    {code::bad_compute_at, "a stage is computed at a loop of a stage that consumes it"},
    {code::bad_inline, "compute_inline takes a pure stage that is not an output"},
    {code::unknown_stage, "the program has no stage or tensor of that name"},
    {code::bad_cache_read,
     "cache_read takes a tensor that the stage reads, and a loop of the stage"},
    {code::bad_cache_write,
     "cache_write takes a loop of a reduction stage, inside its outermost reduction loop"},
    {code::bad_store_in, "store_in takes a memory that can hold the values of the stage"},
    {code::bad_decompose,
     "decompose_reduction takes a loop at or above the outermost reduction loop"},
    {code::bad_rfactor,
     "rfactor takes a reduction loop of an associative and commutative reduction"},
    {code::bad_tail, "the tail is not legal for this loop"},
    {code::nested_parallel, "parallel loops do not nest"},
    {code::vector_not_innermost, "a vectorized loop must be the innermost loop"},
    {code::split_bound_loop, "split, fuse and reorder come before vectorize, unroll and parallel"},
    {code::duplicate_name, "a name may be used once"},
    {code::too_many_lanes, "a loop cannot be vectorized that wide"},
    {code::bad_layout, "a layout block must be at least 1 and name a dimension of the tensor"},
    {code::uneven_blocks, "the longest block of a balanced split is a multiple of its granule"},
    {code::bad_peel, "peel takes iterations from the ends of a loop that has a middle"},
    {code::undefined_tensor, "a tensor is read before it is defined"},
    {code::redefined_tensor, "a tensor has one definition"},
    {code::missing_output, "every output needs a definition"},
    {code::rank_mismatch, "an access has as many indices as the tensor has dimensions"},
    {code::extent_mismatch, "an axis has one extent in all tensors that it indexes"},
    {code::unbounded_axis,
     "an axis needs an extent: from a tensor that it indexes alone, or its own"},
    {code::index_out_of_range, "an access must stay inside the tensor"},
    {code::mixed_types, "operands have one element type; cast says which"},
    {code::bool_arithmetic, "arithmetic does not take bool; select and cast do"},
    {code::zero_divisor, "division and modulus by a constant need a positive constant"},
    {code::bad_axis_use,
     "an axis is free or reduced, and appears once among the indices on the left"},
    {code::bad_reduction,
     "a reduction needs an axis, and an extent above 0 where it has no identity"},
    {code::inexact_constant, "a constant must be representable in the element type"},
    {code::bad_left_side, "the left side of a definition is indexed by plain axes"},
    {code::bad_rank, "a tensor has 1 to 8 dimensions"},
    {code::extent_overflow, "the element count must fit the index type"},
    {code::bad_boundary, "a boundary condition needs an affine index"},
    {code::write_to_input, "a definition writes to an output or a local stage"},
    {code::needs_float, "the function takes a floating point type"},
    {code::needs_integer, "the operation takes an integer type"},
    {code::index_product, "an index adds multiples of axes, and divides by constants"},
    {code::index_not_constant,
     "the numbers in an index of an expression on the spot are part of its type"},
    {code::bad_prefetch, "prefetch takes an operand that the stage reads, and a distance"},
    {code::bad_steps, "a text of steps has one primitive a line, as a schedule prints them"},
    {code::bad_store_at,
     "store_at takes a loop at or around the one that the stage is computed at"},
    {code::bad_fold,
     "fold_storage takes the dimension that a window slides along, and room for the window"},
    {code::bad_reverse,
     "reverse_compute_at takes a pure loop of a stage that is read at the same indices"},
    {code::bad_compute_with,
     "compute_with takes a loop, of a stage at the same place, that both can share"},
    {code::bad_tensorize,
     "tensorize takes a loop whose nest computes what the intrinsic does, in memory as that needs "
     "it"},
    {code::bad_stream, "stream takes an output that no stage reads"},
    {code::bad_align,
     "align_storage takes a dimension of a local stage that is not innermost, and a stride"},
    {code::bad_recurrence, "a carried value is one that the stage has computed before"},
    {code::bad_scatter, "scatter takes a pure loop that chooses what its stage reduces"},
    {code::bad_atomic, "atomic takes a reduction that no order of its values changes"},
    {code::bad_order,
     "layout takes a local stage in its first order, and padding is a value of its type"},
    {code::bad_pad, "pad_to takes a whole serial loop of a stage, and a multiple"},
};

/// The rule as a sentence; empty for `ok`.
constexpr auto text_of(code id) -> std::string_view {
  for (auto const& r : rules) {
    if (r.id == id) return r.text;
  }
  return {};
}

}  // namespace ashlar::diag

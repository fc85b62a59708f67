// SPDX-License-Identifier: Apache-2.0
//
// diag/report: turns a diagnostic value into a compile error; the only file that does.
//
//   takes       a static constexpr diagnostic, by a type whose member `value` it is
//   returns     nothing if it is ok; otherwise the translation unit does not compile
//   text        first the rule with its number, as a static assertion (every compiler shows it),
//               then the instance with its names and numbers, as an unsatisfied constraint
#pragma once

#include <ashlar/diag/diagnostic.hpp>

#include <cstddef>

namespace ashlar::diag {

/// Exactly as long as its text with the terminator: g++ and clang print such an array as a string.
template <std::size_t N>
struct exact_text {
  char chars[N]{};
  explicit consteval exact_text(diagnostic const& d) {
    for (std::size_t i = 0; i + 1 < N; ++i) chars[i] = d.text.chars[i];
  }
};

template <exact_text Why>
inline constexpr bool is_valid = false;

template <exact_text Why>
  requires is_valid<Why>
consteval void explain() {}

template <class Found>
consteval void require_valid() {
  constexpr code id = Found::value.id;
  if constexpr (id != code::ok) {
    static_assert(id != code::capacity_exceeded,
                  "ashlar[E001] a program outgrew the capacities in config.hpp");
    static_assert(id != code::unknown_axis,
                  "ashlar[E002] the stage has no loop of that name");
    static_assert(id != code::bad_split_factor,
                  "ashlar[E003] a split factor must be at least 1");
    static_assert(id != code::inexact_split,
                  "ashlar[E004] tail exact needs an extent that the factor divides");
    static_assert(id != code::bad_reorder,
                  "ashlar[E005] reorder names each loop once, and only loops of the stage");
    static_assert(id != code::reorder_reduction,
                  "ashlar[E006] fp::strict keeps the reduction loops in their order");
    static_assert(id != code::bad_vector_extent,
                  "ashlar[E007] a vectorized loop needs a constant extent");
    static_assert(id != code::loop_already_bound,
                  "ashlar[E008] a loop has one kind: serial, parallel, vectorized or unrolled");
    static_assert(id != code::bad_unroll_extent,
                  "ashlar[E009] an unrolled loop needs a constant extent within the unroll limit");
    static_assert(id != code::parallel_reduction,
                  "ashlar[E010] a parallel loop must not be a reduction loop");
    static_assert(id != code::fuse_not_adjacent,
                  "ashlar[E011] fuse needs two loops, the first directly outside the second");
    static_assert(id != code::fuse_mixed_kinds,
                  "ashlar[E012] fuse takes two pure loops or two reduction loops");
    static_assert(id != code::bad_compute_at,
                  "ashlar[E013] a stage is computed at a loop of a stage that consumes it");
    static_assert(id != code::bad_inline,
                  "ashlar[E014] compute_inline takes a pure stage that is not an output");
    static_assert(id != code::unknown_stage,
                  "ashlar[E015] the program has no stage or tensor of that name");
    static_assert(id != code::bad_cache_read,
                  "ashlar[E016] cache_read takes a tensor that the stage reads, and a loop of the stage");
    static_assert(id != code::bad_cache_write,
                  "ashlar[E017] cache_write takes a loop of a reduction stage, inside its outermost reduction loop");
    static_assert(id != code::bad_store_in,
                  "ashlar[E018] store_in(registers) needs loops of constant extent inside");
    static_assert(id != code::bad_decompose,
                  "ashlar[E019] decompose_reduction takes a loop at or above the outermost reduction loop");
    static_assert(id != code::bad_rfactor,
                  "ashlar[E020] rfactor takes a reduction loop of an associative and commutative reduction");
    static_assert(id != code::bad_tail,
                  "ashlar[E021] the tail is not legal for this loop");
    static_assert(id != code::nested_parallel,
                  "ashlar[E022] parallel loops do not nest");
    static_assert(id != code::vector_not_innermost,
                  "ashlar[E023] a vectorized loop must be the innermost loop");
    static_assert(id != code::split_bound_loop,
                  "ashlar[E024] split, fuse and reorder come before vectorize, unroll and parallel");
    static_assert(id != code::duplicate_name,
                  "ashlar[E025] a name may be used once");
    static_assert(id != code::too_many_lanes,
                  "ashlar[E026] a loop cannot be vectorized that wide");
    static_assert(id != code::bad_layout,
                  "ashlar[E027] a layout block must be at least 1 and name a dimension of the tensor");
    static_assert(id != code::undefined_tensor,
                  "ashlar[E030] a tensor is read before it is defined");
    static_assert(id != code::redefined_tensor,
                  "ashlar[E031] a tensor has one definition");
    static_assert(id != code::missing_output,
                  "ashlar[E032] every output needs a definition");
    static_assert(id != code::rank_mismatch,
                  "ashlar[E033] an access has as many indices as the tensor has dimensions");
    static_assert(id != code::extent_mismatch,
                  "ashlar[E034] an axis has one extent in all tensors that it indexes");
    static_assert(id != code::unbounded_axis,
                  "ashlar[E035] an axis needs an extent: from a tensor that it indexes alone, or its own");
    static_assert(id != code::index_out_of_range,
                  "ashlar[E036] an access must stay inside the tensor");
    static_assert(id != code::mixed_types,
                  "ashlar[E037] operands have one element type; cast says which");
    static_assert(id != code::bool_arithmetic,
                  "ashlar[E038] arithmetic does not take bool; select and cast do");
    static_assert(id != code::zero_divisor,
                  "ashlar[E039] division and modulus by a constant need a positive constant");
    static_assert(id != code::bad_axis_use,
                  "ashlar[E040] an axis is free or reduced, and appears once among the indices on the left");
    static_assert(id != code::bad_reduction,
                  "ashlar[E041] a reduction needs an axis, and an extent above 0 where it has no identity");
    static_assert(id != code::inexact_constant,
                  "ashlar[E042] a constant must be representable in the element type");
    static_assert(id != code::bad_left_side,
                  "ashlar[E043] the left side of a definition is indexed by plain axes");
    static_assert(id != code::bad_rank,
                  "ashlar[E044] a tensor has 1 to 8 dimensions");
    static_assert(id != code::extent_overflow,
                  "ashlar[E045] the element count must fit the index type");
    static_assert(id != code::bad_boundary,
                  "ashlar[E046] a boundary condition needs an affine index");
    static_assert(id != code::write_to_input,
                  "ashlar[E047] a definition writes to an output or a local stage");
    static_assert(id != code::needs_float,
                  "ashlar[E048] the function takes a floating point type");
    static_assert(id != code::needs_integer,
                  "ashlar[E049] the operation takes an integer type");
    static_assert(id != code::index_product,
                  "ashlar[E050] an index adds multiples of axes, and divides by constants");
    static_assert(id != code::index_not_constant,
                  "ashlar[E051] the numbers in an index of an expression on the spot are part of its type");
    explain<exact_text<std::size_t(Found::value.text.size()) + 1>(Found::value)>();
  }
}

}  // namespace ashlar::diag

// SPDX-License-Identifier: Apache-2.0
//
// diag/report: turns a diagnostic value into a compile error; the only file that does.
//
//   takes       a static constexpr diagnostic, by a type whose member `value` it is
//   returns     nothing if it is ok; otherwise the translation unit does not compile
//   text        the rule with its number, as a static assertion (every compiler shows it); below it
//               the instance with its names and numbers, as the reason why a concept is not met:
//               g++ and clang print it in full when it is the argument of a type
//   length      at most 20 lines where a kernel is called: one error, and no other after it
#pragma once

#include <ashlar/diag/diagnostic.hpp>

#include <cstddef>

namespace ashlar::diag {

/// Exactly as long as its text with the terminator: g++ and clang print such an array as a string.
template <std::size_t N> struct exact_text {
  char chars[N]{};
  explicit consteval exact_text(diagnostic const& d) {
    // The end is written, too: clang 19 prints numbers where it is one that nobody wrote.
    for (std::size_t i = 0; i < N; ++i) chars[i] = i + 1 < N ? d.text.chars[i] : '\0';
  }
};

template <exact_text Text> struct explanation {
  static constexpr bool is_legal = false;
};

template <class Explanation> concept legal = Explanation::is_legal;

template <class Found> constexpr void require_valid() {
  constexpr code id = Found::value.id;
  if constexpr (id != code::ok) {
    constexpr auto length = static_cast<std::size_t>(Found::value.text.size()) + 1;
    using why = explanation<exact_text<length>(Found::value)>;
    // clang-format off
    if constexpr (id == code::capacity_exceeded)
      static_assert(legal<why>,
                    "ashlar[E001] a program outgrew the capacities in config.hpp");
    if constexpr (id == code::unknown_axis)
      static_assert(legal<why>,
                    "ashlar[E002] the stage has no loop of that name");
    if constexpr (id == code::bad_split_factor)
      static_assert(legal<why>,
                    "ashlar[E003] a split factor must be at least 1");
    if constexpr (id == code::inexact_split)
      static_assert(legal<why>,
                    "ashlar[E004] tail exact needs an extent that the factor divides");
    if constexpr (id == code::bad_reorder)
      static_assert(legal<why>,
                    "ashlar[E005] reorder names each loop once, and only loops of the stage");
    if constexpr (id == code::reorder_reduction)
      static_assert(legal<why>,
                    "ashlar[E006] fp::strict keeps the reduction loops in their order");
    if constexpr (id == code::bad_vector_extent)
      static_assert(legal<why>,
                    "ashlar[E007] a vectorized loop needs a constant extent");
    if constexpr (id == code::loop_already_bound)
      static_assert(legal<why>,
                    "ashlar[E008] a loop has one kind: serial, parallel, vectorized, unrolled or "
                    "tensorized");
    if constexpr (id == code::bad_unroll_extent)
      static_assert(legal<why>,
                    "ashlar[E009] an unrolled loop needs a constant extent within the unroll "
                    "limit");
    if constexpr (id == code::parallel_reduction)
      static_assert(legal<why>,
                    "ashlar[E010] a parallel loop is no reduction loop, unless updates are atomic");
    if constexpr (id == code::fuse_not_adjacent)
      static_assert(legal<why>,
                    "ashlar[E011] fuse needs two loops, the first directly outside the second");
    if constexpr (id == code::fuse_mixed_kinds)
      static_assert(legal<why>,
                    "ashlar[E012] fuse takes two pure loops or two reduction loops");
    if constexpr (id == code::bad_compute_at)
      static_assert(legal<why>,
                    "ashlar[E013] a stage is computed at a loop of a stage that consumes it");
    if constexpr (id == code::bad_inline)
      static_assert(legal<why>,
                    "ashlar[E014] compute_inline takes a pure stage that is not an output");
    if constexpr (id == code::unknown_stage)
      static_assert(legal<why>,
                    "ashlar[E015] the program has no stage or tensor of that name");
    if constexpr (id == code::bad_cache_read)
      static_assert(legal<why>,
                    "ashlar[E016] cache_read takes a tensor that the stage reads, and a loop of "
                    "the stage");
    if constexpr (id == code::bad_cache_write)
      static_assert(legal<why>,
                    "ashlar[E017] cache_write takes a loop of a reduction stage, inside its "
                    "outermost reduction loop");
    if constexpr (id == code::bad_store_in)
      static_assert(legal<why>,
                    "ashlar[E018] store_in takes a memory that can hold the values of the stage");
    if constexpr (id == code::bad_decompose)
      static_assert(legal<why>,
                    "ashlar[E019] decompose_reduction takes a loop at or above the outermost "
                    "reduction loop");
    if constexpr (id == code::bad_rfactor)
      static_assert(legal<why>,
                    "ashlar[E020] rfactor takes a reduction loop of an associative and "
                    "commutative reduction");
    if constexpr (id == code::bad_tail)
      static_assert(legal<why>,
                    "ashlar[E021] the tail is not legal for this loop");
    if constexpr (id == code::nested_parallel)
      static_assert(legal<why>,
                    "ashlar[E022] parallel loops do not nest");
    if constexpr (id == code::vector_not_innermost)
      static_assert(legal<why>,
                    "ashlar[E023] a vectorized loop must be the innermost loop");
    if constexpr (id == code::split_bound_loop)
      static_assert(legal<why>,
                    "ashlar[E024] split, fuse and reorder come before vectorize, unroll and "
                    "parallel");
    if constexpr (id == code::duplicate_name)
      static_assert(legal<why>,
                    "ashlar[E025] a name may be used once");
    if constexpr (id == code::too_many_lanes)
      static_assert(legal<why>,
                    "ashlar[E026] a loop cannot be vectorized that wide");
    if constexpr (id == code::bad_layout)
      static_assert(legal<why>,
                    "ashlar[E027] a layout block must be at least 1 and name a dimension of the "
                    "tensor");
    if constexpr (id == code::uneven_blocks)
      static_assert(legal<why>,
                    "ashlar[E028] the longest block of a balanced split is a multiple of its "
                    "granule");
    if constexpr (id == code::bad_peel)
      static_assert(legal<why>,
                    "ashlar[E029] peel takes iterations from the ends of a loop that has a middle");
    if constexpr (id == code::undefined_tensor)
      static_assert(legal<why>,
                    "ashlar[E030] a tensor is read before it is defined");
    if constexpr (id == code::redefined_tensor)
      static_assert(legal<why>,
                    "ashlar[E031] a tensor has one definition");
    if constexpr (id == code::missing_output)
      static_assert(legal<why>,
                    "ashlar[E032] every output needs a definition");
    if constexpr (id == code::rank_mismatch)
      static_assert(legal<why>,
                    "ashlar[E033] an access has as many indices as the tensor has dimensions");
    if constexpr (id == code::extent_mismatch)
      static_assert(legal<why>,
                    "ashlar[E034] an axis has one extent in all tensors that it indexes");
    if constexpr (id == code::unbounded_axis)
      static_assert(legal<why>,
                    "ashlar[E035] an axis needs an extent: from a tensor that it indexes alone, "
                    "or its own");
    if constexpr (id == code::index_out_of_range)
      static_assert(legal<why>,
                    "ashlar[E036] an access must stay inside the tensor");
    if constexpr (id == code::mixed_types)
      static_assert(legal<why>,
                    "ashlar[E037] operands have one element type; cast says which");
    if constexpr (id == code::bool_arithmetic)
      static_assert(legal<why>,
                    "ashlar[E038] arithmetic does not take bool; select and cast do");
    if constexpr (id == code::zero_divisor)
      static_assert(legal<why>,
                    "ashlar[E039] division and modulus by a constant need a positive constant");
    if constexpr (id == code::bad_axis_use)
      static_assert(legal<why>,
                    "ashlar[E040] an axis is free or reduced, and appears once among the indices "
                    "on the left");
    if constexpr (id == code::bad_reduction)
      static_assert(legal<why>,
                    "ashlar[E041] a reduction needs an axis, and an extent above 0 where it has "
                    "no identity");
    if constexpr (id == code::inexact_constant)
      static_assert(legal<why>,
                    "ashlar[E042] a constant must be representable in the element type");
    if constexpr (id == code::bad_left_side)
      static_assert(legal<why>,
                    "ashlar[E043] the left side of a definition is indexed by plain axes");
    if constexpr (id == code::bad_rank)
      static_assert(legal<why>,
                    "ashlar[E044] a tensor has 1 to 8 dimensions");
    if constexpr (id == code::extent_overflow)
      static_assert(legal<why>,
                    "ashlar[E045] the element count must fit the index type");
    if constexpr (id == code::bad_boundary)
      static_assert(legal<why>,
                    "ashlar[E046] a boundary condition needs an affine index");
    if constexpr (id == code::write_to_input)
      static_assert(legal<why>,
                    "ashlar[E047] a definition writes to an output or a local stage");
    if constexpr (id == code::needs_float)
      static_assert(legal<why>,
                    "ashlar[E048] the function takes a floating point type");
    if constexpr (id == code::needs_integer)
      static_assert(legal<why>,
                    "ashlar[E049] the operation takes an integer type");
    if constexpr (id == code::index_product)
      static_assert(legal<why>,
                    "ashlar[E050] an index adds multiples of axes, and divides by constants");
    if constexpr (id == code::index_not_constant)
      static_assert(legal<why>,
                    "ashlar[E051] the numbers in an index of an expression on the spot are part "
                    "of its type");
    if constexpr (id == code::bad_prefetch)
      static_assert(legal<why>,
                    "ashlar[E052] prefetch takes an operand that the stage reads, and a distance");
    if constexpr (id == code::bad_steps)
      static_assert(legal<why>,
                    "ashlar[E053] a text of steps has one primitive a line, as a schedule prints "
                    "them");
    if constexpr (id == code::bad_shift)
      static_assert(legal<why>,
                    "ashlar[E054] a shift is by a constant number of bits, fewer than the value "
                    "has");
    if constexpr (id == code::no_element_type)
      static_assert(legal<why>,
                    "ashlar[E055] numbers are bool, integers of up to 64 bits, and floats of 16, "
                    "32 and 64");
    if constexpr (id == code::bad_store_at)
      static_assert(legal<why>,
                    "ashlar[E056] store_at takes a loop at or around the one that the stage is "
                    "computed at");
    if constexpr (id == code::bad_fold)
      static_assert(legal<why>,
                    "ashlar[E057] fold_storage takes the dimension that a window slides along, "
                    "and room for the window");
    if constexpr (id == code::bad_reverse)
      static_assert(legal<why>,
                    "ashlar[E058] reverse_compute_at takes a pure loop of a stage that is read "
                    "at the same indices");
    if constexpr (id == code::bad_compute_with)
      static_assert(legal<why>,
                    "ashlar[E059] compute_with takes a loop, of a stage at the same place, that "
                    "both can share");
    if constexpr (id == code::bad_tensorize)
      static_assert(legal<why>,
                    "ashlar[E060] tensorize takes a loop whose nest computes what the intrinsic "
                    "does, in memory as that needs it");
    if constexpr (id == code::bad_stream)
      static_assert(legal<why>,
                    "ashlar[E061] stream takes an output that no stage reads");
    if constexpr (id == code::bad_align)
      static_assert(legal<why>,
                    "ashlar[E062] align_storage takes a dimension that is not innermost and a "
                    "stride, swizzle rows in shared memory");
    if constexpr (id == code::bad_recurrence)
      static_assert(legal<why>,
                    "ashlar[E063] a carried value is one that the stage has computed before");
    if constexpr (id == code::bad_scatter)
      static_assert(legal<why>,
                    "ashlar[E064] scatter takes a pure loop that chooses what its stage reduces");
    if constexpr (id == code::bad_atomic)
      static_assert(legal<why>,
                    "ashlar[E065] atomic takes a reduction that no order of its values changes");
    if constexpr (id == code::bad_fact)
      static_assert(legal<why>,
                    "ashlar[E066] a fact is of an operand, agrees with what is known, and comes "
                    "before loops over its extent change");
    if constexpr (id == code::too_many_variants)
      static_assert(legal<why>,
                    "ashlar[E067] specialize makes at most four variants of a kernel");
    if constexpr (id == code::bad_order)
      static_assert(legal<why>,
                    "ashlar[E068] layout takes a local stage in its first order, and padding is "
                    "a value of its type");
    if constexpr (id == code::bad_pad)
      static_assert(legal<why>,
                    "ashlar[E069] pad_to takes a whole serial loop of a stage, and a multiple");
    if constexpr (id == code::bad_scan)
      static_assert(legal<why>,
                    "ashlar[E070] scan_blocks takes the outer part of a split of a scan's axis, "
                    "where order is free");
    if constexpr (id == code::negative_extent)
      static_assert(legal<why>,
                    "ashlar[E071] an extent is 0 or more, or one that the call says");
    if constexpr (id == code::bad_system)
      static_assert(legal<why>,
                    "ashlar[E072] stages that read each other's earlier values go over one axis "
                    "together");
    if constexpr (id == code::value_is_not_known)
      static_assert(legal<why>,
                    "ashlar[E073] if, while and ?: cannot ask for a value that is computed at "
                    "the call");
    if constexpr (id == code::number_function)
      static_assert(legal<why>,
                    "ashlar[E074] a function of a kernel takes a value; of numbers alone it is "
                    "one of C++");
    if constexpr (id == code::bad_call)
      static_assert(legal<why>,
                    "ashlar[E075] a kernel takes the operands of its call, and a schedule an "
                    "ash::schedule&");
    if constexpr (id == code::half_bytes)
      static_assert(legal<why>,
                    "ashlar[E076] a tensor with two elements in a byte is stored in whole bytes");
    if constexpr (id == code::accumulator_overflow)
      static_assert(legal<why>,
                    "ashlar[E080] a sum of widened integers stays inside of its type");
    if constexpr (id == code::narrowing)
      static_assert(legal<why>,
                    "ashlar[E081] a value is not stored in a narrower type without a cast");
    if constexpr (id == code::mixed_signs)
      static_assert(legal<why>,
                    "ashlar[E082] integers with a sign and without one do not mix without a cast");
    if constexpr (id == code::not_for_gpu)
      static_assert(legal<why>,
                    "ashlar[E084] a kernel for the GPU has nothing that is for processors");
    if constexpr (id == code::needs_nvcc)
      static_assert(legal<why>,
                    "ashlar[E085] nvcc compiles what runs a kernel on the GPU");
    if constexpr (id == code::bad_pipeline)
      static_assert(legal<why>,
                    "ashlar[E086] a pipeline is a serial loop, and what it reads ahead is copied "
                    "to shared memory");
    if constexpr (id == code::bad_fragment)
      static_assert(legal<why>,
                    "ashlar[E087] what a warp's instruction works on is in the registers of its "
                    "lanes");
    if constexpr (id == code::bad_dispatch)
      static_assert(legal<why>,
                    "ashlar[E090] ASHLAR_DISPATCH names instruction sets above the compile "
                    "flags, of Highway");
    if constexpr (id == code::bad_bind)
      static_assert(legal<why>,
                    "ashlar[E091] block loops are outside of thread loops, and a nest has each "
                    "axis once");
    if constexpr (id == code::bad_grid_extent)
      static_assert(legal<why>,
                    "ashlar[E092] a block has a constant number of threads along each axis");
    if constexpr (id == code::bound_reduction)
      static_assert(legal<why>,
                    "ashlar[E093] of reduction loops, lanes are what a grid combines by itself");
    if constexpr (id == code::too_many_threads)
      static_assert(legal<why>,
                    "ashlar[E094] a block has no more threads than the machine has for it");
    if constexpr (id == code::too_much_shared)
      static_assert(legal<why>,
                    "ashlar[E095] the shared memory of a block is no more than the machine has "
                    "for it");
    if constexpr (id == code::divergent_barrier)
      static_assert(legal<why>,
                    "ashlar[E096] a barrier stands where all threads of a block come");
    if constexpr (id == code::crosstalk)
      static_assert(legal<why>,
                    "ashlar[E097] what a thread reads of another one is in shared memory");
    if constexpr (id == code::block_workspace)
      static_assert(legal<why>,
                    "ashlar[E098] a stage inside of a block is in shared memory or a thread's own");
    // clang-format on
  }
}

}  // namespace ashlar::diag

// SPDX-License-Identifier: Apache-2.0
//
// schedule/joint_steps: the primitives that put a stage in the loops of another, as the user writes
// them.
//
//   takes       a stage, and a loop of another one
//   invariants  those of stage_steps
#pragma once

#include <ashlar/schedule/compute_with.hpp>
#include <ashlar/schedule/reverse_compute_at.hpp>
#include <ashlar/schedule/stage_steps.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

class joint_steps : public stage_steps {
 public:
  using stage_steps::stage_steps;

  /// In each iteration of a loop of a stage that this one reads, what can be computed from what
  /// that iteration has produced: an epilogue, or the reduction of a row. The stage takes over
  /// that loop and those around it, which are then its own; handles of them, and get, give the
  /// loop that took the place. The loops inside stay the producer's.
  ///
  /// The loop has no reduction loop of its stage around it, and is none. The stage reads the
  /// producer, along the axes that those loops are made of, at the same indices at which it writes
  /// itself, and nothing was done yet to its loops over these. Other stages that read the producer
  /// move there, too, before or after. Errors: E002, E058, those of split and of parallel.
  /// TVM: reverse_compute_at; in Halide the producer's compute_at is said.
  constexpr void reverse_compute_at(loop const& at) const {
    if (!is_usable()) return;
    int const axis = find_anywhere(at, "reverse_compute_at");
    if (axis < 0) return;
    int const producer = stage_of_axis(*program_, axis);
    int const taken = position_of(program_->stages[producer], axis) + 1;
    scheduling::reverse_compute_at(*program_, stage(), producer, axis);
    if (!program_->fault.ok()) return;
    log_->add(*program_, directive{.what = verb::reverse_compute_at,
                                   .buffer = buffer_,
                                   .other = program_->stages[producer].buffer,
                                   .number = taken,
                                   .second = axis,
                                   .axes = program_->stages[stage()].loops});
  }

  /// The stage shares a loop of another one, and those around it: one nest down to that loop, and
  /// in each of its iterations what the other does there, then what this one does. Both are
  /// computed at root, or at the same loop; neither is computed from the other; down to the loop
  /// their loops have the same extents, splits, kinds and order, and are no reduction. What changes
  /// the loops of one afterwards is done to those of the other, too. Errors: E002, E059.
  /// Halide: compute_with, TVM: merge.
  constexpr void compute_with(loop const& at) const {
    if (!is_usable()) return;
    int const axis = find_anywhere(at, "compute_with");
    if (axis < 0) return;
    auto const buffer = program_->stages[stage_of_axis(*program_, axis)].buffer;
    scheduling::compute_with(*program_, stage(), axis);
    record(verb::compute_with, {axis}, buffer);
  }
};

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

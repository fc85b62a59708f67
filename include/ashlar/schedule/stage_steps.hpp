// SPDX-License-Identifier: Apache-2.0
//
// schedule/stage_steps: a stage that is scheduled: what names of loops mean, and how steps are
// noted.
//
//   takes       a program, the steps so far, and the buffer of the stage
//   invariants  on a faulty program nothing is found, and nothing is noted
#pragma once

#include <ashlar/schedule/moved_loops.hpp>
#include <ashlar/schedule/split.hpp>
#include <ashlar/schedule/trace.hpp>

#include <initializer_list>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

class stage_steps {
 public:
  constexpr stage_steps(tir::program& p, trace& log, int buffer)
      : program_(&p), log_(&log), buffer_(static_cast<tir::handle>(buffer)) {}

  /// The name of the stage.
  constexpr auto name() const -> std::string_view {
    return buffer_ < 0 ? std::string_view{} : program_->buffers[buffer_].name.view();
  }
  /// The place of the stage in the program, for schedule functions that decide by what it computes.
  constexpr auto stage() const -> int { return scheduling::stage_of(*program_, buffer_); }
  /// The program that is scheduled.
  constexpr auto program() const -> tir::program& { return *program_; }

 protected:
  constexpr auto is_usable() const -> bool { return program_->fault.ok() && stage() >= 0; }
  constexpr auto find(loop_ref const& ref, std::string_view verb) const -> int {
    return scheduling::resolve_own(*program_, stage(), ref, verb);
  }
  // A loop of whichever stage has it now. Errors: E002.
  constexpr auto find_anywhere(loop const& at, std::string_view verb) const -> int {
    if (!scheduling::handles_impl::is_own(*program_, at, verb)) return -1;
    int const now = scheduling::where_is(*program_, at.axis());
    int const owner = scheduling::stage_of_axis(*program_, now);
    if (owner < 0) fail_empty(verb);
    return owner < 0 ? -1 : scheduling::resolve(*program_, owner, wrap(now), verb);
  }
  constexpr void fail_empty(std::string_view verb) const {
    diag::message m{};
    m << verb << ' ' << name()
      << ": the loop is none of any stage now; take it after the last split";
    program_->fail(diag::code::unknown_axis, m);
  }
  constexpr auto wrap(int axis) const -> loop {
    return loop(*program_, static_cast<tir::handle>(axis));
  }
  constexpr auto wrap(scheduling::axis_pair r) const -> loop_pair {
    return loop_pair{wrap(r.outer), wrap(r.inner)};
  }
  constexpr auto empty_pair() const -> loop_pair { return loop_pair{wrap(-1), wrap(-1)}; }
  constexpr auto split_of(int axis) const -> scheduling::axis_pair {
    tir::axis const& a = program_->axes[axis];
    return scheduling::axis_pair{.outer = a.outer, .inner = a.inner};
  }
  // The tensor that a copy stage reads.
  constexpr auto source_of(int copy) const -> int {
    auto const& e = program_->exprs[program_->stages[copy].result];
    return program_->accesses[e.a].buffer;
  }

  // The buffer of the stage that vectorize made: of a reduction loop, the lanes are another's.
  constexpr auto partial_of(int axis, int lanes) const -> int {
    if (lanes < 0 || lanes == axis) return -1;
    return program_->stages[scheduling::stage_of_axis(*program_, lanes)].buffer;
  }

  constexpr auto record_split(int axis, scheduling::axis_pair r,
                              scheduling::verb what = scheduling::verb::split, index_t number = 0,
                              index_t multiple = 0) const -> loop_pair {
    if (!program_->fault.ok()) return empty_pair();
    tir::axis const& outer = program_->axes[r.outer];
    scheduling::directive d{.what = what,
                            .tails = outer.tails,
                            .buffer = buffer_,
                            .number = number == 0 ? outer.factor : number,
                            .second = multiple};
    for (int const a : {axis, int{r.outer}, int{r.inner}}) {
      d.axes.push_back(static_cast<tir::handle>(a));
    }
    log_->add(*program_, d);
    return wrap(r);
  }
  constexpr void record(scheduling::verb what, std::initializer_list<int> axes, int tensor = -1,
                        int made = -1, index_t number = 0, index_t second = 0) const {
    if (!program_->fault.ok()) return;
    scheduling::directive d{.what = what,
                            .buffer = buffer_,
                            .other = static_cast<tir::handle>(tensor),
                            .made = static_cast<tir::handle>(made),
                            .number = number,
                            .second = second};
    for (int const a : axes) d.axes.push_back(static_cast<tir::handle>(a));
    log_->add(*program_, d);
  }

  tir::program* program_;
  scheduling::trace* log_;
  tir::handle buffer_;
};

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

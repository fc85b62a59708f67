// SPDX-License-Identifier: Apache-2.0
//
// schedule/schedule: how a tensor function is to run; what a user's schedule function is given.
//
//   constexpr auto blocked = [](ash::schedule& s) {
//     auto [io, ii] = s.split("i", 8);
//     auto [jo, ji] = s.split("j", 32);
//     s.reorder(io, jo, "k", ii, ji);
//     s.unroll(ii);
//     s.vectorize(ji);
//     s.parallel(io);
//   };
//
//   takes        a captured program, changed in place; constant evaluation and run time alike
//   s            the last stage that defines an output; s["m"] another stage of the program
//   returns      a scheduled program, or one with the first fault, a value with a code and a text
//   invariants   a schedule never changes a result, except where the program's permissions do:
//   permissions  reassociate: sums and products of floats may be combined in another order, which
//                reorder of reduction loops, rfactor and vectorize of a reduction loop do [fp];
//                contract: a * b + c may be rounded once. Both are given by default; fp::strict
//                gives neither. Nothing else of what -ffast-math means is ever assumed
//   source       the vocabulary: Halide (PLDI 2013) and TVM (OSDI 2018)
#pragma once

#include <ashlar/schedule/stage_schedule.hpp>

namespace ashlar {

class schedule : public stage_schedule {
 public:
  /// Schedules a program that has at least one stage.
  explicit constexpr schedule(tir::program& p)
      : stage_schedule(p, log_, buffer_of(p, scheduling::main_stage(p))) {
    if (p.stages.empty())
      p.fail(diag::code::missing_output, "the program has no stage to schedule");
  }
  schedule(schedule const&) = delete;
  auto operator=(schedule const&) -> schedule& = delete;

  /// The stage of that name. Errors: E015.
  constexpr auto operator[](std::string_view name) -> stage_schedule {
    return other(find_stage(name));
  }

  using stage_schedule::compute_at;
  using stage_schedule::compute_inline;
  using stage_schedule::compute_root;
  using stage_schedule::compute_with;
  using stage_schedule::reverse_compute_at;

  /// compute_inline of a stage by its name. Errors: E014, E015.
  constexpr void compute_inline(std::string_view stage_name) {
    (*this)[stage_name].compute_inline();
  }
  /// compute_root of a stage by its name. Errors: E013, E015.
  constexpr void compute_root(std::string_view stage_name) { (*this)[stage_name].compute_root(); }
  /// compute_at of a stage by its name. Errors: E002, E013, E015, E022.
  constexpr void compute_at(std::string_view stage_name, loop const& at) {
    (*this)[stage_name].compute_at(at);
  }
  constexpr void compute_at(std::string_view stage_name, std::string_view consumer,
                            std::string_view loop_name) {
    auto const at = (*this)[consumer].get(loop_name);
    (*this)[stage_name].compute_at(at);
  }

  /// reverse_compute_at of a stage by its name. Errors: E002, E015, E058, those of split.
  constexpr void reverse_compute_at(std::string_view stage_name, loop const& at) {
    (*this)[stage_name].reverse_compute_at(at);
  }

  /// compute_with of a stage by its name. Errors: E002, E015, E059.
  constexpr void compute_with(std::string_view stage_name, loop const& at) {
    (*this)[stage_name].compute_with(at);
  }

  /// Judges the whole schedule, see schedule/finish; returns the first fault. Errors: E013, E017 to
  /// E019, E021, E022, E056 to E065, E068.
  constexpr auto finish() -> diag::diagnostic const& {
    scheduling::finish(program());
    return program().fault;
  }
  /// What is wrong so far.
  constexpr auto fault() const -> diag::diagnostic const& { return program().fault; }
  /// The primitives that were applied.
  constexpr auto steps() const -> scheduling::trace const& { return log_; }
  /// The same as text, one line each.
  template <std::size_t N = 8192> constexpr auto print_steps() const -> text<N> {
    return scheduling::print<N>(program(), log_);
  }
  /// The same to anything that appends characters, text and integers.
  template <class Sink> constexpr void print_steps(Sink& out) const {
    scheduling::print(program(), log_, out);
  }

 private:
  static constexpr auto buffer_of(tir::program const& p, int stage) -> int {
    return stage < 0 ? -1 : p.stages[stage].buffer;
  }
  constexpr auto find_stage(std::string_view stage_name) -> int {
    int const s = scheduling::find_stage(program(), stage_name);
    if (s >= 0 || !program().fault.ok()) return s;
    diag::message m{};
    m << "the program has no stage " << stage_name << "; stages: ";
    scheduling::list_stages(m, program());
    program().fail(diag::code::unknown_stage, m);
    return -1;
  }

  scheduling::trace log_{};
};

}  // namespace ashlar

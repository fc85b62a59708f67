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

#include <ashlar/schedule/assume.hpp>
#include <ashlar/schedule/stage_schedule.hpp>
#include <ashlar/target/machine.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

/// What specialize returns, one bit for each of its calls from the first on; false behind those.
/// The general variant, in which nothing was chosen, is 0.
struct choices {
  std::uint8_t taken = 0;
  std::uint8_t count = 0;

  constexpr auto operator[](int n) const -> bool { return n < count && (taken >> n & 1) != 0; }
  friend constexpr auto operator==(choices, choices) -> bool = default;
};

class schedule : public stage_schedule {
 public:
  /// Schedules a program that has at least one stage, as the variant that `which` chooses, for a
  /// machine.
  explicit constexpr schedule(tir::program& p, choices which = {},
                              target::machine const& m = target::native)
      : stage_schedule(p, log_, buffer_of(p, scheduling::main_stage(p))),
        which_(which),
        machine_(&m) {
    if (p.stages.empty())
      p.fail(diag::code::missing_output, "the program has no stage to schedule");
  }
  schedule(schedule const&) = delete;
  auto operator=(schedule const&) -> schedule& = delete;

  /// The machine that the kernel is compiled for: target::native, but where calls are dispatched.
  constexpr auto machine() const -> target::machine const& { return *machine_; }

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

  /// Takes for granted what only the call knows: ash::extent_of("x", 1) == 64, % 16 == 0, <= 64 or
  /// >= 8; ash::stride_of("x", 0) == 128; ash::address_of("x") % 64 == 0. The entry checks it: if
  /// it is not so, the call says of which operand and dimension, with both numbers, and writes
  /// nothing. From then on the program is as if the operand's type said it, so facts come before
  /// loops over that extent are split or fused. Errors: E066. Halide: set_extent, set_stride; Exo:
  /// assert.
  constexpr void assume(claim const& c) { state(c, tir::fact_origin::assumed); }
  /// The same without the check: a call where it is not so may read and write anywhere. The
  /// interpreter checks it. Errors: E066.
  constexpr void unsafe_assume(claim const& c) { state(c, tir::fact_origin::trusted); }
  /// Makes two variants of the kernel: this function runs once for each, and specialize returns
  /// true in that in which the fact holds, and is assumed. A call takes the first variant all of
  /// whose facts hold, in the order in which they are asked for, true before false. What the types
  /// decide is returned, and makes no variant. Errors: E066, E067. Halide: specialize.
  constexpr auto specialize(claim const& c) -> bool {
    return specialize(c, which_[scheduling::choices_in(program())]);
  }
  /// The variant in which specialize has returned `chosen`, whatever the schedule is run for.
  constexpr auto specialize(claim const& c, bool chosen) -> bool {
    tir::fact const f = scheduling::resolve(program(), c, "specialize");
    auto const known = scheduling::specialize(program(), f, chosen);
    if (known != scheduling::answer::open) return known == scheduling::answer::always;
    note(scheduling::verb::specialize, f);
    return chosen;
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

  constexpr void state(claim const& c, tir::fact_origin how) {
    bool const is_checked = how == tir::fact_origin::assumed;
    auto const what = is_checked ? scheduling::verb::assume : scheduling::verb::unsafe_assume;
    tir::fact f = scheduling::resolve(program(), c, scheduling::name_of(what));
    f.origin = how;
    if (scheduling::assume(program(), f, scheduling::name_of(what))) note(what, f);
  }
  // The fact is the last of the program's.
  constexpr void note(scheduling::verb what, tir::fact const& f) {
    log_.add(program(), scheduling::directive{
                            .what = what, .buffer = f.buffer, .number = program().facts.count - 1});
  }

  choices which_{};
  target::machine const* machine_;
  scheduling::trace log_{};
};

}  // namespace ashlar

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// kernel/compile: from a kernel, a schedule and the types of the operands to the code that is
// emitted. One constant for each step, so that each has the compiler's whole budget of steps.
//
//   errors      the first fault of the program or the schedule is a compile error, with its number;
//               E075 for what is no schedule
#pragma once

#include <ashlar/diag/report.hpp>
#include <ashlar/emit/code.hpp>
#include <ashlar/expr/capture.hpp>
#include <ashlar/kernel/slot.hpp>
#include <ashlar/pass/pipeline.hpp>
#include <ashlar/schedule/schedule.hpp>

#include <type_traits>

namespace ashlar {

/// Which rearrangements of floating-point arithmetic a kernel permits.
enum class fp : std::uint8_t {
  relaxed,  // sums may be reassociated, and a * b + c rounded once
  strict,   // neither
};

namespace kernel_impl {

// Functions that also run at run time copy their template parameters: without optimization, clang
// refers to the object of a parameter whose type has no linkage, and the linker drops it where two
// translation units have one of that name.

/// Runs a schedule function on a captured program and judges the result.
template <class Schedule>
constexpr void apply(Schedule const& schedule_function, tir::program& p, choices which = {},
                     target::machine const& m = target::native) {
  if (p.fault) return;
  if constexpr (std::is_invocable_v<Schedule const&, schedule&>) {
    schedule s(p, which, m);
    schedule_function(s);
    s.finish();
  } else {
    p.fail(diag::code::bad_call,
           "the schedule is no function of an ash::schedule&; write [](ash::schedule& s) { ... }");
  }
}

template <auto Kernel, fp Mode, operand_type... Types> struct captured {
  static constexpr auto make() -> tir::program {
    constexpr operand_type types[] = {Types...};
    constexpr auto kernel = Kernel;
    tir::program p = expr::capture(kernel, types);
    if (Mode == fp::strict) p.allowed = tir::permissions{.reassociate = false, .contract = false};
    return p;
  }
  static constexpr tir::program value = make();
};

/// Choices as one number, which keeps symbols short; 0 for none.
constexpr auto code_of(choices which) -> int { return which.count << 8 | which.taken; }

template <class Captured, auto Schedule, int Choices = 0, isa_level Level = target_level>
struct scheduled {
  static constexpr auto make() -> tir::program {
    tir::program p = Captured::value;
    constexpr auto function = Schedule;
    apply(function, p,
          choices{.taken = Choices & 0xff, .count = static_cast<std::uint8_t>(Choices >> 8)},
          target::machine_at<Level>);
    return p;
  }
  static constexpr tir::program value = make();
};

template <class Scheduled, int VectorBytes> struct lowered {
  static constexpr auto make() -> tir::program {
    tir::program p = Scheduled::value;
    pass::lower(p, VectorBytes);
    return p;
  }
  static constexpr tir::program value = make();
};

template <class Program> struct fault_of {
  static constexpr diag::diagnostic value = Program::value.fault;
};

/// The tag of a program's code on a backend.
template <class Lowered, class Backend> struct coded {
  static constexpr emit::compaction numbering{Lowered::value};
  static constexpr auto code = emit::make_code<numbering.size()>(Lowered::value, numbering);
  static constexpr hash128 hash = emit::hash_of(code);
  using slot_type = slot<hash.a, hash.b, Backend>;
  static_assert(sizeof(define<code, slot_type>) > 0, "instantiates the definition");
  using tag = slot_tag<slot_type, Backend>;
};

}  // namespace kernel_impl
}  // namespace ashlar

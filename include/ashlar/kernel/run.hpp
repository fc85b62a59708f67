// SPDX-License-Identifier: Apache-2.0
//
// kernel/run: runs an expression on the spot.
//
//   ash::run(y(i, j) = ash::relu(x(i, j) + 1.0f));
//   ash::run<blocked>(y(i, j) = ash::sum(k, a(i, k) * b(k, j)));
//   ash::run(ash::launch{.threads = pool}, y(i) += x(i));
//
//   takes       an assignment, see expr/assignment; a schedule as template argument; how to run
//   returns     a status, as a kernel does; the operands are y, then what the right side reads,
//               from left to right
//   invariants  the same steps as a kernel's, so that a kernel with the same program is the same
//               code; a schedule speaks of the output as arg0 and of the others as arg1, arg2, ...
//   errors      those of a kernel, at compile time
#pragma once

#include <ashlar/expr/assignment.hpp>
#include <ashlar/kernel/kernel.hpp>

namespace ashlar {

namespace kernel_impl {

template <class Assignment, fp Mode> struct recorded {
  static constexpr auto make() -> tir::program {
    tir::program p = expr::record<Assignment>();
    if (Mode == fp::strict) p.allowed = tir::permissions{.reassociate = false, .contract = false};
    return p;
  }
  static constexpr tir::program value = make();
};

template <class T> inline constexpr bool is_assignment = false;
template <class Left, class Right>
inline constexpr bool is_assignment<expr::assignment<Left, Right>> = true;

}  // namespace kernel_impl

template <class T> concept assignment = kernel_impl::is_assignment<T>;

/// Computes an assignment on given threads, in given memory.
template <auto Schedule = automatic, fp Mode = fp::relaxed, class Backend = emit::default_backend,
          assignment Assignment>
ASHLAR_INLINE auto run(launch const& how, Assignment const& e) -> status {
  using namespace kernel_impl;
  using best = emit::best_of<Backend>;
  using scheduled =
      scheduled<recorded<Assignment, Mode>, Schedule, 0, emit::target_of<best>::level>;
  using lowered = lowered<scheduled, emit::simd::vector_bytes<best>>;
  if constexpr (!fault_of<lowered>::value.ok()) {
    diag::require_valid<fault_of<lowered>>();
    return status{};
  } else if constexpr (emit::is_dispatched<Backend>) {
    return emit::on_target(
        Backend{},
        [&](auto b)
            __attribute__((always_inline)) { return run<Schedule, Mode, decltype(b)>(how, e); },
        status{.code = status_code::unsupported_cpu});
  } else {
    using places = std::make_integer_sequence<int, Assignment::operands>;
    return expr::with_operands(e, [&](auto const&... operand) {
      if constexpr (is_specialized(scheduled::value)) {
        using all = variants<recorded<Assignment, Mode>, Schedule, Backend>;
        diag::require_valid<typename all::fault>();
        return start_variant<all>(how, places{}, to_view(operand)...);
      } else {
        return start<typename coded<lowered, Backend>::tag>(how, places{}, to_view(operand)...);
      }
    });
  }
}

/// Computes an assignment, see the head of this file.
template <auto Schedule = automatic, fp Mode = fp::relaxed, class Backend = emit::default_backend,
          assignment Assignment>
ASHLAR_INLINE auto run(Assignment const& e) -> status {
  using namespace kernel_impl;
  using best = emit::best_of<Backend>;
  using scheduled =
      scheduled<recorded<Assignment, Mode>, Schedule, 0, emit::target_of<best>::level>;
  using lowered = lowered<scheduled, emit::simd::vector_bytes<best>>;
  if constexpr (fault_of<lowered>::value.ok()) {
    return run<Schedule, Mode, Backend>(launch{}, e);
  } else {
    // Not only in the function above: each call between lengthens the message.
    diag::require_valid<fault_of<lowered>>();
    return status{};
  }
}

}  // namespace ashlar

// SPDX-License-Identifier: Apache-2.0
//
// kernel/dispatch: a kernel that is compiled for several instruction sets, see ASHLAR_DISPATCH.
//
//   constexpr ash::kernel<dense> layer;     // as always; every call takes what the processor has
//
//   takes       operands as any kernel does
//   returns     the status of the kernel of the best level that the processor can run;
//               unsupported_cpu, and nothing is written, where it can run none
//   invariants  the schedule runs once for each level, with the machine of that level, so that the
//               loop nests differ; a result is the same where it does not depend on the order of
//               sums or on fused multiplication. What checks the operands is compiled for the
//               compile flags, and nothing else runs before the level is known
//   report      without operands: of the best level that is compiled; with operands, and explain:
//               of the level that a call takes now
#pragma once

#include <ashlar/emit/on_target.hpp>
#include <ashlar/kernel/kernel.hpp>

namespace ashlar {

template <auto Kernel, auto Schedule, fp Mode, class... Backends>
struct kernel<Kernel, Schedule, Mode, emit::dispatched<Backends...>> {
  using backends = emit::dispatched<Backends...>;
  template <class Backend> using on = kernel<Kernel, Schedule, Mode, Backend>;

  /// The steps for the best level that is compiled.
  template <class... Operands>
  using compilation = typename on<emit::best_of<backends>>::template compilation<Operands...>;

  /// Runs on operands, see kernel/kernel.hpp.
  template <class... Operands>
  ASHLAR_INLINE auto operator()(Operands&&... operands) const -> status {
    if constexpr (!fault_for<Operands...>::value.ok()) {
      diag::require_valid<fault_for<Operands...>>();
      return status{};
    } else {
      return emit::on_target(
          backends{},
          [&](auto b) __attribute__((always_inline)) { return on<decltype(b)>{}(operands...); },
          status{.code = status_code::unsupported_cpu});
    }
  }

  /// On a GPU, where the levels of processors do not count: see kernel/cuda.hpp.
  template <class... Operands> auto operator()(cuda where, Operands&&... operands) const -> status {
    return on<emit::best_of<backends>>{}(where, operands...);
  }

  /// The same on given threads, in given memory.
  template <class... Operands>
  ASHLAR_INLINE auto run(launch const& how, Operands&&... operands) const -> status {
    if constexpr (!fault_for<Operands...>::value.ok()) {
      diag::require_valid<fault_for<Operands...>>();
      return status{};
    } else {
      return emit::on_target(
          backends{},
          [&](auto b)
              __attribute__((always_inline)) { return on<decltype(b)>{}.run(how, operands...); },
          status{.code = status_code::unsupported_cpu});
    }
  }

  /// The bytes of workspace that a call needs now; another level may need more.
  template <class... Operands>
  auto workspace_bytes(launch const& how, Operands&&... operands) const -> index_t {
    return emit::on_target(
        backends{}, [&](auto b) { return on<decltype(b)>{}.workspace_bytes(how, operands...); },
        index_t{0});
  }

  /// See the head of this file; kernel/explain.hpp and kernel/report.hpp have the definitions.
  template <class... Operands> auto explain(Operands&&... operands) const;
  template <class... Operands> static constexpr auto report() {
    return on<emit::best_of<backends>>::template report<Operands...>();
  }
  template <class... Operands>
  auto report(Operands&&... operands) const
    requires(sizeof...(Operands) > 0);

 private:
  template <class... Operands>
  using fault_for =
      kernel_impl::fault_of<typename compilation<std::remove_reference_t<Operands>...>::lowered>;
};

}  // namespace ashlar

// SPDX-License-Identifier: Apache-2.0
//
// kernel/kernel: a tensor function with a schedule, as something to call.
//
//   constexpr ash::kernel<dense> layer;             // the default schedule of this machine
//   constexpr ash::kernel<dense, blocked> mine;     // a schedule of one's own
//   layer(y, x, w, b);
//
//   takes       operands in the order of the kernel's parameters, outputs first: views, tensors,
//               spans, and numbers for operands without dimensions
//   returns     a status; it says what is wrong with an operand, and then nothing has been written
//   invariants  safe to call from several threads at once; the result does not depend on how many
//               threads run it
#pragma once

#include <ashlar/diag/condition.hpp>
#include <ashlar/emit/targets.hpp>
#include <ashlar/kernel/compile.hpp>
#include <ashlar/kernel/launch.hpp>
#include <ashlar/kernel/operand.hpp>
#include <ashlar/kernel/variants.hpp>
#include <ashlar/runtime/gpu_stream.hpp>
#include <ashlar/schedule/automatic.hpp>

namespace ashlar {

template <auto Kernel, auto Schedule = automatic, fp Mode = fp::relaxed,
          class Backend = emit::default_backend>
struct kernel {
  /// The steps from the tensor function to its code, for operands of these types.
  template <class... Operands> struct compilation {
    using captured = kernel_impl::captured<kernel_impl::kernel_for<Kernel, Operands...>, Mode,
                                           kernel_impl::view_of<Operands>::type...>;
    using scheduled =
        kernel_impl::scheduled<captured, Schedule, 0, emit::target_of<Backend>::level>;
    using lowered = kernel_impl::lowered<scheduled, emit::simd::vector_bytes<Backend>>;
  };

  /// Runs on operands, see the head of this file.
  template <class... Operands>
  ASHLAR_INLINE auto operator()(Operands&&... operands) const -> status {
    using steps = compilation<std::remove_reference_t<Operands>...>;
    using places = std::make_integer_sequence<int, int{sizeof...(Operands)}>;
    if constexpr (!fault_for<Operands...>::value.ok()) {
      // Not only in `run`: each call between the user's and this one lengthens the message.
      diag::require_valid<fault_for<Operands...>>();
      return status{};
    } else if constexpr (kernel_impl::is_specialized(steps::scheduled::value)) {
      using all = kernel_impl::variants<typename steps::captured, Schedule, Backend>;
      diag::require_valid<typename all::fault>();
      return kernel_impl::start_variant<all>(launch{}, places{}, kernel_impl::to_view(operands)...);
    } else {
      return kernel_impl::start<tag_of<steps>>(launch{}, places{},
                                               kernel_impl::to_view(operands)...);
    }
  }

  /// The same on given threads, in given memory.
  template <class... Operands>
  ASHLAR_INLINE auto run(launch const& how, Operands&&... operands) const -> status {
    using steps = compilation<std::remove_reference_t<Operands>...>;
    using places = std::make_integer_sequence<int, int{sizeof...(Operands)}>;
    if constexpr (!fault_for<Operands...>::value.ok()) {
      diag::require_valid<fault_for<Operands...>>();
      return status{};
    } else if constexpr (kernel_impl::is_specialized(steps::scheduled::value)) {
      using all = kernel_impl::variants<typename steps::captured, Schedule, Backend>;
      diag::require_valid<typename all::fault>();
      return kernel_impl::start_variant<all>(how, places{}, kernel_impl::to_view(operands)...);
    } else {
      return kernel_impl::start<tag_of<steps>>(how, places{}, kernel_impl::to_view(operands)...);
    }
  }

  /// Runs on the GPU; kernel/cuda.hpp has the definition.
  template <class... Operands> auto operator()(cuda where, Operands&&... operands) const -> status;

  /// The bytes of workspace that a call needs, 0 for none; they depend on dynamic extents and on
  /// the number of threads.
  template <class... Operands>
  auto workspace_bytes(launch const& how, Operands&&... operands) const -> index_t {
    using steps = compilation<std::remove_reference_t<Operands>...>;
    using places = std::make_integer_sequence<int, int{sizeof...(Operands)}>;
    if constexpr (kernel_impl::is_specialized(steps::scheduled::value)) {
      using all = kernel_impl::variants<typename steps::captured, Schedule, Backend>;
      return kernel_impl::workspace_of_variant<all>(how, places{},
                                                    kernel_impl::to_view(operands)...);
    } else {
      return kernel_impl::workspace_bytes<tag_of<steps>>(how, places{},
                                                         kernel_impl::to_view(operands)...);
    }
  }

  /// The bytes that a call on the GPU needs between its launches; they depend on dynamic
  /// extents.
  template <class... Operands>
  auto workspace_bytes(cuda where, Operands&&... operands) const -> index_t;

  /// What becomes of it, as text; kernel/explain.hpp has the definition.
  template <class... Operands> auto explain(Operands&&... operands) const;

  /// What it computes and needs, as numbers; kernel/report.hpp has the definition.
  template <class... Operands> static constexpr auto report();
  template <class... Operands>
  auto report(Operands&&... operands) const
    requires(sizeof...(Operands) > 0);

 private:
  template <class Steps>
  using tag_of = typename kernel_impl::coded<typename Steps::lowered, Backend>::tag;
  template <class... Operands>
  using fault_for =
      kernel_impl::fault_of<typename compilation<std::remove_reference_t<Operands>...>::lowered>;
};

}  // namespace ashlar

// Completes the template: a file that dispatches must see both.
#include <ashlar/kernel/dispatch.hpp>

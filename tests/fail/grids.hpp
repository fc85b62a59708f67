// SPDX-License-Identifier: Apache-2.0
//
// grids: a kernel as a grid of thread blocks would have it, for the sources in this folder.
#pragma once

#include <ashlar/expr/assignment.hpp>

#include "kernels.hpp"

template <auto Kernel, auto Schedule, class... Operands> struct on_grid {
  static constexpr auto make() {
    ash::tir::program p = ash::kernel_impl::scheduled<
        ash::kernel_impl::captured<Kernel, ash::fp::relaxed,
                                   ash::expr::type_of_operand<Operands>()...>,
        Schedule>::value;
    ash::pass::lower_grid(p, ash::target::sm_80);
    return p.fault;
  }
  static constexpr ash::diag::diagnostic value = make();
};

template <auto Kernel, auto Schedule, class... Operands> auto fits_grid(Operands&...) -> int {
  using found = on_grid<Kernel, Schedule, Operands...>;
  ash::diag::require_valid<found>();
  return found::value.ok() ? 0 : 1;
}

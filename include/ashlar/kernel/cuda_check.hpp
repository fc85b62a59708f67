// SPDX-License-Identifier: Apache-2.0
//
// kernel/cuda_check: whether a kernel for the GPU can have a program.
//
//   takes       a program that was lowered with its grid
//   errors      E084 a part of a nest that is for processors
#pragma once

#include <ashlar/tir/grid.hpp>

namespace ashlar::kernel_impl {

/// Of a scheduled program: one thread would do what no loop is bound for.
constexpr void check_grid_is_used(tir::program& p) {
  if (p.fault || tir::has_grid(p)) return;
  p.fail(diag::code::not_for_gpu,
         "no loop is bound, so one thread would do all; bind(loop, ash::gpu::block_x) and thread_x "
         "in a schedule of your own");
}

/// Judges a lowered program. Errors: E084.
constexpr void check_gpu(tir::program& p) {
  if (p.fault) return;
  for (auto const& s : p.stmts) {
    if (s.kind == tir::stmt_kind::store && s.is_atomic) {
      p.fail(diag::code::not_for_gpu,
             "atomic updates come after the first values, for which blocks do not wait; rfactor "
             "instead");
    }
    bool const is_code = s.kind == tir::stmt_kind::tensorize;
    if (is_code && !tir::is_of_warp(p.intrinsics[p.calls[s.target].which])) {
      p.fail(diag::code::not_for_gpu,
             diag::message() << "intrinsic " << p.intrinsics[p.calls[s.target].which].name
                             << " is code for a processor; leave tensorize out, or use one of "
                                "ash::gpu, as ash::gpu::mma<ash::bfloat16>");
    }
  }
  for (auto const& e : p.exprs) {
    if (is_nibble(e.type)) {
      p.fail(diag::code::not_for_gpu,
             "integers of 4 bits are for processors; give the kernel operands of i8 or u8");
    }
  }
  for (auto const& f : p.facts) {
    if (tir::is_choice(f)) {
      p.fail(diag::code::not_for_gpu,
             "specialize chooses among variants on the processor; use assume in a schedule for the "
             "GPU");
    }
  }
}

}  // namespace ashlar::kernel_impl

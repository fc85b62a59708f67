// SPDX-License-Identifier: Apache-2.0
//
// kernel/cuda_check: whether a kernel for the GPU can have a program.
//
//   takes       a program that was lowered with its grid
//   errors      E120 a stage whose memory no thread of a grid has; E121 a part of a nest that is for
//               processors; E122 more threads or more shared memory than any device has
#pragma once

#include <ashlar/emit/cuda/facts.hpp>

namespace ashlar::kernel_impl {

inline constexpr int gpu_threads = 1024;
inline constexpr std::int64_t gpu_shared_bytes = 227 * 1024;  // sm_90; sm_80 has 163

constexpr void check_gpu_memory(tir::program& p, tir::stmt const& s) {
  if (s.kind != tir::stmt_kind::allocate || p.buffers[s.target].where != tir::scope::workspace) {
    return;
  }
  diag::message m{};
  m << "stage " << p.buffers[s.target].name
    << " lies in the workspace, which a grid does not have; compute_inline it, or compute it at a "
       "loop of its consumer and store_in(scope::shared), stack or registers";
  p.fail(diag::code::bad_grid_memory, m);
}

constexpr void check_gpu_budget(tir::program& p) {
  std::int64_t threads[3] = {1, 1, 1};
  std::int64_t shared = 0;
  for (auto const& s : p.stmts) {
    if (s.kind == tir::stmt_kind::loop && tir::is_thread(s.loop)) {
      std::int64_t& n = threads[tir::grid_dim(s.loop)];
      std::int64_t const wanted = tir::is_warp(s.loop) && tir::grid_dim(s.loop) == 0
                                      ? tir::warp_threads
                                      : p.indices[s.extent].offset;
      n = n < wanted ? wanted : n;
    }
    if (s.kind != tir::stmt_kind::allocate) continue;
    tir::buffer const& b = p.buffers[s.target];
    if (b.where != tir::scope::shared) continue;
    std::int64_t n = bytes_of(b.type);
    for (int d = 0; d < b.rank; ++d) n = saturating_product(n, p.indices[b.shape[d]].offset);
    shared += n;
  }
  std::int64_t const all = threads[0] * threads[1] * threads[2];
  diag::message m{};
  if (all > gpu_threads) {
    m << "a block of " << threads[0] << " * " << threads[1] << " * " << threads[2] << " = " << all
      << " threads, and a device has at most " << gpu_threads << "; split a bound loop further";
  } else if (shared > gpu_shared_bytes) {
    m << "a block needs " << shared << " bytes of shared memory, and a device has at most "
      << gpu_shared_bytes << "; smaller tiles need less";
  } else {
    return;
  }
  p.fail(diag::code::gpu_budget, m);
}

/// Judges a lowered program. Errors: E120, E121, E122.
constexpr void check_gpu(tir::program& p) {
  if (p.fault) return;
  for (auto const& s : p.stmts) {
    check_gpu_memory(p, s);
    if (s.kind == tir::stmt_kind::store && s.is_atomic) {
      p.fail(diag::code::not_for_gpu,
             "atomic updates come after the first values, for which blocks do not wait; rfactor "
             "instead");
    }
    if (s.kind == tir::stmt_kind::tensorize) {
      p.fail(diag::code::not_for_gpu,
             diag::message() << "intrinsic " << p.intrinsics[p.calls[s.target].which].name
                             << " is code for a processor; leave tensorize out");
    }
  }
  for (auto const& f : p.facts) {
    if (tir::is_choice(f)) {
      p.fail(diag::code::not_for_gpu,
             "specialize chooses among variants on the processor; use assume in a schedule for the "
             "GPU");
    }
  }
  check_gpu_budget(p);
}

}  // namespace ashlar::kernel_impl

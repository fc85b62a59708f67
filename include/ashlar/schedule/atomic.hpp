// SPDX-License-Identifier: Apache-2.0
//
// schedule/atomic: a reduction whose iterations may run in threads.
//
//   h(b) += v   -->   atomically h[b] += v
//
//   takes        a stage with a reduction of integers or truth values by +, *, max, min, and, or:
//                these give the same for every order, so for every number of threads
//   returns      the stage, whose reduction loops `parallel` takes; its running values are in
//                memory, and each update is atomic
//   invariants   results do not depend on the number of threads, nor on which is first
//   names        Halide: atomic, TVM: an annotation
//   errors       E065
#pragma once

#include <ashlar/schedule/order.hpp>
#include <ashlar/tir/combiner.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace atomic_impl {

// True if values combine by an operation that memory can do at once.
constexpr auto is_single(program const& p, tir::stage const& s) -> bool {
  using enum tir::opcode;
  auto const op = tir::combiner_of(p, s.reduce);
  return op == add || op == mul || op == max || op == min || op == logical_and || op == logical_or;
}

constexpr auto reason_against(program const& p, tir::stage const& s) -> std::string_view {
  if (s.reduce.components == 0) return "it has no reduction; its points are in threads by parallel";
  if (s.reduce.components > 1) return "a reduction of pairs, as argmax, is two values";
  if (!is_exact(p, s)) {
    return "sums of floats depend on the order, which threads would decide; rfactor keeps partial "
           "results apart";
  }
  if (!s.reduce.commutative) return "its combiner is not declared commutative";
  if (!is_single(p, s)) return "its combiner is not one of +, *, max, min, and, or";
  if (tir::is_recurrence(s)) return "it is carried from one point to the next";
  return {};
}

}  // namespace atomic_impl

/// True if a reduction loop of the stage runs in threads, which update atomically.
constexpr auto has_parallel_reduction(program const& p, tir::stage const& s) -> bool {
  for (handle const l : s.loops) {
    if (s.is_atomic && p.axes[l].is_reduction && p.axes[l].kind == tir::loop_kind::parallel)
      return true;
  }
  return false;
}

/// Lets `parallel` take reduction loops of the stage. Errors: E065.
constexpr void atomic(program& p, int stage) {
  if (!p.fault.ok()) return;
  auto const why = atomic_impl::reason_against(p, p.stages[stage]);
  if (why.empty()) {
    p.stages[stage].is_atomic = true;
    return;
  }
  p.fail(diag::code::bad_atomic,
         diag::message{} << "atomic " << p.stages[stage].name << ": " << why);
}

/// E065 where a stage with atomic updates has lanes, or keeps a tile. Part of `finish`.
constexpr void check_atomic(program& p, int stage) {
  tir::stage const& s = p.stages[stage];
  if (!p.fault.ok() || !has_parallel_reduction(p, s)) return;
  diag::message m{};
  m << "atomic " << s.name << ": ";
  if (s.tile_at >= 0) {
    return p.fail(diag::code::bad_atomic,
                  m << "cache_write keeps running values that other threads do not see");
  }
  if (s.tensorized_at >= 0) {
    return p.fail(diag::code::bad_atomic,
                  m << "the code of an intrinsic does not update atomically");
  }
  for (handle const l : s.loops) {
    if (p.axes[l].kind != tir::loop_kind::vectorized) continue;
    return p.fail(diag::code::bad_atomic, m << "its update is in the lanes of " << p.axes[l].name
                                            << ", and memory updates one element at once; unroll "
                                               "it, or leave it serial");
  }
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

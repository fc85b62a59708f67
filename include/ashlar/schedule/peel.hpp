// SPDX-License-Identifier: Apache-2.0
//
// schedule/peel: the ends of a loop get code of their own.
//
//   for i in E: body   -->   for i in 1: body; for i in [1, E - 1): body; for i in [E - 1, E): body
//
//   takes       a loop, how many of its first and of its last iterations
//   returns     the loop, which lowering cuts in three; no primitive changes it after that
//   invariants  every point is visited once and in the same order. In the middle no index reaches
//               beyond an end, so the tests of boundary conditions are decided there
//   names       Halide: partition, TVM: loop_partition, Exo: cut_loop
#pragma once

#include <ashlar/schedule/loops.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace peel_impl {

constexpr auto fail(program& p, diag::message const& m) -> bool {
  p.fail(diag::code::bad_peel, m);
  return false;
}

constexpr auto is_legal(program& p, int axis, std::int64_t first, std::int64_t last) -> bool {
  tir::axis const& a = p.axes[axis];
  diag::message m{};
  m << "peel " << a.name << " by " << first << " and " << last << ": ";
  bool const is_negative = first < 0 || last < 0;
  if (is_negative || (first == 0 && last == 0) || first > max_unroll || last > max_unroll) {
    m << "each end has 0 to " << max_unroll << " iterations, and one of them at least 1";
    return fail(p, m);
  }
  if (a.kind == tir::loop_kind::vectorized) {
    m << "it is vectorized, and its lanes run together; peel the loop of its vectors, or split it "
      << "before it is vectorized";
    return fail(p, m);
  }
  if (!a.extent.is_constant() || a.extent.offset > first + last) return true;
  m << "extent " << a.extent.offset << " leaves no middle; both ends together have at most "
    << (a.extent.offset > 0 ? a.extent.offset - 1 : 0);
  return fail(p, m);
}

}  // namespace peel_impl

/// Peels a loop. Errors: E021 a loop that is divided already, E029.
constexpr void peel(program& p, int axis, std::int64_t first, std::int64_t last) {
  if (!p.fault.ok() || !is_not_cut(p, axis, "peel")) return;
  if (!peel_impl::is_legal(p, axis, first, last)) return;
  p.axes[axis].first_peeled = static_cast<std::int16_t>(first);
  p.axes[axis].last_peeled = static_cast<std::int16_t>(last);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

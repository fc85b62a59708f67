// SPDX-License-Identifier: Apache-2.0
//
// emit/cuda/copy: a store to shared memory that a thread does not wait for.
//
//   takes       a store whose value is an element of an operand, in the lanes of a thread
//   returns     whether the copies have begun: false where a lane is off or outside, and then the
//               store is an ordinary one, which is there for all after the barrier, too
//   method      cp.async of 16, 8 or 4 bytes, as many as both alignments allow; elements that
//               follow each other on both sides
#pragma once

#include <ashlar/emit/cuda/memory.hpp>

namespace ashlar::emit::cuda {

namespace copy_impl {

/// The elements of one copy; 0 where it would have fewer than 4 bytes, or lanes are apart.
template <class Code>
consteval auto elements_of_copy(Code const& c, int to, int from, int lane, int lanes) -> int {
  if (!simd::step_of(c, to, lane).affine || !simd::step_of(c, from, lane).affine) return 0;
  auto const a = simd::step_of(c, to, lane);
  auto const b = simd::step_of(c, from, lane);
  bool const is_packed = a.constant && a.step == 1 && b.constant && b.step == 1;
  if (lanes > 1 && !is_packed) return 0;
  int const n = chunk_of(c, to, lane, lanes);
  int const m = chunk_of(c, from, lane, lanes);
  int const each = n < m ? n : m;
  return each * bytes_of(c.buffers[c.accesses[to].buffer].type) >= 4 ? each : 0;
}

}  // namespace copy_impl

/// Whether store S may be a copy that is not waited for.
template <class Code>
consteval auto is_begun_copy(Code const& c, int stmt, int lane, int lanes) -> bool {
  tir::stmt const& s = c.stmts[stmt];
  bool const is_shared = c.buffers[c.accesses[s.target].buffer].where == tir::scope::shared;
  if (!s.streams || !is_shared || c.exprs[s.value].op != tir::opcode::load) return false;
  int const from = c.exprs[s.value].a;
  if (is_number(c, c.accesses[from].buffer)) return false;
  return copy_impl::elements_of_copy(c, s.target, from, lane, lanes) > 0;
}

inline namespace ASHLAR_ISA {

/// Begins the copies of store S, if all of its lanes are on and inside.
template <int S, int Lane, int L, class Cursor, class M>
ASHLAR_DEVICE auto begin_copy(Cursor c, M const& on) -> bool {
  using tag = typename Cursor::tag;
  constexpr int to = tag::value.stmts[S].target;
  constexpr int from = tag::value.exprs[tag::value.stmts[S].value].a;
  constexpr int n = copy_impl::elements_of_copy(tag::value, to, from, Lane, L);
  constexpr bool is_checked =
      tag::value.accesses[to].checked != 0 || tag::value.accesses[from].checked != 0;
  bool all = true;
  if constexpr (!std::is_same_v<M, no_mask>) all = all_of(on);
  if constexpr (is_checked) {
    all = all && all_of(lanes_inside<to, Lane, L>(c.f)) && all_of(lanes_inside<from, Lane, L>(c.f));
  }
  if (!all) return false;
  auto* const p = pointer<to>(c.f);
  auto const* const q = pointer<from>(c.f);
  ASHLAR_UNROLL
  for (int l = 0; l < L; l += n) {
    c.f.thread.template begin_copy<n* static_cast<int>(sizeof(*p))>(p + l, q + l);
  }
  return true;
}

}  // namespace ASHLAR_ISA
}  // namespace ashlar::emit::cuda

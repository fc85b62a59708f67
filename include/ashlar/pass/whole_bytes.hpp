// SPDX-License-Identifier: Apache-2.0
//
// pass/whole_bytes: whether each store to an output of 4-bit elements writes whole bytes.
//
//   vectorized j (8): q[i, j] = ...     four bytes, if row i begins at a byte
//
//   takes       the nest that is emitted
//   returns     the same; E076 where a store would have to keep the other half of a byte, which
//               another thread may write at the time
//   cost        of a program without such outputs one look at each buffer
#pragma once

#include <ashlar/tensor/layout.hpp>
#include <ashlar/tir/index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace whole_bytes_impl {

using namespace tir;

// Why a store writes half a byte.
enum class reason : std::uint8_t { none, lanes, along, start, masked };

// Where a store stands.
struct place {
  handle lanes = -1;       // the statement of the vectorized loop around
  bool is_masked = false;  // one lane of a byte may be off, and the other on
};

constexpr auto depends_on(program const& p, handle sum, handle axis) -> bool {
  return any_variable(p, p.indices[sum], [axis](int v) { return v == axis; });
}

// True if the sum, without its lanes, is even.
constexpr auto is_even(program const& p, affine const& a, handle lane) -> bool {
  bool even = a.offset % 2 == 0;
  for (auto const& t : a.terms) {
    atom const& at = p.atoms[t.atom];
    bool const is_lane = at.kind == atom_kind::variable && at.id == lane;
    even = even && (is_lane || t.coef % 2 == 0);
  }
  return even;
}

// The step of the last index with the lanes; 0 where there is none.
constexpr auto step_of(program const& p, affine const& a, handle lane) -> std::int64_t {
  std::int64_t step = 0;
  for (auto const& t : a.terms) {
    atom const& at = p.atoms[t.atom];
    if (at.kind == atom_kind::variable && at.id == lane) step = t.coef;
    if (at.lhs >= 0 && (depends_on(p, at.lhs, lane) || depends_on(p, at.rhs, lane))) return 0;
  }
  return step;
}

// True if the lanes in which the sum is >= 0 are the first n, and n is even.
constexpr auto keeps_pairs(program const& p, affine const& a, handle lane) -> bool {
  return whole_bytes_impl::step_of(p, a, lane) == -1 && is_even(p, a + 1, lane);
}

constexpr auto judge(program const& p, access const& a, place const& at) -> reason {
  if (at.lanes < 0 || p.indices[p.stmts[at.lanes].extent].offset % 2 != 0) return reason::lanes;
  handle const lane = p.stmts[at.lanes].axis;
  buffer const& b = p.buffers[a.buffer];
  int const last = a.rank - 1;
  bool const is_along = last >= 0 && b.stride[last] == 1 &&
                        whole_bytes_impl::step_of(p, p.indices[a.index[last]], lane) == 1;
  if (!is_along) return reason::along;
  if (!is_even(p, p.indices[a.index[last]], lane)) return reason::start;
  bool const rows_are_even = b.is_packed && is_even(p, p.indices[b.shape[last]], -1);
  for (int d = 0; d < last; ++d) {
    if (depends_on(p, a.index[d], lane)) return reason::along;
    bool const is_known = b.stride[d] != dynamic_stride && b.stride[d] % 2 == 0;
    bool const starts = is_known || rows_are_even || is_even(p, p.indices[a.index[d]], -1);
    if (!starts) return reason::start;
  }
  return at.is_masked || a.checked != 0 ? reason::masked : reason::none;
}

constexpr void fail(program& p, access const& a, reason why) {
  buffer const& b = p.buffers[a.buffer];
  diag::message m{};
  m << b.name << " is " << name_of(b.type) << ", two elements in a byte; ";
  if (why == reason::lanes) {
    m << "it is stored one by one: vectorize a loop of 2, 4 or more along its last dimension";
  } else if (why == reason::along) {
    m << "its lanes do not follow each other in memory: vectorize a loop along its last dimension, "
         "with stride 1";
  } else if (why == reason::start) {
    m << "a vector may begin in the middle of one: give its last dimension an even extent, as 8 or "
         "ash::dyn_multiple_of(2), and split it by an even factor";
  } else {
    m << "one of two lanes may be off: give its last dimension an even extent, as 8 or "
         "ash::dyn_multiple_of(2)";
  }
  p.fail(diag::code::half_bytes, m << ", or store " << (b.type == dtype::i4 ? "i8" : "u8"));
}

constexpr void check_block(program& p, handle h, place at) {
  for (; h >= 0; h = p.stmts[h].next) {
    stmt const& s = p.stmts[h];
    place inside = at;
    if (s.kind == stmt_kind::loop && s.loop == loop_kind::vectorized) inside.lanes = h;
    if (s.kind == stmt_kind::guard && at.lanes >= 0) {
      for (handle const c : s.condition) {
        handle const lane = p.stmts[at.lanes].axis;
        bool const is_mask = c >= 0 && depends_on(p, c, lane);
        inside.is_masked = inside.is_masked || (is_mask && !keeps_pairs(p, p.indices[c], lane));
      }
    }
    if (s.kind == stmt_kind::store) {
      access const& a = p.accesses[s.target];
      buffer const& b = p.buffers[a.buffer];
      bool const is_paired = is_nibble(b.type) && b.operand >= 0;
      reason const why = is_paired ? judge(p, a, at) : reason::none;
      if (why != reason::none) return fail(p, a, why);
    }
    check_block(p, s.body, inside);
    check_block(p, s.otherwise, inside);
  }
}

}  // namespace whole_bytes_impl

constexpr void whole_bytes(tir::program& p) {
  bool any = false;
  for (auto const& b : p.buffers) any = any || (is_nibble(b.type) && b.is_output);
  if (any && !p.fault) whole_bytes_impl::check_block(p, p.root, whole_bytes_impl::place{});
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

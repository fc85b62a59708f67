// SPDX-License-Identifier: Apache-2.0
//
// schedule/access_pattern: how the loads of a stage move along each of its axes; what a default
// schedule chooses loops by.
//
//   takes       a stage before its axes are split
//   returns     per axis: loads that stay, loads that move by one element, and all others; how many
//               functions (exp, tanh, ...) a point costs
//   invariants  a dynamic stride counts as another step than one
#pragma once

#include <ashlar/schedule/uses.hpp>
#include <ashlar/tensor/layout.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

/// What the loads of a stage do along one axis.
struct axis_use {
  int stays = 0;       // loads that do not move
  int contiguous = 0;  // loads that move by one element
  int other = 0;       // loads that move in any other way

  constexpr auto moves() const -> int { return contiguous + other; }
};

namespace access_pattern_impl {

constexpr auto step_along(program const& p, tir::access const& a, int axis) -> index_t {
  tir::buffer const& b = p.buffers[a.buffer];
  index_t step = 0;
  for (int d = 0; d < a.rank; ++d) {
    affine const& index = p.indices[a.index[d]];
    bool const used = tir::any_variable(p, index, [axis](int v) { return v == axis; });
    if (!used) continue;
    index_t coef = 0;
    for (auto const& t : index.terms) {
      tir::atom const& at = p.atoms[t.atom];
      if (at.kind == tir::atom_kind::variable && at.id == axis) coef = t.coef;
    }
    index_t const stride = b.operand < 0 ? (d == a.rank - 1 ? 1 : dynamic_stride) : b.stride[d];
    if (coef == 0 || stride == dynamic_stride) return dynamic_stride;
    step += coef * stride;
  }
  return step;
}

}  // namespace access_pattern_impl

/// The loads of a stage's values along `axis`.
constexpr auto use_along(program const& p, tir::stage const& s, int axis) -> axis_use {
  axis_use r{};
  walker w{};
  push_all(w, s);
  for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
    index_t const step = access_pattern_impl::step_along(p, p.accesses[at], axis);
    r.stays += step == 0 ? 1 : 0;
    r.contiguous += step == 1 ? 1 : 0;
    r.other += step != 0 && step != 1 ? 1 : 0;
  }
  return r;
}

/// True if a load that is contiguous along `lane` stays along `axis`: a register tile over both
/// uses each vector several times.
constexpr auto reuses_vectors(program const& p, tir::stage const& s, int lane, int axis) -> bool {
  walker w{};
  push_values(w, s);
  for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
    tir::access const& a = p.accesses[at];
    if (access_pattern_impl::step_along(p, a, lane) == 1 &&
        access_pattern_impl::step_along(p, a, axis) == 0) {
      return true;
    }
  }
  return false;
}

/// How many functions with a long body a point of the stage calls.
constexpr auto function_count(program const& p, tir::stage const& s) -> int {
  int n = 0;
  walker w{};
  push_all(w, s);
  for (int e = w.next(p); e >= 0; e = w.next(p)) {
    tir::opcode const op = p.exprs[e].op;
    bool const is_function = (op >= tir::opcode::rsqrt && op <= tir::opcode::cos) ||
                             op == tir::opcode::pow || op == tir::opcode::call;
    n += is_function ? 1 : 0;
  }
  return n;
}

/// The widest element type that a stage computes with, in bytes.
constexpr auto widest_bytes(program const& p, tir::stage const& s) -> int {
  int bytes = bytes_of(p.buffers[s.buffer].type);
  walker w{};
  push_all(w, s);
  for (int e = w.next(p); e >= 0; e = w.next(p)) {
    int const b = bytes_of(p.exprs[e].type);
    bytes = b > bytes ? b : bytes;
  }
  return bytes;
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

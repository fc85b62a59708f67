// SPDX-License-Identifier: Apache-2.0
//
// schedule/beyond: the value of an expression beyond the end of a loop, where it is one number.
//
//   sum(k, a_pad(i, k) * b_pad(k, j)), both 0 from k = 29 on   -->   0 * 0 = 0
//
//   takes       an expression of a stage, and a sum that is below 0 beyond the end of the loop
//   returns     the value that the expression has there, whatever the operands hold; or none
//   method      loads that are outside of their buffer give their fallback; stages are looked
//               into; operations of known values are done. An unknown float times 0 is unknown: it
//               may be infinite
//   invariants  nothing is assumed of memory: a load that no check is of must be inside
#pragma once

#include <ashlar/schedule/uses.hpp>
#include <ashlar/tir/bounds.hpp>
#include <ashlar/tir/recurrence.hpp>
#include <ashlar/tir/scalar_op.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace beyond_impl {

/// Stages that are looked into, one from another.
inline constexpr int most_depth = 8;

struct prover {
  program& p;
  affine const past;            // below 0
  tir::context scope{};         // the loops of the stage
  using unknown = tir::scalar;  // of no type

  // True if the sum is at most `past`, where the call is what its checks say.
  constexpr auto is_past(affine const& sum) const -> bool {
    affine const above = past - sum;
    if (above.is_constant()) return above.offset >= 0;
    for (auto const& c : p.checks) {
      if (!c.equal) continue;
      for (int const sign : {1, -1}) {
        affine const rest = above + p.indices[c.sum] * sign;
        if (rest.is_constant() && rest.offset >= 0) return true;
      }
    }
    return false;
  }
  constexpr auto depends(affine const& sum) const -> bool {
    return any_variable(
        p, sum, [this](int v) { return any_variable(p, past, [v](int w) { return v == w; }); });
  }

  constexpr auto load(tir::expr const& e, tir::substitution const& at, int depth) -> tir::scalar {
    tir::access const a = p.accesses[e.a];
    tir::substitution inside{};
    int const s = stage_of(p, a.buffer);
    bool is_outside = false;
    bool may_be_outside = false;
    for (int d = 0; d < a.rank; ++d) {
      affine const index = substitute(p, affine(p.indices[a.index[d]]), at);
      affine const end = p.indices[p.buffers[a.buffer].shape[d]] - index - 1;
      bool const is_checked = ((a.checked >> static_cast<unsigned>(d)) & 1U) != 0;
      is_outside = is_outside || (is_checked && is_past(end));
      if (is_checked || depends(index)) {
        bool const is_in = always_nonnegative(p, scope, end) && always_nonnegative(p, scope, index);
        if (!is_in && !is_checked) return unknown{};
        may_be_outside = may_be_outside || !is_in;
      }
      if (s >= 0) inside.bind(p.stages[s].pure[d], index);
    }
    tir::scalar const fallback = e.b < 0 ? tir::constant_of(e.type, 0) : value(e.b, at, depth);
    if (is_outside) return fallback;
    if (s < 0 || depth == most_depth || tir::is_recurrence(p.stages[s])) return unknown{};
    tir::scalar const held = value(p.stages[s].result, inside, depth + 1);
    return !may_be_outside || held == fallback ? held : unknown{};
  }

  constexpr auto select(tir::expr const& e, tir::substitution const& at, int depth) -> tir::scalar {
    tir::scalar const condition = value(e.a, at, depth);
    if (is_known(condition)) return value(tir::get<bool>(condition) ? e.b : e.c, at, depth);
    tir::scalar const x = value(e.b, at, depth);
    return x == value(e.c, at, depth) ? x : unknown{};
  }

  // Where one operand decides.
  static constexpr auto absorbs(tir::expr const& e, tir::scalar x) -> bool {
    if (!is_known(x) || x.bits != 0) return false;
    return e.op == tir::opcode::logical_and || (e.op == tir::opcode::mul && !is_float(e.type));
  }
  static constexpr auto is_known(tir::scalar x) -> bool { return x.type != dtype::none; }

  constexpr auto operation(tir::expr const& e, tir::substitution const& at, int depth)
      -> tir::scalar {
    int const n = tir::operand_count(e.op);
    tir::scalar x[3]{};
    handle const operands[] = {e.a, e.b, e.c};
    bool all = n > 0;
    for (int i = 0; i < n; ++i) {
      x[i] = value(operands[i], at, depth);
      if (absorbs(e, x[i])) return x[i];
      all = all && is_known(x[i]);
    }
    return all ? tir::apply(e.op, e.type, x[0], x[1], x[2]) : unknown{};
  }

  constexpr auto value(handle h, tir::substitution const& at, int depth) -> tir::scalar {
    tir::expr const e = p.exprs[h];
    switch (e.op) {
      case tir::opcode::constant: return tir::constant_of(e.type, e.bits);
      case tir::opcode::load: return load(e, at, depth);
      case tir::opcode::select: return select(e, at, depth);
      case tir::opcode::in_range:
        return is_past(substitute(p, affine(p.indices[e.a]), at)) ? tir::to_scalar(false)
                                                                  : unknown{};
      case tir::opcode::call:
      case tir::opcode::reduce_lanes: return unknown{};
      default: return operation(e, at, depth);
    }
  }
};

}  // namespace beyond_impl

/// The value of an expression of stage `s` where `past` is below 0; of no type if it may have
/// several.
constexpr auto value_beyond(program& p, tir::stage const& s, handle e, affine const& past)
    -> tir::scalar {
  beyond_impl::prover w{.p = p, .past = past};
  for (auto const* axes : {&s.pure, &s.reduced}) {
    for (handle const a : *axes) w.scope.open(a, p.add(p.axes[a].extent));
  }
  return w.value(e, tir::substitution{}, 0);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

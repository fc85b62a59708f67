// SPDX-License-Identifier: Apache-2.0
//
// pass/skip_identity: a reduction leaves out the values that are its identity because of where they
// are.
//
//   sum(k, select(i + k >= 1 and i + k < n, x(i + k - 1), 0))
//     for k: acc = acc + (i + k >= 1 and i + k < n ? x[i + k - 1] : 0)
//       -->   for k: if (i + k - 1 >= 0 and n - i - k - 1 >= 0) acc = acc + x[i + k - 1]
//
//   takes       a stage whose value is a choice by comparisons of indices, between a value and the
//               identity of a combiner that is one operation; no comparison depends on lanes
//   returns     the value, and the conditions under which it counts, as sums that are >= 0; each is
//               tested in the outermost loop of the reduction in which it is known
//   invariants  a sum that starts at 0 is never -0, so adding 0 leaves it as it is; a product is
//               left as it is by 1, a minimum by what is above all values
//   why         zeros around an image are 9 % of the work of a convolution of 3 x 3 at 14 x 14, and
//               18 % at 7 x 7
#pragma once

#include <ashlar/tir/axis_tree.hpp>
#include <ashlar/tir/combiner.hpp>
#include <ashlar/tir/index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace skip_identity_impl {

using namespace tir;
using tir::axis;
using tir::expr;

/// Choices by more comparisons than this stay choices.
inline constexpr int max_sums = 8;
using sums = static_vector<affine, max_sums>;

constexpr auto is_number(expr const& x) -> bool {
  return x.op == opcode::constant && x.type == dtype::i64;
}

// An index, or a constant, as a sum over the axes of the stage.
constexpr auto as_sum(program const& p, expr const& x) -> affine {
  return is_number(x) ? constant(x.bits) : p.indices[x.a];
}

constexpr auto is_sum(program const& p, expr const& x) -> bool {
  return is_number(x) || (x.op == opcode::index && !depends_on_data(p, p.indices[x.a]));
}

// Adds the sums that are >= 0 where the condition holds; false if it is not about indices alone.
constexpr auto add_sums(program const& p, handle e, sums& out) -> bool {
  expr const& x = p.exprs[e];
  if (x.op == opcode::logical_and) return add_sums(p, x.a, out) && add_sums(p, x.b, out);
  bool const is_below = x.op == opcode::lt || x.op == opcode::le || x.op == opcode::eq;
  bool const is_above = x.op == opcode::gt || x.op == opcode::ge || x.op == opcode::eq;
  if (!(is_below || is_above) || out.count + 2 > max_sums) return false;
  if (!is_sum(p, p.exprs[x.a]) || !is_sum(p, p.exprs[x.b])) return false;
  affine const a = as_sum(p, p.exprs[x.a]);
  affine const b = as_sum(p, p.exprs[x.b]);
  index_t const strict = x.op == opcode::lt || x.op == opcode::gt ? 1 : 0;
  if (is_below) out.push_back(b - a - strict);
  if (is_above) out.push_back(a - b - strict);
  return true;
}

constexpr auto is_identity(program const& p, stage const& s, handle e) -> bool {
  expr const& x = p.exprs[e];
  expr const& i = p.exprs[s.reduce.identity[0]];
  return x.op == opcode::constant && i.op == opcode::constant && x.type == i.type &&
         x.bits == i.bits;
}

constexpr auto is_choice(program const& p, stage const& s) -> bool {
  if (s.reduce.components != 1 || p.exprs[s.value[0]].op != opcode::select) return false;
  if (s.scattered >= 0 || s.tensorized_at >= 0) return false;
  return combiner_of(p, s.reduce) != opcode::constant && is_identity(p, s, p.exprs[s.value[0]].c);
}

// True if the lanes of a vector differ in the sum.
constexpr auto depends_on_lanes(program const& p, stage const& s, affine const& a) -> bool {
  return any_variable(p, a, [&](int v) {
    for (handle const l : s.loops) {
      if (p.axes[l].kind == loop_kind::vectorized && is_part_of(p, l, v)) return true;
    }
    return false;
  });
}

}  // namespace skip_identity_impl

/// Where the value of a stage counts: where all sums, over its axes, are >= 0.
struct counted {
  tir::handle value = -1;  // -1: everywhere, or where data says
  skip_identity_impl::sums where{};
};

constexpr auto counted_of(tir::program const& p, tir::stage const& s) -> counted {
  using namespace skip_identity_impl;
  counted r{};
  if (!is_choice(p, s)) return r;
  expr const& e = p.exprs[s.value[0]];
  if (!add_sums(p, e.a, r.where)) return r;
  for (auto const& a : r.where) {
    if (depends_on_lanes(p, s, a)) return r;
  }
  r.value = e.b;
  return r;
}

/// What the reduction of a stage combines where that counts.
constexpr auto counted_value(tir::program const& p, tir::stage const& s) -> tir::handle {
  if (!skip_identity_impl::is_choice(p, s)) return s.value[0];
  tir::handle const v = counted_of(p, s).value;
  return v >= 0 ? v : s.value[0];
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

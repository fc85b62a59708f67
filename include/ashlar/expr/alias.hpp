// SPDX-License-Identifier: Apache-2.0
//
// expr/alias: reads of outputs, and inputs that may be the same memory as an output.
//
//   y(i) = a() * x(i) + y(i)     y is read where it is written: the caller's values
//   y(i) = x(i) + 1              x may be y
//
//   errors      E030 for a tensor that is read before it is defined at any other place: the values
//               would depend on the order of the loops; E063 for one that is carried, but not in
//               the stage that computes it
#pragma once

#include <ashlar/expr/infer.hpp>
#include <ashlar/tir/index.hpp>

namespace ashlar::expr {

namespace alias_impl {

// True where the access is at the left side's own indices.
constexpr auto is_left_side(recorder const& r, access_record const& a, draft const& d) -> bool {
  if (a.outside != boundary::none || a.rank != d.pure.count) return false;
  for (int n = 0; n < a.rank; ++n) {
    auto const& index = r.indices[a.index[n]];
    if (index.op != index_op::axis || index.value != d.pure[n]) return false;
  }
  return true;
}

constexpr void fail_foreign(recorder& r, draft const& d, buffer_record const& carried) {
  auto const& where = r.buffers[d.buffer];
  auto m = diag::message{} << carried.name << " is carried in ";
  if (where.definition < 0 && carried.definition == d.definition) {
    m << where.name << ", a reduction that is a stage of its own; " << carried.name
      << " has one reduction at most, over axes that are not on its left; write others as local "
         "stages before it";
  } else {
    m << "the definition of " << where.name << "; only its own definition reads it so";
  }
  r.fail(diag::code::bad_recurrence, m);
}

constexpr void check_draft(recorder& r, plan const& p, draft const& d) {
  for (int n = d.first; n < d.last && r.ok(); ++n) {
    auto const& v = r.values[p.values[n]];
    if (v.reduction >= 0 || v.e.op != tir::opcode::load) continue;
    auto const& a = r.accesses[v.e.a];
    auto const& b = r.buffers[a.buffer];
    if (a.is_carried && d.buffer != a.buffer) return fail_foreign(r, d, b);
    bool const is_complete = b.definition < d.definition && (b.is_operand || b.definition >= 0);
    if (a.is_carried || is_complete) continue;
    // What is computed from a reduction is computed when it is complete.
    bool const in_place = b.definition == d.definition && d.buffer == a.buffer && n >= d.result;
    if (in_place && is_left_side(r, a, d)) continue;
    r.fail(diag::code::undefined_tensor,
           diag::message{} << b.name << " is read before it is defined, in the definition of "
                           << r.buffers[d.buffer].name
                           << "; pass its old values as another operand, or read it only at the "
                              "indices where it is written");
  }
}

}  // namespace alias_impl

/// Every output is read after its definition, or in it at the place that is written, or carried.
constexpr void check_reads(recorder& r, plan const& p) {
  for (auto const& d : p.drafts) {
    if (r.ok()) alias_impl::check_draft(r, p, d);
  }
}

/// Sets `may_alias_output` of the inputs which may be the memory of the output: those of a program
/// of one element-wise stage that are read only at the indices that are written.
constexpr void mark_aliases(tir::program& p) {
  if (p.stages.count != 1 || p.stages[0].reduce.components != 0) return;
  auto const& s = p.stages[0];
  auto const& written = p.buffers[s.buffer];
  for (int at = 0; at < p.operands; ++at) {
    auto& b = p.buffers[at];
    b.may_alias_output = !b.is_output && b.type == written.type && b.rank == written.rank;
    for (int d = 0; d < b.rank && b.may_alias_output; ++d) {
      b.may_alias_output = p.indices[b.shape[d]] == p.indices[written.shape[d]];
    }
  }
  for (auto const& a : p.accesses) {
    bool same = a.checked == 0;
    for (int d = 0; d < a.rank && same; ++d) {
      same = d < s.pure.count && p.indices[a.index[d]] == tir::variable(p, s.pure[d]);
    }
    if (!same) p.buffers[a.buffer].may_alias_output = false;
  }
}

}  // namespace ashlar::expr

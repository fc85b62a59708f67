// SPDX-License-Identifier: Apache-2.0
//
// expr/alias: reads of outputs, and inputs that may be the same memory as an output.
//
//   y(i) = a() * x(i) + y(i)     y is read where it is written: the caller's values
//   y(i) = x(i) + 1              x may be y
//
//   errors      E030 for a tensor that is read before it is defined at any other place: the values
//               would depend on the order of the loops; E063 for one that is carried where it is
//               not computed from; E072 for stages that need each other at the same point
#pragma once

#include <ashlar/expr/infer.hpp>
#include <ashlar/expr/system.hpp>
#include <ashlar/tir/index.hpp>

ASHLAR_COMPILER_BEGIN

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
  r.fail(diag::code::bad_recurrence,
         diag::message{} << carried.name << " is carried in the definition of "
                         << r.buffers[d.buffer].name << ", which it is not computed from; define "
                         << carried.name << " before that, and read it by ash::constant");
}

// A read of what is defined later, or in the same definition.
constexpr void fail_early(recorder& r, plan const& p, int at, buffer_record const& read) {
  auto const& reader = r.buffers[p.drafts[at].buffer].name;
  needs_of_drafts const needs(r, p);
  auto m = diag::message{};
  bool is_cycle = false;
  // Of an output that is read early, the values of before the call may be meant.
  bool const is_later = !read.is_operand && read.definition != p.drafts[at].definition;
  for (int other = 0; other < p.drafts.count && is_later; ++other) {
    if (other == at || !needs.each_other(at, other)) continue;
    m << (is_cycle ? ", " : "") << r.buffers[p.drafts[other].buffer].name;
    is_cycle = true;
  }
  if (is_cycle) {
    m << " and " << reader << " are computed from each other, and " << reader << " reads "
      << read.name << ", which is defined after it, at the same point; read the point before: "
      << "ash::carried(" << read.name << ", v)(t - 1, ...)";
    return r.fail(diag::code::bad_system, m);
  }
  r.fail(diag::code::undefined_tensor,
         diag::message{} << read.name << " is read before it is defined, in the definition of "
                         << reader
                         << "; pass its old values as another operand, or read it only at the "
                            "indices where it is written");
}

// True where a carried value is one of the stage itself, or of its system.
constexpr auto is_own(plan const& p, draft const& d, handle buffer) -> bool {
  if (d.buffer == buffer) return true;
  int const from = d.system < 0 ? -1 : system_impl::draft_with(p, buffer);
  return from >= 0 && p.drafts[from].system == d.system;
}

constexpr void check_draft(recorder& r, plan const& p, int at) {
  draft const& d = p.drafts[at];
  for (int n = d.first; n < d.last && r.ok(); ++n) {
    auto const& v = r.values[p.values[n]];
    if (v.reduction >= 0 || v.e.op != tir::opcode::load) continue;
    auto const& a = r.accesses[v.e.a];
    auto const& b = r.buffers[a.buffer];
    if (a.is_carried && !is_own(p, d, a.buffer)) return fail_foreign(r, d, b);
    bool const is_complete = b.definition < d.definition && (b.is_operand || b.definition >= 0);
    if (a.is_carried || is_complete) continue;
    // What is computed from a reduction is computed when it is complete.
    bool const in_place = b.definition == d.definition && d.buffer == a.buffer && n >= d.result;
    if (!in_place || !is_left_side(r, a, d)) return fail_early(r, p, at, b);
  }
}

}  // namespace alias_impl

/// Every output is read after its definition, or in it at the place that is written, or carried.
constexpr void check_reads(recorder& r, plan const& p) {
  for (int at = 0; at < p.drafts.count && r.ok(); ++at) alias_impl::check_draft(r, p, at);
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

ASHLAR_COMPILER_END

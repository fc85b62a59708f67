// SPDX-License-Identifier: Apache-2.0
//
// pass/settle_intrinsics: which of the nests that stand for an intrinsic are calls of it.
//
//   tensorize: for ii in 4: ... y[..] = y[..] + a[..] * b[..]
//     -->   tensorize dot4x16(y[..], a[..], b[..])
//   tensorize: for ii in min(4, n - 4*io): ...   -->   for ii in min(4, n - 4*io): ...
//
//   takes       a simplified loop nest
//   returns     the nest in which each call has its operands: the accesses of its body, which is
//               its meaning from now on and is not emitted. A nest that is less than the intrinsic,
//               as the rest that tail::cut leaves, is what it was
//   errors      E060 where no nest of a stage is a call: a block has conditions left, or running
//               values are where they are not contiguous
#pragma once

#include <ashlar/tir/print_mismatch.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace settle_intrinsics_impl {

using namespace tir;
using tir::expr;

// How a sum moves with a loop variable.
struct step_in_nest {
  program const& p;

  constexpr auto operator()(affine const& sum, handle loop) const -> index_step {
    index_step r{};
    for (auto const& t : sum.terms) {
      atom const& a = p.atoms[t.atom];
      if (a.kind == atom_kind::variable) {
        r.by += a.id == loop ? t.coef : 0;
      } else if (depends_on_data(p, multiple(t.atom)) ||
                 any_variable(p, multiple(t.atom), [loop](int v) { return v == loop; })) {
        r.is_constant = false;
      }
    }
    return r;
  }
};

struct settler {
  program& p;
  // Of each call before: whether it was met, is one in some place, or why it is none.
  bool is_met[max_intrinsic_calls]{};
  bool is_kept[max_intrinsic_calls]{};
  diag::message why[max_intrinsic_calls]{};

  // Loops without anything else, and the store inside; -1 for another body.
  constexpr auto store_in(handle body, intrinsic_loops& loops, diag::message& m) const -> handle {
    for (handle h = body; h >= 0 && p.stmts[h].next < 0; h = p.stmts[h].body) {
      stmt const& s = p.stmts[h];
      if (s.kind == stmt_kind::store) return h;
      bool const is_loop = s.kind == stmt_kind::loop;
      if (is_loop && p.indices[s.extent].is_constant() && !loops.full()) {
        loops.push_back({s.axis, p.indices[s.extent].offset, p.axes[s.axis].is_reduction});
      } else if (is_loop) {
        m << "the extent of " << p.axes[s.axis].name << " varies: not all blocks are full";
        return -1;
      } else {
        break;
      }
    }
    m << "points have conditions that do not always hold: not all blocks are full";
    return -1;
  }
  // What a store does to what is there.
  constexpr auto point_of(stmt const& s, intrinsic const& k) const -> intrinsic_point {
    access const& to = p.accesses[s.target];
    expr const& e = p.exprs[s.value];
    if (k.update == opcode::constant || e.op != k.update) {
      return {to.buffer, opcode::constant, s.value};
    }
    for (bool const is_first : {true, false}) {
      expr const& old = p.exprs[is_first ? e.a : e.b];
      if (old.op != opcode::load || old.b >= 0) continue;
      access const& from = p.accesses[old.a];
      if (from.checked != 0 || !is_same_place(p, from, to)) continue;
      return {to.buffer, e.op, is_first ? e.b : e.a};
    }
    return {to.buffer, opcode::constant, s.value};
  }

  constexpr auto settled(stmt const& s, int which, diag::message& m) const -> intrinsic_call {
    intrinsic const& k = p.intrinsics[which];
    intrinsic_loops loops{};
    handle const store = store_in(s.body, loops, m);
    if (store < 0) return {};
    access const& to = p.accesses[p.stmts[store].target];
    step_in_nest const step_of{p};
    auto const is_output = [&](auto& one) { return one.is_operand(0, to); };
    auto const point = point_of(p.stmts[store], k);
    auto r = match_intrinsic(p, k, loops, point, true, step_of, is_output);
    if (!r.wrong.ok()) {
      put_mismatch(m, p, k, r.wrong, to.buffer);
      return {};
    }
    r.call.which = static_cast<handle>(which);
    r.call.operand[0] = p.stmts[store].target;
    return r.call;
  }

  // The statement becomes its body.
  constexpr void unfold(handle h) {
    handle const next = p.stmts[h].next;
    p.stmts[h] = stmt(p.stmts[p.stmts[h].body]);
    handle last = h;
    while (p.stmts[last].next >= 0) last = p.stmts[last].next;
    p.stmts[last].next = next;
  }
  constexpr void statement(handle h) {
    int const before = p.stmts[h].target;
    diag::message m{};
    intrinsic_call const c = settled(p.stmts[h], p.calls[before].which, m);
    is_met[before] = true;
    if (!c.is_settled()) {
      why[before] = m;
      return unfold(h);
    }
    if (p.calls.full()) {
      return p.fail(diag::code::capacity_exceeded, diag::message()
                                                       << "more than " << max_intrinsic_calls
                                                       << " calls of intrinsics");
    }
    is_kept[before] = true;
    p.stmts[h].target = static_cast<handle>(p.calls.push_back(c));
  }
  constexpr void chain(handle h) {
    for (; h >= 0 && !p.fault; h = p.stmts[h].next) {
      if (p.stmts[h].kind == stmt_kind::tensorize) {
        statement(h);
        continue;
      }
      chain(p.stmts[h].body);
      chain(p.stmts[h].otherwise);
    }
  }
};

}  // namespace settle_intrinsics_impl

constexpr void settle_intrinsics(tir::program& p) {
  if (p.fault || p.calls.empty()) return;
  settle_intrinsics_impl::settler s{.p = p};
  int const before = p.calls.count;
  s.chain(p.root);
  for (int c = 0; c < before; ++c) {
    if (!s.is_met[c] || s.is_kept[c]) continue;
    diag::message m{};
    m << "tensorize with " << p.intrinsics[p.calls[c].which].name << ": " << s.why[c];
    p.fail(diag::code::bad_tensorize, m);
  }
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

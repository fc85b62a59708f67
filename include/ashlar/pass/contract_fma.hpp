// SPDX-License-Identifier: Apache-2.0
//
// pass/contract_fma: a product that is added becomes one operation.
//
//   a * b + c   -->   fma(a, b, c)
//
//   takes       a program that permits contraction (ISO C, FP_CONTRACT ON)
//   returns     the program with sums of f32 and f64 products contracted, the left product first
//   invariants  no product is computed twice; bool and integer arithmetic is unchanged
#pragma once

#include <ashlar/tir/program.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace contract_fma_impl {

// What a call of an intrinsic means stays as it was defined: its products are used once more.
constexpr void keep_meaning(tir::program const& p, tir::handle e,
                            std::int16_t (&uses)[limits::exprs]) {
  if (e < 0) return;
  tir::expr const& x = p.exprs[e];
  ++uses[e];
  int const n = tir::operand_count(x.op);
  if (n > 0) keep_meaning(p, x.a, uses);
  if (n > 1) keep_meaning(p, x.b, uses);
  if (n > 2) keep_meaning(p, x.c, uses);
}
constexpr void keep_meanings(tir::program const& p, tir::handle h, bool is_meaning,
                             std::int16_t (&uses)[limits::exprs]) {
  for (; h >= 0; h = p.stmts[h].next) {
    tir::stmt const& s = p.stmts[h];
    bool const is_call = s.kind == tir::stmt_kind::tensorize;
    if (is_meaning) keep_meaning(p, s.value, uses);
    keep_meanings(p, s.body, is_meaning || is_call, uses);
    keep_meanings(p, s.otherwise, is_meaning, uses);
  }
}

}  // namespace contract_fma_impl

constexpr void contract_fma(tir::program& p) {
  using tir::opcode;
  if (p.fault || !p.allowed.contract) return;
  std::int16_t uses[limits::exprs]{};
  for (auto const& e : p.exprs) {
    int const n = tir::operand_count(e.op);
    if (n > 0 && e.a >= 0) ++uses[e.a];
    if (n > 1 && e.b >= 0) ++uses[e.b];
    if (n > 2) ++uses[e.c];
  }
  if (!p.calls.empty()) contract_fma_impl::keep_meanings(p, p.root, false, uses);
  auto const is_product = [&](tir::handle h) {
    return p.exprs[h].op == opcode::mul && uses[h] == 1;
  };
  for (auto& e : p.exprs) {
    if (e.op != opcode::add || !is_float(e.type)) continue;
    if (!is_product(e.a) && !is_product(e.b)) continue;
    tir::handle const product = is_product(e.a) ? e.a : e.b;
    tir::handle const addend = is_product(e.a) ? e.b : e.a;
    e = tir::expr{.op = opcode::fma,
                  .type = e.type,
                  .a = p.exprs[product].a,
                  .b = p.exprs[product].b,
                  .c = addend};
  }
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// support/programs: small tensor programs that many tests start from.
#pragma once

#include <support/program_builder.hpp>

namespace ashlar::tests {

/// y(i, j) = max(sum(k, x(i, k) * w(k, j)) + b(j), 0); an extent below 0 is dynamic.
constexpr auto dense(index_t m, index_t n, index_t k) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {m, n});
  auto const x = b.operand("x", dtype::f32, {m < 0 ? -1 : m, k});
  auto const w = b.operand("w", dtype::f32, {k, n});
  auto const bias = b.operand("b", dtype::f32, {n});
  auto const i = b.axis("i", b.extent(y, 0));
  auto const j = b.axis("j", b.extent(y, 1));
  auto const r = b.axis("k", b.extent(x, 1), true);
  auto const product =
      b.make(opcode::mul, b.load(x, {b.at(i), b.at(r)}), b.load(w, {b.at(r), b.at(j)}));
  auto const biased = b.make(opcode::add, b.accumulator(dtype::f32), b.load(bias, {b.at(j)}));
  auto const relu = b.make(opcode::max, biased, b.number(dtype::f32, 0));
  b.reduction(y, {i, j}, {r}, opcode::add, 0, product, relu);
  return b.p;
}

/// The same for dynamic m, lowered: rows in parallel blocks of 4, columns in vectors of 8 (n = 16).
constexpr auto lowered_dense(index_t k) -> program {
  program_builder b{};
  b.p = dense(-1, 16, k);
  affine const m = b.extent(0, 0);
  auto const io = b.loop_axis("io", ceil_div(b.p, m, 4), loop_kind::parallel);
  auto const jo = b.loop_axis("jo", constant(2));
  auto const ii = b.loop_axis("ii", constant(4), loop_kind::unrolled);
  auto const jv = b.loop_axis("jv", constant(8), loop_kind::vectorized);
  auto const r = b.loop_axis("k", constant(k));
  auto const acc = b.local("acc", dtype::f32, {constant(4), constant(8)}, scope::registers);
  b.p.buffers[acc].lanes = 8;
  affine const i = b.at(io) * 4 + b.at(ii);
  affine const j = b.at(jo) * 8 + b.at(jv);
  auto const in_tile = [&] { return b.place(acc, {b.at(ii), b.at(jv)}); };
  auto const running = [&] { return b.load(acc, {b.at(ii), b.at(jv)}); };

  auto const zero = b.loop(ii, {b.loop(jv, {b.store(in_tile(), b.number(dtype::f32, 0))})});
  auto const product = b.make(opcode::mul, b.load(1, {i, b.at(r)}), b.load(2, {b.at(r), j}));
  auto const sum = b.store(in_tile(), b.make(opcode::add, running(), product));
  auto const rows_left = m - i - 1;
  auto const update = b.loop(r, {b.loop(ii, {b.guard({rows_left}, {b.loop(jv, {sum})})})});
  auto const biased = b.make(opcode::add, running(), b.load(3, {j}));
  auto const relu = b.make(opcode::max, biased, b.number(dtype::f32, 0));
  auto const put = b.store(b.place(0, {i, j}), relu);
  auto const write = b.loop(ii, {b.guard({rows_left}, {b.loop(jv, {put})})});
  auto const tile = b.allocate(acc, {zero, update, write});
  b.p.root = b.loop(io, {b.loop(jo, {tile})});
  return b.p;
}

/// value(i) = max(j, x(i, j)), place(i) = the first j with it: a reduction over pairs.
constexpr auto arg_max(index_t m, index_t n) -> program {
  program_builder b{};
  auto const y = b.output("place", dtype::i64, {m});
  auto const x = b.operand("x", dtype::f32, {m, n});
  auto const i = b.axis("i", b.extent(y, 0));
  auto const j = b.axis("j", b.extent(x, 1), true);
  auto const value = b.load(x, {b.at(i), b.at(j)});
  int const s = b.reduction(y, {i}, {j}, opcode::max, 0, value, b.accumulator(dtype::i64, 1));
  stage& st = b.p.stages[s];
  st.reduce.components = 2;
  st.value[1] = b.index(b.at(j));
  st.reduce.identity[0] = b.number(dtype::f32, -0x1p127);
  st.reduce.identity[1] = b.number(dtype::i64, -1);
  auto const old_value = b.accumulator(dtype::f32);
  auto const new_value = b.incoming(dtype::f32);
  auto const is_better = b.make(opcode::gt, new_value, old_value);
  st.reduce.combine[0] = b.make(opcode::select, is_better, new_value, old_value);
  st.reduce.combine[1] =
      b.make(opcode::select, is_better, b.incoming(dtype::i64, 1), b.accumulator(dtype::i64, 1));
  return b.p;
}

/// y(i) = x(i - 1) + x(i) + x(i + 1), where x is 0 outside: checked accesses.
constexpr auto stencil(index_t n) -> program {
  program_builder b{};
  auto const y = b.output("y", dtype::f32, {n});
  auto const x = b.operand("x", dtype::f32, {n});
  auto const i = b.axis("i", b.extent(y, 0));
  auto const left = b.load(x, {b.at(i) - 1}, 1);
  auto const right = b.load(x, {b.at(i) + 1}, 1);
  b.stage(y, {i}, b.make(opcode::add, b.make(opcode::add, left, b.load(x, {b.at(i)})), right));
  return b.p;
}

}  // namespace ashlar::tests

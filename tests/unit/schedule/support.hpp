// SPDX-License-Identifier: Apache-2.0
//
// support: programs that the tests of schedules start from, and what they ask of a scheduled one.
#pragma once

#include <ashlar/schedule/schedule.hpp>
#include <ashlar/tir/interpret.hpp>
#include <support/program_builder.hpp>

#include <random>
#include <string>
#include <vector>

namespace ashlar::tests {

/// y(i, j) = sum(k, a(i, k) * b(k, j)); an extent below 0 is dynamic.
constexpr auto product(index_t m, index_t n, index_t k, dtype type = dtype::f32) -> program {
  program_builder b{};
  auto const y = b.output("y", type, {m, n});
  auto const left = b.operand("a", type, {m, k});
  auto const right = b.operand("b", type, {k, n});
  auto const i = b.axis("i", b.extent(y, 0));
  auto const j = b.axis("j", b.extent(y, 1));
  auto const r = b.axis("k", b.extent(left, 1), true);
  b.reduction(
      y, {i, j}, {r}, opcode::add, 0,
      b.make(opcode::mul, b.load(left, {b.at(i), b.at(r)}), b.load(right, {b.at(r), b.at(j)})));
  return b.p;
}

/// h(r, c) = x(r, c) + x(r, c + 1) + x(r, c + 2) and v(r, c) = h(r, c) + h(r + 1, c) + h(r + 2, c),
/// where v has n by n elements.
constexpr auto blur(index_t n, dtype type = dtype::f32) -> program {
  program_builder b{};
  auto const v = b.output("v", type, {n, n});
  auto const x = b.operand("x", type, {n + 2, n + 2});
  auto const h = b.local("h", type, {constant(n + 2), constant(n)});
  auto const three = [&](handle from, affine r, affine c, affine step_r, affine step_c) {
    handle sum = b.load(from, {r, c});
    for (int s = 1; s < 3; ++s) {
      sum = b.make(opcode::add, sum, b.load(from, {r + step_r * s, c + step_c * s}));
    }
    return sum;
  };
  auto const hr = b.axis("r", b.extent(h, 0));
  auto const hc = b.axis("c", b.extent(h, 1));
  b.stage(h, {hr, hc}, three(x, b.at(hr), b.at(hc), constant(0), constant(1)));
  auto const r = b.axis("r", b.extent(v, 0));
  auto const c = b.axis("c", b.extent(v, 1));
  b.stage(v, {r, c}, three(h, b.at(r), b.at(c), constant(1), constant(0)));
  return b.p;
}

/// norm(i) = sum(k, x(i, k)), half(i) = norm(i) / 2, y(i) = max(k, x(i, k) - half(i)) + norm(i).
constexpr auto normalized(index_t m, index_t n, dtype type = dtype::f32) -> program {
  program_builder b{};
  auto const y = b.output("y", type, {m});
  auto const x = b.operand("x", type, {m, n});
  auto const norm = b.local("norm", type, {b.extent(y, 0)});
  auto const half = b.local("half", type, {b.extent(y, 0)});
  auto const i0 = b.axis("i", b.extent(y, 0));
  auto const k0 = b.axis("k", b.extent(x, 1), true);
  b.reduction(norm, {i0}, {k0}, opcode::add, 0, b.load(x, {b.at(i0), b.at(k0)}));
  auto const i1 = b.axis("i", b.extent(y, 0));
  b.stage(half, {i1}, b.make(opcode::div, b.load(norm, {b.at(i1)}), b.number(type, 2)));
  auto const i2 = b.axis("i", b.extent(y, 0));
  auto const k2 = b.axis("k", b.extent(x, 1), true);
  auto const value = b.make(opcode::sub, b.load(x, {b.at(i2), b.at(k2)}), b.load(half, {b.at(i2)}));
  auto const result = b.make(opcode::add, b.accumulator(type), b.load(norm, {b.at(i2)}));
  b.reduction(y, {i2}, {k2}, opcode::max, -1e9, value, result);
  return b.p;
}

/// The program after a schedule.
template <class Schedule> constexpr auto scheduled(program p, Schedule const& apply) -> program {
  schedule s(p);
  apply(s);
  s.finish();
  return p;
}

/// What is wrong with a program after a schedule.
template <class Schedule>
constexpr auto fault_of(program const& p, Schedule const& apply) -> diag::diagnostic {
  return scheduled(p, apply).fault;
}

/// "E004 split i by 7: ..."; "ok" without a fault.
template <class Schedule> auto message_of(program const& p, Schedule const& apply) -> std::string {
  auto const f = fault_of(p, apply);
  if (f.ok()) return "ok";
  auto const n = static_cast<int>(f.id);
  return "E" +
         std::string(n < 10    ? "00"
                     : n < 100 ? "0"
                               : "") +
         std::to_string(n) + " " + std::string(f.text.view());
}

/// "io 8, jo 16, k 64, ii 8 unrolled, ji 32 vectorized" for a stage.
inline auto nest_of(program const& p, std::string_view stage) -> std::string {
  std::string r;
  for (handle const l : p.stages[scheduling::find_stage(p, stage)].loops) {
    diag::message m{};
    m << p.axes[l].name << ' ';
    scheduling::put_extent(m, p, p.axes[l].extent);
    if (p.axes[l].kind != loop_kind::serial) m << ' ' << scheduling::kind_name(p.axes[l].kind);
    r += (r.empty() ? "" : ", ") + std::string(m.view());
  }
  return r;
}

/// What the stages of a program say its outputs are, for small integers in all operands; a dynamic
/// extent has `dynamic` elements. Empty where the interpreter finds a violation.
inline auto values_of(program const& p, index_t dynamic = 7) -> std::vector<double> {
  std::mt19937 random(7);
  std::vector<array> operands(static_cast<std::size_t>(p.operands));
  for (auto const& b : p.buffers) {
    if (b.operand < 0) continue;
    dimensions d{};
    index_t stride = 1;
    d.rank = b.rank;
    for (int at = b.rank - 1; at >= 0; --at) {
      affine const& e = p.indices[b.shape[at]];
      d.extent[at] = e.is_constant() ? e.offset : dynamic;
      d.stride[at] = stride;
      stride *= d.extent[at];
    }
    array a(b.type, d);
    for (auto& item : a.items) {
      item = make_scalar(b.type, static_cast<double>(static_cast<int>(random() % 9) - 4));
    }
    operands[static_cast<std::size_t>(b.operand)] = a;
  }
  oracles watch{};
  if (!interpret(p, operands, watch).ok()) return {};
  std::vector<double> r;
  for (auto const& b : p.buffers) {
    if (!b.is_output) continue;
    for (auto const& item : operands[static_cast<std::size_t>(b.operand)].items) {
      r.push_back(value_of<double>(item));
    }
  }
  return r;
}

}  // namespace ashlar::tests

// SPDX-License-Identifier: Apache-2.0
//
// schedule/inline: the expression of a stage takes the place of the loads from it.
//
//   a(i) = x(i) + 1;  y(i) = a(2 * i) * 3   -->   y(i) = (x(2 * i) + 1) * 3
//
//   takes       a pure stage which is no output
//   returns     consumers that do not read it; the stage stays, marked as inlined, without a nest
//   invariants  where a consumer's index may lie outside, the same value is chosen as before, and
//               the loads that came with the expression do not touch memory outside either
//   names       Halide: compute_inline (its default), TVM: sch.compute_inline
#pragma once

#include <ashlar/schedule/place.hpp>
#include <ashlar/tir/clone.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace inline_impl {

// The producer's expression in a place where some of its indices may lie outside.
struct producer_hooks {
  bool outside = false;
  constexpr auto leaf(program&, handle) const -> handle { return -1; }
  constexpr void rewrite(program&, tir::access& a) const {
    if (outside) a.checked = static_cast<std::uint8_t>((1U << static_cast<unsigned>(a.rank)) - 1U);
  }
};

constexpr auto boolean(program& p, tir::opcode op, handle a, handle b = -1) -> handle {
  return p.add(tir::expr{.op = op, .type = dtype::boolean, .a = a, .b = b});
}

// 0 <= index < extent, for the dimensions that are checked.
constexpr auto inside(program& p, tir::access const& a, affine const* index) -> handle {
  handle all = -1;
  auto const require = [&](affine const& sum) {
    handle const one = boolean(p, tir::opcode::in_range, p.add(sum));
    all = all < 0 ? one : boolean(p, tir::opcode::logical_and, all, one);
  };
  for (int d = 0; d < a.rank; ++d) {
    if (((a.checked >> static_cast<unsigned>(d)) & 1U) == 0) continue;
    require(index[d]);
    require(p.indices[p.buffers[a.buffer].shape[d]] - index[d] - 1);
  }
  return all;
}

// Replaces loads from a stage by its expression; for the consumer's expression.
struct consumer_hooks {
  int stage;
  tir::substitution const& none;

  constexpr void rewrite(program&, tir::access&) const {}
  constexpr auto leaf(program& p, handle h) const -> handle {
    tir::expr const load = p.exprs[h];
    tir::stage const s = p.stages[stage];
    if (load.op != tir::opcode::load || p.accesses[load.a].buffer != s.buffer) return -1;
    tir::access const a = p.accesses[load.a];
    affine index[max_rank]{};
    tir::substitution to{};
    for (int d = 0; d < a.rank; ++d) {
      index[d] = substitute(p, affine(p.indices[a.index[d]]), none,
                            [&](handle e) { return clone(p, e, none, *this); });
      to.bind(s.pure[d], index[d]);
    }
    handle const value = clone(p, s.result, to, producer_hooks{.outside = a.checked != 0});
    if (a.checked == 0) return value;
    handle const fallback =
        load.b >= 0 ? clone(p, load.b, none, *this) : p.add(tir::expr{.type = load.type});
    return p.add(tir::expr{.op = tir::opcode::select,
                           .type = load.type,
                           .a = inside(p, a, index),
                           .b = value,
                           .c = fallback});
  }
};

constexpr auto reads_itself(program const& p, int stage) -> bool {
  return use_of(p, stage, p.stages[stage].buffer).any();
}

constexpr auto reason_against(program const& p, int stage) -> std::string_view {
  tir::stage const& s = p.stages[stage];
  if (p.buffers[s.buffer].is_output) return "it is an output, and must be stored";
  if (s.reduce.components > 0) return "it is a reduction; use compute_at";
  if (tir::is_recurrence(s) && reads_itself(p, stage)) return "it is a recurrence; use compute_at";
  if (s.place == tir::placement::inlined) return "it is inlined already";
  for (auto const& d : p.stages) {
    if (d.place == tir::placement::at && d.at_stage == stage) {
      return "another stage is computed at one of its loops; compute that at root first";
    }
  }
  return {};
}

// What the copies for one consumer may add at most.
constexpr auto demand_of(program const& p, int stage, int consumer) -> demand {
  walker producer{};
  producer.push(p.stages[stage].result);
  int reads = 0;
  auto const one = size_of(p, producer, -1, reads);
  walker w{};
  push_all(w, p.stages[consumer]);
  auto const own = size_of(p, w, p.stages[stage].buffer, reads);
  int const rank = p.stages[stage].pure.count;
  demand d{};
  d.exprs = 2 * own.exprs + reads * (one.exprs + 4 * rank + 2);
  d.accesses = 2 * own.loads + reads * one.loads;
  d.indices = 2 * own.indices + reads * (one.indices + 2 * one.divisions + 2 * rank);
  d.atoms = own.divisions + reads * (one.divisions + 1);
  return d;
}

constexpr void substitute_into(program& p, int stage, int consumer) {
  tir::substitution const none{};
  consumer_hooks const hooks{.stage = stage, .none = none};
  int const buffer = p.stages[stage].buffer;
  auto const rewrite = [&](handle root) -> handle {
    walker w{};
    w.push(root);
    return does_read(p, w, buffer) ? clone(p, root, none, hooks) : root;
  };
  for (int c = 0; c < tir::max_components; ++c) {
    handle const value = rewrite(p.stages[consumer].value[c]);
    p.stages[consumer].value[c] = value;
  }
  handle const result = rewrite(p.stages[consumer].result);
  p.stages[consumer].result = result;
}

}  // namespace inline_impl

/// Substitutes the stage into all stages that read it. Errors: E013, E014.
constexpr void compute_inline(program& p, int stage) {
  using namespace inline_impl;
  if (!p.fault.ok()) return;
  auto const why = reason_against(p, stage);
  if (!why.empty()) {
    diag::message m{};
    m << "compute_inline " << p.stages[stage].name << ": " << why;
    return p.fail(diag::code::bad_inline, m);
  }
  int const buffer = p.stages[stage].buffer;
  for (int c = 0; c < p.stages.count; ++c) {
    if (c == stage || !use_of(p, c, buffer).any()) continue;
    if (!has_room(p, demand_of(p, stage, c), "compute_inline")) return;
    substitute_into(p, stage, c);
  }
  tir::stage& s = p.stages[stage];
  s.place = tir::placement::inlined;
  s.at_stage = -1;
  s.at_axis = -1;
  s.store_at = -1;
  s.fold_dim = -1;
  // Its own producers are now read by its consumers, and may be computed too deep for them.
  for (int d = 0; d < p.stages.count; ++d) {
    tir::stage const& other = p.stages[d];
    if (other.place != tir::placement::at) continue;
    auto const block = obstacle_at(p, d, other.at_stage, other.at_axis);
    if (!block.none()) return fail_place(p, d, other.at_stage, other.at_axis, block);
  }
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

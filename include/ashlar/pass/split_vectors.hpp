// SPDX-License-Identifier: Apache-2.0
//
// pass/split_vectors: makes every vectorized loop one vector of the machine, innermost.
//
//   vectorized j (32)   -->   unrolled j.u (2), vectorized j.v (16)       16 lanes of f32
//   vectorized j (10)   -->   vectorized j.v (16), guarded
//
//   tensorized jl (16, in lanes), kk   -->   tensorized kk, vectorized jl (16)
//                                     or, where a vector has fewer lanes, serial jl
//
//   takes       scheduled stages, the bytes of a vector register, and what has to fit it: on a
//               processor the values, in a thread of a grid what one instruction moves
//   returns     stages whose vectorized loops are innermost and have a power of two of lanes, at
//               most what the widest element type of the stage allows, or the narrowest in memory
//   invariants  pure loops commute, so sinking a vectorized one changes no result
#pragma once

#include <ashlar/pass/skip_identity.hpp>
#include <ashlar/schedule/uses.hpp>
#include <ashlar/tir/axis_tree.hpp>
#include <ashlar/tir/condition.hpp>

#include <bit>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace split_vectors_impl {

using namespace tir;
using tir::axis;
using tir::expr;

/// More vectors than this become a serial loop.
inline constexpr std::int64_t unroll_limit = 16;

// The widest type among the values of a stage that become vectors along loop `lane`.
struct widest_type {
  program const& p;
  handle lane;
  bool seen[limits::exprs]{};
  int bytes = 1;

  // One test decides for all lanes, and no index becomes a vector.
  constexpr auto is_test(handle h) const -> bool {
    return is_fixed_condition(p, h, [&](handle sum) {
      affine const& a = p.indices[sum];
      return depends_on_data(p, a) ||
             any_variable(p, a, [&](int axis) { return is_part_of(p, lane, axis); });
    });
  }

  constexpr void add(handle h) {
    if (h < 0 || seen[h]) return;
    seen[h] = true;
    expr const& e = p.exprs[h];
    if (bytes_of(e.type) > bytes) bytes = bytes_of(e.type);
    int const n = operand_count(e.op);
    bool const chooses = e.op == opcode::select && e.type != dtype::boolean && is_test(e.a);
    if (n > 0 && !chooses) add(e.a);
    if (n > 1) add(e.b);
    if (n > 2) add(e.c);
    if (e.op == opcode::load) add(e.b);
  }
};

constexpr auto lanes_of(program const& p, stage const& s, handle lane, int vector_bytes)
    -> std::int64_t {
  widest_type t{.p = p, .lane = lane};
  t.bytes = bytes_of(p.buffers[s.buffer].type);
  handle const roots[] = {s.result, s.reduce.components > 0 ? counted_value(p, s) : handle{-1},
                          s.value[1], s.reduce.combine[0], s.reduce.combine[1]};
  for (handle const r : roots) t.add(r);
  return vector_bytes / t.bytes > 0 ? vector_bytes / t.bytes : 1;
}

// The narrowest element that the stage loads or stores.
constexpr auto narrowest_in_memory(program const& p, stage const& s) -> int {
  scheduling::walker w{};
  scheduling::push_all(w, s);
  int bytes = bytes_of(p.buffers[s.buffer].type);
  for (int at = w.next_load(p); at >= 0; at = w.next_load(p)) {
    int const b = bytes_of(p.buffers[p.accesses[at].buffer].type);
    if (b < bytes) bytes = b;
  }
  return bytes;
}

// Replaces loop `at` by (outer, inner), the inner one with `lanes` iterations.
constexpr void split(program& p, stage& s, int at, std::int64_t lanes) {
  handle const whole = s.loops[at];
  std::int64_t const extent = p.axes[whole].extent.offset;
  std::int64_t const blocks = (extent + lanes - 1) / lanes;
  axis outer{.name = p.axes[whole].name,
             .extent = constant(blocks),
             .is_reduction = p.axes[whole].is_reduction,
             .kind = blocks <= unroll_limit ? loop_kind::unrolled : loop_kind::serial,
             .made_by = relation::split_outer,
             .tails = tail::guard,
             .factor = lanes,
             .parent = whole};
  axis inner = outer;
  outer.name << ".u";
  inner.name << ".v";
  inner.extent = constant(lanes);
  inner.kind = loop_kind::vectorized;
  inner.made_by = relation::split_inner;
  p.axes[whole].kind = loop_kind::serial;
  p.axes[whole].outer = p.add(outer);
  p.axes[whole].inner = p.add(inner);
  s.loops[at] = p.axes[whole].outer;
  s.loops.insert(at + 1, p.axes[whole].inner);
}

// Loop `at` becomes the innermost.
constexpr void sink(stage& s, int at) {
  handle const lane = s.loops[at];
  s.loops.erase(at);
  s.loops.push_back(lane);
  if (s.tensorized_at == lane) s.tensorized_at = s.loops[at];
}

}  // namespace split_vectors_impl

/// What has to fit a vector register.
enum class vectors : std::uint8_t { of_values, of_memory };

constexpr void split_vectors(tir::program& p, int vector_bytes, vectors what = vectors::of_values) {
  using namespace split_vectors_impl;
  if (p.fault) return;
  for (auto& s : p.stages) {
    for (int i = 0; i < s.loops.count; ++i) {
      tir::axis const& a = p.axes[s.loops[i]];
      if (a.kind != tir::loop_kind::vectorized) continue;
      std::int64_t const extent = a.extent.offset;
      auto const padded =
          static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(extent)));
      std::int64_t const most = what == vectors::of_memory
                                    ? vector_bytes / narrowest_in_memory(p, s)
                                    : lanes_of(p, s, s.loops[i], vector_bytes);
      // The code of an intrinsic gets whole vectors, or memory.
      if (s.tensorized_at >= 0 && (padded > most || padded != extent)) {
        p.axes[s.loops[i]].kind = tir::loop_kind::serial;
        break;
      }
      if (padded > most || padded != extent) {
        split(p, s, i, padded < most ? padded : most);
        ++i;
      }
      sink(s, i);
      break;
    }
  }
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

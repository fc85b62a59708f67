// SPDX-License-Identifier: Apache-2.0
//
// kernel/register_use: how many vector registers a loop nest asks for, estimated.
//
//   takes       a lowered program, the bytes of a vector register
//   returns     the largest register tile, the widest vector, and the most registers in use
//   method      tiles and shared values that are alive count in full. Of what a statement loads,
//               the vectors that another iteration of an unrolled loop uses again stay in
//               registers, all of them; everything else passes through one
//   source      the register budget of a matrix kernel: Goto, van de Geijn, TOMS 2008
#pragma once

#include <ashlar/kernel/count.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::kernel_impl {

struct register_use {
  int tile = 0;   // vectors of the accumulators that are alive at a time
  int lanes = 1;  // of the widest vectorized loop
  int bytes = 0;  // of the widest vector that is loaded, stored or kept
  int most = 0;   // vectors in use
};

struct register_counter {
  tir::program const& p;
  int vector_bytes = 0;
  bool is_accumulator[limits::buffers]{};
  static_vector<handle, limits::loops_per_stage> unrolled{};
  handle lane = -1;
  register_use found{};

  static constexpr void raise(int& to, int v) {
    if (v > to) to = v;
  }
  constexpr auto extent(handle axis) const -> int { return extent_of[axis]; }

  /// The machine's vectors that a tile takes.
  constexpr auto vectors(tir::buffer const& b) const -> int {
    index_t elements = 1;
    for (int d = 0; d < b.rank; ++d) elements *= p.indices[b.shape[d]].offset;
    int const bytes = b.lanes * bytes_of(b.type);
    int const each = bytes > vector_bytes ? (bytes + vector_bytes - 1) / vector_bytes : 1;
    return static_cast<int>(elements / b.lanes) * each;
  }
  constexpr auto uses(tir::access const& a, handle axis) const -> bool {
    for (int d = 0; d < a.rank; ++d) {
      bool const is_used =
          tir::any_variable(p, p.indices[a.index[d]], [axis](int v) { return v == axis; });
      if (is_used) return true;
    }
    return false;
  }

  // The registers of one load: all its vectors where they are used again, 0 if it passes through.
  constexpr auto kept(tir::access const& a) const -> int {
    if (lane >= 0 && !uses(a, lane)) return 0;
    int vectors = 1;
    bool is_used_again = false;
    for (handle const u : unrolled) {
      if (uses(a, u))
        vectors *= extent(u);
      else if (extent(u) > 1)
        is_used_again = true;
    }
    return is_used_again ? vectors : 0;
  }
  constexpr void store(tir::stmt const& s, int alive) {
    int held = 0;
    bool passes = false;
    if (lane >= 0) raise(found.bytes, extent(lane) * bytes_of(p.exprs[s.value].type));
    for_each_value(p, s.value, [&](tir::expr const& e, index_t) {
      if (e.op == tir::opcode::reduce_lanes) {
        raise(found.lanes, e.c);
        raise(found.bytes, e.c * bytes_of(e.type));
      }
      if (e.op != tir::opcode::load) return;
      tir::access const& a = p.accesses[e.a];
      if (p.buffers[a.buffer].where == tir::scope::registers) return;
      int const n = kept(a);
      held += n;
      passes = passes || n == 0;
    });
    raise(found.most, alive + held + (passes ? 1 : 0));
  }
  constexpr void loop(tir::stmt const& s, int alive, int tile) {
    auto const n = static_cast<int>(p.indices[s.extent].offset);
    handle const outer = lane;
    int const before = unrolled.count;
    if (s.loop == tir::loop_kind::vectorized) {
      lane = s.axis;
      extent_of[s.axis] = n;
      raise(found.lanes, n);
    } else if (s.loop == tir::loop_kind::unrolled) {
      unrolled.push_back(s.axis);
      extent_of[s.axis] = n;
    }
    chain(s.body, alive, tile);
    lane = outer;
    while (unrolled.count > before) unrolled.pop_back();
  }
  constexpr void chain(handle h, int alive, int tile) {
    for (; h >= 0; h = p.stmts[h].next) {
      tir::stmt const& s = p.stmts[h];
      if (s.kind == tir::stmt_kind::store) {
        store(s, alive);
      } else if (s.kind == tir::stmt_kind::loop) {
        loop(s, alive, tile);
      } else if (s.kind == tir::stmt_kind::guard) {
        chain(s.body, alive, tile);
        chain(s.otherwise, alive, tile);
      } else if (s.kind == tir::stmt_kind::allocate) {
        bool const is_register = p.buffers[s.target].where == tir::scope::registers;
        int const n = is_register ? vectors(p.buffers[s.target]) : 0;
        int const inner = tile + (is_accumulator[s.target] ? n : 0);
        raise(found.tile, inner);
        raise(found.most, alive + n);
        chain(s.body, alive + n, inner);
      }
    }
  }
  // A tile accumulates if something is stored to it that is computed from it.
  constexpr void find_accumulators() {
    for (auto const& s : p.stmts) {
      if (s.kind != tir::stmt_kind::store) continue;
      handle const to = p.accesses[s.target].buffer;
      for_each_value(p, s.value, [&](tir::expr const& e, index_t) {
        if (e.op == tir::opcode::load && p.accesses[e.a].buffer == to) is_accumulator[to] = true;
      });
    }
  }

  int extent_of[limits::axes]{};
};

/// See the head of this file.
constexpr auto registers_of(tir::program const& p, int vector_bytes) -> register_use {
  register_counter c{.p = p, .vector_bytes = vector_bytes};
  c.find_accumulators();
  c.chain(p.root, 0, 0);
  return c.found;
}

}  // namespace ashlar::kernel_impl

ASHLAR_COMPILER_END

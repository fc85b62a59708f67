// SPDX-License-Identifier: Apache-2.0
//
// pass/settle_registers: which locals are registers, and in how many lanes.
//
//   registers t[8, 4, 16], always t[., ., lane] inside a loop of 16 lanes   -->   32 vectors of 16
//   registers t[8], but indexed by a serial loop                            -->   stack
//
//   takes       a simplified loop nest
//   returns     the nest in which each element of a register tile is one vector, or a scalar, that
//               constants and unrolled loops address; other tiles, and operands of intrinsics that
//               get their address, are on the stack
#pragma once

#include <ashlar/tir/grid.hpp>
#include <ashlar/tir/index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::pass {

namespace settle_registers_impl {

using namespace tir;
using tir::axis;
using tir::expr;

struct settler {
  program& p;
  loop_kind kind[limits::axes]{};
  handle lane = -1;
  std::int64_t lanes = 1;
  std::int16_t stored[limits::buffers]{};  // lanes of the accesses; 0: none yet, -1: they differ
  std::int16_t loaded[limits::buffers]{};
  int parallel = 0;       // loops around that are parallel
  bool in_index = false;  // what is looked at is loaded by an index
  int allocated_in[limits::buffers]{};

  // True if the access is one whole element of a tile: the last index is the lane, others are
  // unrolled; outside of vectorized loops every index is unrolled.
  constexpr auto fits(access const& a) const -> bool {
    for (int d = 0; d < a.rank; ++d) {
      affine const& index = p.indices[a.index[d]];
      bool const is_lane = lane >= 0 && d == a.rank - 1 && index.offset == 0 &&
                           index.terms.count == 1 && index.terms[0].coef == 1 &&
                           p.atoms[index.terms[0].atom].kind == atom_kind::variable &&
                           p.atoms[index.terms[0].atom].id == lane;
      // A lane of a warp has its own element in its own register.
      if (is_lane || is_own_lane(p, index)) continue;
      if (lane >= 0 && d == a.rank - 1) return false;
      bool const rolled = any_variable(p, index, [this](int v) {
        return v == lane || kind[v] == loop_kind::serial || kind[v] == loop_kind::parallel ||
               is_bound(kind[v]);
      });
      if (rolled || depends_on_data(p, index)) return false;
    }
    return lane < 0 || a.rank > 0;
  }

  // A scalar that is loaded inside a vectorized loop is the same for all lanes.
  constexpr auto is_scalar(access const& a) const -> bool {
    return a.rank == 0 && stored[a.buffer] == 1;
  }

  constexpr void touch(handle h, std::int16_t (&seen)[limits::buffers]) {
    access const& a = p.accesses[h];
    if (p.buffers[a.buffer].where != scope::registers) return;
    // Registers are a thread's own, and an index is computed from memory.
    bool const is_here = allocated_in[a.buffer] == parallel && !in_index;
    if (is_here && is_scalar(a)) return;
    auto const now = static_cast<std::int16_t>(is_here && fits(a) ? lanes : -1);
    auto& before = seen[a.buffer];
    before = before == 0 || before == now ? now : std::int16_t{-1};
  }

  // An intrinsic gets pointers; but if it takes its output as a vector, the stores of its meaning
  // say whether that is one.
  constexpr void take_address(intrinsic_call const& c) {
    bool const is_value = p.intrinsics[c.which].takes_vector;
    for (int o = is_value ? 1 : 0; o < max_intrinsic_operands; ++o) {
      handle const a = c.operand[o];
      if (a >= 0) stored[p.accesses[a].buffer] = loaded[p.accesses[a].buffer] = -1;
    }
  }

  // What a sum loads.
  constexpr void index(handle h) {
    for (auto const& t : p.indices[h].terms) {
      atom const& at = p.atoms[t.atom];
      if (at.kind == atom_kind::loaded) {
        bool const before = in_index;
        in_index = true;
        value(at.id);
        in_index = before;
      }
      if (at.lhs < 0) continue;
      index(at.lhs);
      index(at.rhs);
    }
  }

  constexpr void value(handle h) {
    if (h < 0) return;
    expr const& e = p.exprs[h];
    int const n = operand_count(e.op);
    handle const outer = lane;
    std::int64_t const outside = lanes;
    if (e.op == opcode::reduce_lanes && p.axes[e.b].kind != loop_kind::lane) {
      lane = e.b;
      lanes = e.c;
    }
    if (n > 0) value(e.a);
    if (n > 1) value(e.b);
    if (n > 2) value(e.c);
    lane = outer;
    lanes = outside;
    if (e.op == opcode::index || e.op == opcode::in_range) index(e.a);
    if (e.op == opcode::load) {
      touch(e.a, loaded);
      value(e.b);
      access const& a = p.accesses[e.a];
      for (int d = 0; d < a.rank; ++d) index(a.index[d]);
    }
  }

  constexpr void chain(handle h) {
    for (; h >= 0; h = p.stmts[h].next) {
      stmt const& s = p.stmts[h];
      handle const outer = lane;
      std::int64_t const outside = lanes;
      if (s.kind == stmt_kind::loop) {
        kind[s.axis] = s.loop;
        if (s.loop == loop_kind::vectorized) {
          lane = s.axis;
          lanes = p.indices[s.extent].offset;
        }
      }
      bool const forks =
          s.kind == stmt_kind::loop && (s.loop == loop_kind::parallel || is_block(s.loop));
      if (s.kind == stmt_kind::allocate) allocated_in[s.target] = parallel;
      parallel += forks ? 1 : 0;
      // What a warp's instruction means is not emitted.
      if (!is_warp_call(p, s)) chain(s.body);
      chain(s.otherwise);
      parallel -= forks ? 1 : 0;
      lane = outer;
      lanes = outside;
      if (s.kind == stmt_kind::store) {
        value(s.value);
        touch(s.target, stored);
      }
      if (s.kind == stmt_kind::tensorize && !is_warp_call(p, s)) take_address(p.calls[s.target]);
      if (s.kind == stmt_kind::allocate) settle(s.target);
    }
  }

  constexpr void settle(handle h) {
    buffer& b = p.buffers[h];
    if (b.where != scope::registers) return;
    bool const agree = loaded[h] == 0 || stored[h] == 0 || loaded[h] == stored[h];
    if (stored[h] < 0 || loaded[h] < 0 || !agree) {
      b.where = scope::stack;
      b.lanes = 1;
      return;
    }
    std::int16_t const found = stored[h] == 0 ? loaded[h] : stored[h];
    b.lanes = found == 0 ? std::int16_t{1} : found;
    b.stride_is = {};
    if (b.lanes > 1) b.shape[b.rank - 1] = p.add(constant(b.lanes));
  }
};

}  // namespace settle_registers_impl

constexpr void settle_registers(tir::program& p) {
  if (p.fault) return;
  settle_registers_impl::settler s{.p = p};
  s.chain(p.root);
}

}  // namespace ashlar::pass

ASHLAR_COMPILER_END

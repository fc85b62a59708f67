// SPDX-License-Identifier: Apache-2.0
//
// support/program_builder: writes tensor programs by hand, one call per node, so that tests of the
// program and its passes do not depend on capture.
#pragma once

#include <ashlar/tir/index.hpp>

#include <bit>
#include <initializer_list>

namespace ashlar::tests {

using namespace tir;

struct program_builder {
  program p{};

  // --- operands and locals; an extent below 0 is a symbol of its own
  constexpr auto operand(char const* name, dtype type, std::initializer_list<index_t> extents,
                         bool is_output = false) -> handle {
    buffer b{.name = name, .type = type, .where = scope::operand, .is_output = is_output};
    b.operand = p.operands++;
    auto const h = static_cast<handle>(p.buffers.count);
    for (index_t const e : extents) {
      int const d = b.rank++;
      b.stride[d] = dynamic_extent;
      if (e >= 0) {
        b.shape[d] = p.add(constant(e));
      } else {
        int const s =
            p.symbols.push_back(tir::symbol{.buffer = h, .dim = static_cast<std::int8_t>(d)});
        b.shape[d] = p.add(symbol_value(p, s));
      }
    }
    return p.add(b);
  }
  constexpr auto output(char const* name, dtype type, std::initializer_list<index_t> extents)
      -> handle {
    return operand(name, type, extents, true);
  }
  constexpr auto local(char const* name, dtype type, std::initializer_list<affine> extents,
                       scope where = scope::workspace) -> handle {
    buffer b{.name = name, .type = type, .where = where};
    for (affine const& e : extents) b.shape[b.rank++] = p.add(e);
    return p.add(b);
  }
  constexpr auto extent(handle buffer, int d) const -> affine {
    return p.indices[p.buffers[buffer].shape[d]];
  }

  // --- axes and sums
  constexpr auto axis(char const* name, affine const& e, bool is_reduction = false) -> handle {
    return p.add(tir::axis{.name = name, .extent = e, .is_reduction = is_reduction});
  }
  constexpr auto loop_axis(char const* name, affine const& e, loop_kind kind = loop_kind::serial)
      -> handle {
    return p.add(tir::axis{.name = name, .extent = e, .kind = kind});
  }
  constexpr auto at(handle axis) -> affine { return variable(p, axis); }

  // --- accesses and values
  constexpr auto place(handle buffer, std::initializer_list<affine> index, unsigned checked = 0)
      -> handle {
    access a{.buffer = buffer, .checked = static_cast<std::uint8_t>(checked)};
    for (affine const& i : index) a.index[a.rank++] = p.add(i);
    return p.add(a);
  }
  constexpr auto load(handle buffer, std::initializer_list<affine> index, unsigned checked = 0,
                      handle outside = -1) -> handle {
    return p.add(tir::expr{.op = opcode::load,
                           .type = p.buffers[buffer].type,
                           .a = place(buffer, index, checked),
                           .b = outside});
  }
  constexpr auto number(dtype type, double v) -> handle {
    return p.add(tir::expr{
        .op = opcode::constant,
        .type = type,
        .bits = is_float(type) ? std::bit_cast<std::int64_t>(v) : static_cast<std::int64_t>(v)});
  }
  constexpr auto make(opcode op, handle a, handle b = -1, handle c = -1) -> handle {
    dtype const operand = p.exprs[op == opcode::select ? b : a].type;
    dtype const type = is_comparison(op) ? dtype::boolean : operand;
    return p.add(tir::expr{.op = op, .type = type, .a = a, .b = b, .c = c});
  }
  constexpr auto cast(dtype type, handle a) -> handle {
    return p.add(tir::expr{.op = opcode::cast, .type = type, .a = a});
  }
  constexpr auto index(affine const& a) -> handle {
    return p.add(tir::expr{.op = opcode::index, .type = dtype::i64, .a = p.add(a)});
  }
  constexpr auto accumulator(dtype type, int component = 0) -> handle {
    return p.add(
        tir::expr{.op = opcode::accumulator, .type = type, .a = static_cast<handle>(component)});
  }
  constexpr auto incoming(dtype type, int component = 0) -> handle {
    return p.add(
        tir::expr{.op = opcode::incoming, .type = type, .a = static_cast<handle>(component)});
  }

  // --- stages
  constexpr auto stage(handle buffer, std::initializer_list<handle> pure, handle result) -> int {
    tir::stage s{.name = p.buffers[buffer].name, .buffer = buffer, .result = result};
    for (handle const a : pure) {
      s.pure.push_back(a);
      s.loops.push_back(a);
    }
    return p.stages.push_back(s);
  }
  constexpr auto reduction(handle buffer, std::initializer_list<handle> pure,
                           std::initializer_list<handle> reduced, opcode op, double identity,
                           handle value, handle result = -1) -> int {
    dtype const type = p.exprs[value].type;
    int const s = stage(buffer, pure, result >= 0 ? result : accumulator(type));
    tir::stage& st = p.stages[s];
    for (handle const a : reduced) {
      st.reduced.push_back(a);
      st.loops.push_back(a);
    }
    st.reduce.components = 1;
    st.reduce.combine[0] = make(op, accumulator(type), incoming(type));
    st.reduce.identity[0] = number(type, identity);
    st.value[0] = value;
    return s;
  }

  // --- statements
  constexpr auto chain(std::initializer_list<handle> all) -> handle {
    handle first = -1;
    handle last = -1;
    for (handle const s : all) {
      if (first < 0)
        first = s;
      else
        p.stmts[last].next = s;
      last = s;
    }
    return first;
  }
  constexpr auto loop(handle axis, std::initializer_list<handle> body) -> handle {
    return p.add(stmt{.kind = stmt_kind::loop,
                      .loop = p.axes[axis].kind,
                      .body = chain(body),
                      .axis = axis,
                      .extent = p.add(p.axes[axis].extent)});
  }
  constexpr auto store(handle target, handle value) -> handle {
    return p.add(stmt{.kind = stmt_kind::store, .target = target, .value = value});
  }
  constexpr auto allocate(handle buffer, std::initializer_list<handle> body) -> handle {
    return p.add(stmt{.kind = stmt_kind::allocate, .body = chain(body), .target = buffer});
  }
  constexpr auto guard(std::initializer_list<affine> conditions, std::initializer_list<handle> body,
                       std::initializer_list<handle> otherwise = {}) -> handle {
    stmt g{.kind = stmt_kind::guard, .body = chain(body), .otherwise = chain(otherwise)};
    int n = 0;
    for (affine const& c : conditions) g.condition[n++] = p.add(c);
    return p.add(g);
  }
};

}  // namespace ashlar::tests

// SPDX-License-Identifier: Apache-2.0
//
// tir/evaluate: the values of index sums, accesses and expressions while a program runs; the half
// of the interpreter that knows nothing of statements and stages.
//
//   lanes       reduce_lanes evaluates its operand at every value of the axis, and folds the upper
//               half of the results on the lower, r[l] = op(v[l], v[l + L / 2]), until one is left
//   evaluation  every operand of a node, also what `select` does not take, as a vector unit does;
//               only the fallback of a checked load is left alone while it is not needed
//   why vector  the locals of a program have sizes that are known only while it runs
#pragma once

#include <ashlar/tir/memory.hpp>
#include <ashlar/tir/oracle.hpp>
#include <ashlar/tir/program.hpp>
#include <ashlar/tir/scalar_op.hpp>

#include <bit>
#include <vector>

namespace ashlar::tir {

/// For programs that call no functors.
struct no_calls {
  constexpr auto operator()(std::int64_t, dtype, scalar, scalar) const -> scalar { return {}; }
};

/// The state of one run.
template <operand_like Array, class Watch, class Calls> struct evaluator {
  program const& p;
  Array* operands;
  std::size_t operand_count;
  Watch& watch;
  Calls const& calls;

  violation found{};
  index_t variable[limits::axes]{};
  index_t symbol_value[limits::symbols]{};
  dimensions shape[limits::buffers]{};
  std::vector<std::vector<scalar>> locals{};
  scalar accumulator[max_components]{};
  scalar incoming[max_components]{};
  // Shared sub-expressions are evaluated once: memo[e] holds up to the epoch memo_of[e].
  scalar memo[limits::exprs]{};
  std::uint64_t memo_of[limits::exprs]{};
  std::uint64_t epoch = 0;
  static constexpr std::uint64_t forever = ~std::uint64_t{0};

  constexpr void fail(violation_kind kind, int where = -1, index_t detail = 0) {
    if (!found.ok()) return;
    found = violation{.kind = kind, .buffer = static_cast<handle>(where)};
    found.index[0] = detail;
  }
  constexpr auto stopped() -> bool {
    if constexpr (Watch::enabled) {
      if (found.ok() && !watch.found.ok()) found = watch.found;
    }
    return !found.ok();
  }

  // Indices wrap: a loaded index may be any number, and is looked at only where it is used.
  static constexpr auto wrap(index_t v) -> std::uint64_t { return static_cast<std::uint64_t>(v); }

  constexpr auto atom_value(atom const& at) -> index_t {
    switch (at.kind) {
      case atom_kind::variable: return variable[at.id];
      case atom_kind::symbol: return symbol_value[at.id];
      case atom_kind::loaded: return value_of<std::int64_t>(evaluate(at.id));
      default: break;
    }
    index_t const x = sum(at.lhs);
    index_t const y = sum(at.rhs);
    switch (at.kind) {
      case atom_kind::minimum: return x < y ? x : y;
      case atom_kind::maximum: return x < y ? y : x;
      case atom_kind::product: return static_cast<index_t>(wrap(x) * wrap(y));
      default: break;
    }
    if (y <= 0) {
      fail(violation_kind::bad_divisor, -1, y);
      return 0;
    }
    return at.kind == atom_kind::floor_div ? floor_div(x, y) : floor_mod(x, y);
  }
  constexpr auto sum(affine const& a) -> index_t {
    std::uint64_t s = wrap(a.offset);
    for (auto const& t : a.terms) {
      atom const& at = p.atoms[t.atom];
      // Most are variables, which need no call.
      bool const is_variable = at.kind == atom_kind::variable;
      s += wrap(t.coef) * wrap(is_variable ? variable[at.id] : atom_value(at));
    }
    return static_cast<index_t>(s);
  }
  constexpr auto sum(handle index) -> index_t { return sum(p.indices[index]); }

  /// Where an access goes; false if a checked index is outside.
  constexpr auto locate(access const& a, place& at) -> bool {
    at.buffer = a.buffer;
    dimensions const& s = shape[a.buffer];
    bool inside = true;
    for (int d = 0; d < a.rank; ++d) {
      at.index[d] = sum(a.index[d]);
      bool const in = at.index[d] >= 0 && at.index[d] < s.extent[d];
      bool const is_promised = ((a.nonnegative >> d) & 1) != 0 && at.index[d] < 0;
      bool const is_checked = ((a.checked >> d) & 1) != 0 && !is_promised;
      inside = inside && (in || !is_checked);
      if constexpr (Watch::enabled) {
        if (!in && !is_checked) at.linear = -1;
      }
      if (inside && at.linear >= 0) at.linear = at.linear * s.extent[d] + at.index[d];
    }
    return inside && found.ok();
  }
  /// Reports an access that cannot be done.
  constexpr auto is_legal(place const& at) -> bool {
    if constexpr (Watch::enabled) {
      bool const is_local = p.buffers[at.buffer].operand < 0;
      if (is_local && locals[static_cast<std::size_t>(at.buffer)].empty()) {
        watch.report(violation_kind::not_allocated, at);
        return false;
      }
      if (at.linear < 0) {
        watch.report(violation_kind::out_of_bounds, at);
        return false;
      }
    }
    return true;
  }

  constexpr auto operand_offset(place const& at) const -> index_t {
    dimensions const& dims = shape[at.buffer];
    index_t offset = 0;
    for (int d = 0; d < dims.rank; ++d) offset += at.index[d] * dims.stride[d];
    return offset;
  }
  constexpr auto local_offset(place const& at) const -> std::size_t {
    buffer const& b = p.buffers[at.buffer];
    index_t offset = at.linear;
    if (!b.layout.empty()) {
      offset = 0;
      for (auto const& l : b.layout) {
        index_t const i = at.index[l.dim];
        offset = offset * layout_extent(at.buffer, l) + (l.inner ? i % l.block : i / l.block);
      }
    }
    return static_cast<std::size_t>(offset);
  }
  constexpr auto layout_extent(int buffer, layout_dim const& l) const -> index_t {
    return l.inner ? l.block : (shape[buffer].extent[l.dim] + l.block - 1) / l.block;
  }
  constexpr auto load(expr const& e) -> scalar {
    place at{};
    if (!locate(p.accesses[e.a], at)) {
      return e.b >= 0 ? evaluate(e.b) : make_scalar(e.type, 0);
    }
    if (!is_legal(at)) return make_scalar(e.type, 0);
    if constexpr (Watch::enabled) watch.read(at);
    buffer const& b = p.buffers[at.buffer];
    if (b.operand >= 0) {
      return operands[b.operand].load(operand_offset(at));
    }
    return locals[static_cast<std::size_t>(at.buffer)][local_offset(at)];
  }
  constexpr void store(access const& a, scalar v) {
    place at{};
    if (locate(a, at)) put(at, v);
  }
  constexpr void put(place const& at, scalar v) {
    if (!is_legal(at)) return;
    buffer const& b = p.buffers[at.buffer];
    if (v.type != b.type) return fail(violation_kind::bad_operation, at.buffer);
    if constexpr (Watch::enabled) watch.write(p, at);
    if (b.operand >= 0) {
      operands[b.operand].store(operand_offset(at), v);
    } else {
      locals[static_cast<std::size_t>(at.buffer)][local_offset(at)] = v;
    }
  }

  constexpr auto reduce_lanes(expr const& e) -> scalar {
    index_t& lane = variable[e.b];
    index_t const outside = lane;
    auto const count = static_cast<std::size_t>(e.c);
    if (count == 0) return {};
    std::vector<scalar> values(count);
    for (std::size_t l = 0; l < count; ++l) {
      lane = static_cast<index_t>(l);
      values[l] = fresh(e.a);
    }
    lane = outside;
    ++epoch;
    for (std::size_t half = std::bit_ceil(count) / 2; half > 0; half /= 2) {
      for (std::size_t l = 0; l < half && l + half < count; ++l) {
        values[l] = apply(static_cast<opcode>(e.bits), e.type, values[l], values[l + half]);
      }
    }
    return values[0];
  }

  constexpr auto call(expr const& e) -> scalar {
    scalar const a = e.a >= 0 ? evaluate(e.a) : scalar{};
    scalar const b = e.b >= 0 ? evaluate(e.b) : scalar{};
    scalar const r = calls(e.bits, e.type, a, b);
    if (!r.is_written()) fail(violation_kind::unknown_call);
    return r;
  }
  constexpr auto compute(expr const& e) -> scalar {
    switch (e.op) {
      case opcode::constant: return constant_of(e.type, e.bits);
      case opcode::index: return make_scalar(e.type, sum(e.a));
      case opcode::load: return load(e);
      case opcode::accumulator: return accumulator[e.a];
      case opcode::incoming: return incoming[e.a];
      case opcode::in_range: return to_scalar(sum(e.a) >= 0);
      case opcode::reduce_lanes: return reduce_lanes(e);
      case opcode::call: return call(e);
      default: break;
    }
    int const n = tir::operand_count(e.op);
    scalar const a = evaluate(e.a);
    scalar const b = n > 1 ? evaluate(e.b) : scalar{};
    scalar const c = n > 2 ? evaluate(e.c) : scalar{};
    return apply(e.op, e.type, a, b, c);
  }
  constexpr auto evaluate(handle e) -> scalar {
    return memo_of[e] >= epoch ? memo[e] : compute_and_keep(e);
  }
  constexpr auto compute_and_keep(handle e) -> scalar {
    scalar const v = compute(p.exprs[e]);
    if (!v.is_written() && !stopped()) fail(violation_kind::bad_operation);
    memo[e] = v;
    memo_of[e] = p.exprs[e].op == opcode::constant ? forever : epoch;
    return v;
  }
  /// A value at a new point: nothing that was computed before holds any more.
  constexpr auto fresh(handle e) -> scalar {
    ++epoch;
    return compute_and_keep(e);
  }
  constexpr auto fresh_sum(handle index) -> index_t {
    ++epoch;
    return sum(index);
  }
};

}  // namespace ashlar::tir

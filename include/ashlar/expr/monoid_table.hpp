// SPDX-License-Identifier: Apache-2.0
//
// expr/monoid_table: the monoid of each reduction: its identity, and how two values combine.
//
//   sum 0 +    prod 1 *    any false or    all true and
//   max        -infinity, or the least integer; the greater one
//   argmax     (-infinity, the greatest i64); the greater value, of equal ones the lower position;
//              the first NaN wins
//
//   source     ties and NaN: numpy.argmax
#pragma once

#include <ashlar/expr/builder.hpp>
#include <ashlar/expr/literal.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

using tir::opcode;

namespace monoid_table_impl {

constexpr auto bits_of(double v) -> std::int64_t { return std::bit_cast<std::int64_t>(v); }

// The least, or the greatest, value of an element type as the bits of a constant.
constexpr auto extreme_bits(dtype d, bool least) -> std::int64_t {
  double const infinity = std::numeric_limits<double>::infinity();
  if (is_float(d)) return bits_of(least ? -infinity : infinity);
  return least ? least_of(d) : static_cast<std::int64_t>(greatest_of(d));
}

constexpr auto identity_bits(reduction_kind kind, dtype d) -> std::int64_t {
  switch (kind) {
    case reduction_kind::prod: return is_float(d) ? bits_of(1.0) : 1;
    case reduction_kind::max:
    case reduction_kind::argmax: return extreme_bits(d, true);
    case reduction_kind::min:
    case reduction_kind::argmin: return extreme_bits(d, false);
    case reduction_kind::all: return 1;
    default: return 0;  // also the bits of 0.0
  }
}

constexpr auto opcode_of(reduction_kind kind) -> opcode {
  switch (kind) {
    case reduction_kind::prod: return opcode::mul;
    case reduction_kind::max: return opcode::max;
    case reduction_kind::min: return opcode::min;
    case reduction_kind::any: return opcode::logical_or;
    case reduction_kind::all: return opcode::logical_and;
    default: return opcode::add;
  }
}

struct both {
  handle accumulated = -1, incoming = -1;
};
constexpr auto component(builder& b, dtype d, int at) -> both {
  auto const place = static_cast<handle>(at);
  return both{.accumulated = b.out.add(tir::expr{.op = opcode::accumulator, .type = d, .a = place}),
              .incoming = b.out.add(tir::expr{.op = opcode::incoming, .type = d, .a = place})};
}
constexpr auto node(builder& b, opcode op, dtype d, handle x, handle y, handle z = -1) -> handle {
  return b.out.add(tir::expr{.op = op, .type = d, .a = x, .b = y, .c = z});
}
constexpr auto constant_of(builder& b, dtype d, std::int64_t bits) -> handle {
  return b.out.add(tir::expr{.op = opcode::constant, .type = d, .bits = bits});
}

// True where the incoming value replaces the accumulated one.
constexpr auto incoming_wins(builder& b, bool greatest, dtype d, both v, both at) -> handle {
  constexpr dtype truth = dtype::boolean;
  handle const better =
      node(b, greatest ? opcode::gt : opcode::lt, truth, v.incoming, v.accumulated);
  handle const tie = node(b, opcode::eq, truth, v.incoming, v.accumulated);
  handle const earlier = node(b, opcode::lt, truth, at.incoming, at.accumulated);
  handle const first = node(b, opcode::logical_and, truth, tie, earlier);
  handle const wins = node(b, opcode::logical_or, truth, better, first);
  if (!is_float(d)) return wins;
  handle const new_nan = node(b, opcode::ne, truth, v.incoming, v.incoming);
  handle const old_nan = node(b, opcode::ne, truth, v.accumulated, v.accumulated);
  handle const first_nan = node(b, opcode::logical_and, truth, new_nan, earlier);
  handle const over_number = node(b, opcode::logical_or, truth, new_nan, wins);
  return node(b, opcode::select, truth, old_nan, first_nan, over_number);
}

// The position along the reduced axes, the last one fastest.
constexpr auto position(builder& b, tir::stage const& s) -> handle {
  tir::affine at = tir::constant(0);
  for (handle const axis : s.reduced) {
    tir::affine const extent = b.out.axes[axis].extent;
    at = tir::product(b.out, at, extent) + tir::variable(b.out, axis);
  }
  return b.out.add(tir::expr{.op = opcode::index, .type = dtype::i64, .a = b.out.add(at)});
}

// The position of the greatest of no values has no meaning.
constexpr void require_elements(builder& b, tir::stage const& s) {
  for (handle const axis : s.reduced) {
    auto const& a = b.out.axes[axis];
    tir::affine const rest = a.extent - 1;
    if (rest.is_constant() && rest.offset < 0) {
      b.rec.fail(diag::code::bad_reduction, diag::message{} << "axis " << a.name
                                                            << " of a position has the "
                                                            << "extent 0; the least is 1");
    }
    if (rest.is_constant()) continue;
    auto const& known = b.out.symbols[b.out.atoms[rest.terms[0].atom].id];
    b.add(tir::check{.sum = b.out.add(rest), .buffer = known.buffer, .dim = known.dim});
  }
}

constexpr void add_position(builder& b, reduction_record const& r, dtype d, tir::stage& s) {
  require_elements(b, s);
  s.reduce.components = 2;
  both const v = component(b, d, 0);
  both const at = component(b, dtype::i64, 1);
  handle const wins = incoming_wins(b, r.kind == reduction_kind::argmax, d, v, at);
  s.reduce.combine[0] = node(b, opcode::select, d, wins, v.incoming, v.accumulated);
  s.reduce.combine[1] = node(b, opcode::select, dtype::i64, wins, at.incoming, at.accumulated);
  s.reduce.identity[0] = constant_of(b, d, identity_bits(r.kind, d));
  s.reduce.identity[1] = constant_of(b, dtype::i64, std::numeric_limits<std::int64_t>::max());
  s.value[1] = position(b, s);
}

// The user's expression over the two values, copied from the recorder.
constexpr auto add_user(builder& b, handle root) -> handle {
  for (handle const n : order_below(b.rec, root, false).list) {
    tir::expr made = b.rec.values[n].e;
    int const count = tir::operand_count(made.op);
    if (count > 0) made.a = b.expr_of[made.a];
    if (count > 1 && made.b >= 0) made.b = b.expr_of[made.b];
    if (count > 2) made.c = b.expr_of[made.c];
    b.expr_of[n] = b.out.add(made);
  }
  return b.expr_of[root];
}

}  // namespace monoid_table_impl

/// The monoid of a reduction, and the values that it combines.
constexpr void add_monoid(builder& b, reduction_record const& r, tir::stage& s) {
  using namespace monoid_table_impl;
  dtype const d = b.rec.type_of(r.value);
  s.value[0] = b.expr_of[r.value];
  s.reduce.commutative = r.commutative;
  if (r.kind == reduction_kind::argmax || r.kind == reduction_kind::argmin) {
    add_position(b, r, d, s);
    return;
  }
  s.reduce.components = 1;
  if (r.kind == reduction_kind::user) {
    s.reduce.identity[0] = add_user(b, r.identity);
    s.reduce.combine[0] = add_user(b, r.combine);
    return;
  }
  both const v = component(b, d, 0);
  s.reduce.combine[0] = node(b, opcode_of(r.kind), d, v.accumulated, v.incoming);
  s.reduce.identity[0] = constant_of(b, d, identity_bits(r.kind, d));
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// schedule/padding: a dimension of a local stage that goes on to the next multiple, and what is
// there.
//
//   h(i), i in 37, padded to 8 with 0   -->   h(i), i in 40 = select(i < 37, .., 0)
//
//   takes       a stage whose loop over the dimension is as it was defined
//   returns     the stage with more points, which have the value, if one is given
//   invariants  what reads the stage has the same values: a boundary condition still begins where
//               the dimension ended, unless its value is the one that is there now; then it begins
//               where the padding ends, and is dropped where that is not left
//   names       TVM: pad_value of transform_layout; Halide: align_bounds
#pragma once

#include <ashlar/schedule/memory_order.hpp>
#include <ashlar/tir/scalar.hpp>

#include <bit>
#include <limits>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace padding_impl {

/// The bits of a constant of the type, see tir/program.
struct value_bits {
  bool fits = false;
  std::int64_t bits = 0;
};

constexpr auto bits_of(padding_value const& v, dtype type) -> value_bits {
  using kind = padding_value::kind;
  if (v.what == kind::infinite) {
    double const all = std::numeric_limits<double>::infinity();
    return {.fits = is_float(type), .bits = std::bit_cast<std::int64_t>(v.number > 0 ? all : -all)};
  }
  if (v.what != kind::whole) return {};
  if (is_float(type)) {
    auto const number = static_cast<double>(v.number);
    std::int64_t const bits = std::bit_cast<std::int64_t>(number);
    bool const fits = tir::value_of<double>(tir::constant_of(type, bits)) == number;
    return {.fits = fits, .bits = bits};
  }
  if (type == dtype::boolean) return {.fits = v.number == 0 || v.number == 1, .bits = v.number};
  bool const fits = tir::value_of<std::int64_t>(tir::constant_of(type, v.number)) == v.number;
  return {.fits = fits && (v.number >= 0 || is_signed(type)), .bits = v.number};
}

constexpr auto is_same_constant(program const& p, handle a, dtype type, handle b) -> bool {
  auto const bits = [&](handle e) { return e < 0 ? 0 : p.exprs[e].bits; };
  bool const both = b >= 0 && (a < 0 || p.exprs[a].op == tir::opcode::constant);
  return both && tir::constant_of(type, bits(a)) == tir::constant_of(type, bits(b));
}

// sum >= 0
constexpr auto condition(program& p, affine const& sum) -> handle {
  return p.add(tir::expr{.op = tir::opcode::in_range, .type = dtype::boolean, .a = p.add(sum)});
}

// The value of a checked load where its index is inside of what the dimension was, and else the one
// outside.
constexpr void keep_boundary(program& p, int load, int d, affine const& extent) {
  tir::expr const e = p.exprs[load];
  affine const index = p.indices[p.accesses[e.a].index[d]];
  handle const low = condition(p, index);
  handle const high = condition(p, extent - index - 1);
  handle const inside =
      p.add(tir::expr{.op = tir::opcode::logical_and, .type = dtype::boolean, .a = low, .b = high});
  handle const outside = e.b >= 0 ? e.b : p.add(tir::expr{.type = e.type});
  p.exprs[load] = tir::expr{
      .op = tir::opcode::select, .type = e.type, .a = inside, .b = p.add(e), .c = outside};
}

constexpr auto has_boundary(program const& p, int e, int buffer, int d, handle fill) -> bool {
  tir::expr const& x = p.exprs[e];
  if (x.op != tir::opcode::load || p.accesses[x.a].buffer != buffer) return false;
  bool const is_checked = ((p.accesses[x.a].checked >> static_cast<unsigned>(d)) & 1U) != 0;
  return is_checked && !is_same_constant(p, x.b, x.type, fill);
}

// True if the expression is a load whose index d is the axis, which is all of that dimension: then
// what is beyond it is the load's own business.
constexpr auto is_copy_of(program& p, handle value, int d, int axis, handle fill) -> bool {
  tir::expr const& e = p.exprs[value];
  if (e.op != tir::opcode::load) return false;
  tir::access const& a = p.accesses[e.a];
  if (d >= a.rank || p.indices[a.index[d]] != tir::variable(p, axis)) return false;
  if (p.indices[p.buffers[a.buffer].shape[d]] != p.axes[axis].extent) return false;
  return a.checked == 0 || is_same_constant(p, e.b, e.type, fill);
}

constexpr auto filled(program& p, handle value, int d, int axis, handle fill) -> handle {
  tir::expr e = p.exprs[value];
  if (is_copy_of(p, value, d, axis, fill)) {
    tir::access a = p.accesses[e.a];
    a.checked = static_cast<std::uint8_t>(a.checked | (1U << static_cast<unsigned>(d)));
    e.a = p.add(a);
    e.b = fill;
    return p.add(e);
  }
  return p.add(tir::expr{.op = tir::opcode::select,
                         .type = e.type,
                         .a = condition(p, p.axes[axis].extent - tir::variable(p, axis) - 1),
                         .b = value,
                         .c = fill});
}

}  // namespace padding_impl

/// The number as a constant of the stage's type; -1 and E068 where it is none.
constexpr auto padding_of(program& p, int stage, padding_value const& v) -> handle {
  dtype const type = p.buffers[p.stages[stage].buffer].type;
  auto const b = padding_impl::bits_of(v, type);
  if (b.fits && has_room(p, demand{.exprs = 1}, "layout")) {
    return p.add(tir::expr{.type = type, .bits = b.bits});
  }
  diag::message m{};
  m << "layout of " << p.stages[stage].name << ": the padding is no value of " << name_of(type)
    << "; give a whole number that is one, of at most 2^40";
  if (is_float(type)) m << ", or an infinity";
  if (p.fault.ok()) p.fail(diag::code::bad_order, m);
  return -1;
}

/// Dimension d of a local stage goes on to the next multiple of f, where elements are `fill`, or
/// whatever the stage makes of its operands where that is -1.
constexpr void extend(program& p, int stage, int d, std::int64_t f, handle fill) {
  using namespace padding_impl;
  if (!p.fault.ok()) return;
  handle const axis = p.stages[stage].pure[d];
  int const buffer = p.stages[stage].buffer;
  affine const extent = p.axes[axis].extent;
  affine const all = ceil_div(p, extent, f) * f;
  if (all == extent) return;
  int const count = p.exprs.count;
  int loads = 0;
  for (int e = 0; e < count; ++e) loads += has_boundary(p, e, buffer, d, fill) ? 1 : 0;
  if (!has_room(p,
                demand{.indices = 2 * loads + 2, .atoms = 2, .exprs = 5 * loads + 2, .accesses = 1},
                "padding")) {
    return;
  }
  for (int e = 0; e < count; ++e) {
    if (has_boundary(p, e, buffer, d, fill)) keep_boundary(p, e, d, extent);
  }
  if (fill >= 0) {
    handle const value = filled(p, p.stages[stage].result, d, axis, fill);
    p.stages[stage].result = value;
  }
  p.axes[axis].extent = all;
  p.buffers[buffer].shape[d] = p.add(all);
}

/// Each dimension that has blocks goes on to the end of its last one, with the padding of the
/// order.
constexpr void fill_blocks(program& p, int stage, memory_order const& o) {
  if (!p.fault.ok() || o.items.empty() || o.padding == padding_value{}) return;
  handle const fill = padding_of(p, stage, o.padding);
  auto const layout = p.buffers[p.stages[stage].buffer].layout;
  for (auto const& l : layout) {
    if (l.inner && l.block > 1) extend(p, stage, l.dim, l.block, fill);
  }
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

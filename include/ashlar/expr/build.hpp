// SPDX-License-Identifier: Apache-2.0
//
// expr/build: the tensor program from a plan whose extents are known.
//
//   takes       the recorder, its plan, the extents
//   returns     a program with its buffers, stages and entry checks; no schedule has touched it
//   invariants  operands come first and in the order of the call; the loops of a stage are its pure
//               axes in the order of the left side, then the reduced ones; of a recurrence as in
//               tir/recurrence.hpp
#pragma once

#include <ashlar/expr/build_values.hpp>
#include <ashlar/expr/infer.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

namespace build_impl {

constexpr auto symbol_of(builder& b, handle buffer, int d) -> tir::affine {
  auto const& e = b.rec.buffers[buffer].type.shape[d];
  index_t const multiple = e.multiple();
  for (int at = 0; at < b.out.symbols.count; ++at) {
    auto const& s = b.out.symbols[at];
    if (s.buffer == buffer && s.dim == d) return tir::symbol_value(b.out, at) * multiple;
  }
  index_t const most = e.at_most() < 0 ? index_t{-1} : e.at_most() / multiple;
  if (!b.has_room(b.out.symbols, 1, "symbols")) return tir::constant(0);
  int const at = b.out.symbols.push_back(tir::symbol{
      .buffer = buffer, .dim = static_cast<std::int8_t>(d), .multiple = multiple, .at_most = most});
  return tir::symbol_value(b.out, at) * multiple;
}

constexpr auto extent_of(builder& b, int extent_class_at) -> tir::affine {
  auto const& known = b.extents.known(extent_class_at);
  if (known.value.is_static()) return tir::constant(known.value.value);
  return symbol_of(b, known.buffer, known.dim);
}

// A dimension whose extent is that of another one at the call.
constexpr void check_agreement(builder& b, handle buffer, int d, tir::affine const& common) {
  auto const& own = b.rec.buffers[buffer].type.shape[d];
  auto const& known = b.extents.known(b.extents.of_dim(buffer, d));
  if (own.is_static() || (known.buffer == buffer && known.dim == d)) return;
  tir::affine const difference = symbol_of(b, buffer, d) - common;
  b.add(tir::check{.sum = b.out.add(difference),
                   .equal = true,
                   .buffer = buffer,
                   .dim = static_cast<std::int8_t>(d)});
}

constexpr void add_buffer(builder& b, handle at) {
  auto const& from = b.rec.buffers[at];
  tir::buffer made{.name = from.name,
                   .type = from.type.dt,
                   .where = from.is_operand ? tir::scope::operand : tir::scope::workspace,
                   .is_output = from.is_operand && from.definition >= 0,
                   .is_packed = from.is_operand && from.type.contiguous,
                   .operand = static_cast<std::int8_t>(from.is_operand ? at : -1),
                   .rank = from.type.rank,
                   .alignment = from.is_operand ? from.type.alignment : 64};
  for (int d = 0; d < made.rank; ++d) {
    tir::affine const extent = extent_of(b, b.extents.of_dim(at, d));
    made.shape[d] = b.out.add(extent);
    made.stride[d] = from.is_operand ? from.type.stride[d] : 0;
    if (from.is_operand) check_agreement(b, at, d, extent);
  }
  b.out.add(made);
}

constexpr auto add_axis(builder& b, int draft_at, handle axis, bool is_reduction) -> handle {
  handle const made =
      b.out.add(tir::axis{.name = b.rec.axis_name(axis),
                          .extent = extent_of(b, b.extents.of_axis(b.drafts, draft_at, axis)),
                          .is_reduction = is_reduction});
  b.axis_of[axis] = made;
  b.plain_index[axis] = -1;
  return made;
}

// The loops over the axis of a system are those of its first stage.
constexpr void join_system(builder& b, draft const& d, tir::stage& made) {
  made.system = d.system;
  for (int n = 0; n < d.pure.count; ++n) {
    if (d.pure[n] == d.over) made.over = static_cast<std::int8_t>(n);
  }
  made.carried = static_cast<std::uint8_t>(1U << static_cast<unsigned>(made.over));
  made.crossed = d.crossed;
  for (auto const& first : b.out.stages) {
    if (first.buffer == d.system) made.with_axis = first.pure[first.over];
  }
}

constexpr void add_stage(builder& b, int at) {
  draft const& d = b.drafts.drafts[at];
  tir::stage made{.name = b.rec.buffers[d.buffer].name, .buffer = d.buffer};
  for (handle& known : b.axis_of) known = -1;
  if (!b.has_room(b.out.axes, d.pure.count + d.reduced.count, "axes")) return;
  for (handle const axis : d.pure) {
    handle const loop = add_axis(b, at, axis, false);
    made.pure.push_back(loop);
    made.loops.push_back(loop);
  }
  for (handle const axis : d.reduced) {
    handle const loop = add_axis(b, at, axis, true);
    made.reduced.push_back(loop);
    made.loops.push_back(loop);
  }
  if (d.system >= 0) join_system(b, d, made);
  add_values(b, at, made);
  for (int n = 0; tir::is_recurrence(made) && n < made.pure.count; ++n) {
    made.loops[n] = tir::axes_in_order(made)[n];
  }
  b.out.stages.push_back(made);
}

}  // namespace build_impl

/// The program; only its fault where something is wrong.
constexpr void build(recorder& r, plan const& p, extent_classes const& c, int operands,
                     tir::program& out) {
  builder b{.rec = r, .drafts = p, .extents = c, .out = out};
  out.operands = static_cast<std::int8_t>(operands);
  for (handle at = 0; at < r.buffers.count && r.ok(); ++at) build_impl::add_buffer(b, at);
  for (int at = 0; at < p.drafts.count && r.ok(); ++at) build_impl::add_stage(b, at);
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// expr/build_values: the expressions of one stage in the tensor program.
//
//   takes       a builder whose axes are those of the stage
//   returns     the stage's values, monoid and result
//   invariants  a value that is used twice is one expression
#pragma once

#include <ashlar/expr/build_scan.hpp>
#include <ashlar/expr/in_range.hpp>
#include <ashlar/tir/recurrence.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

namespace build_values_impl {

constexpr auto index_value(builder& b, handle at) -> tir::affine {
  auto const& index = b.rec.indices[at];
  auto& out = b.out;
  switch (index.op) {
    case index_op::constant: return tir::constant(index.value);
    case index_op::axis: return tir::variable(out, b.axis_of[index.value]);
    case index_op::loaded:
      return tir::multiple(tir::intern(out, tir::atom_kind::loaded, b.expr_of[index.a]));
    default: break;
  }
  tir::affine const x = index_value(b, index.a);
  tir::affine const y = index_value(b, index.b);
  switch (index.op) {
    case index_op::add: return x + y;
    case index_op::sub: return x - y;
    case index_op::mul: return tir::product(out, x, y);
    case index_op::floor_div: return tir::floor_div(out, x, y);
    default: return tir::floor_mod(out, x, y);
  }
}

// An axis alone: most indices, and the same sum each time.
constexpr auto plain_index(builder& b, int axis) -> handle {
  if (b.plain_index[axis] < 0) {
    b.plain_index[axis] = b.out.add(tir::variable(b.out, b.axis_of[axis]));
  }
  return b.plain_index[axis];
}

constexpr auto add_index(builder& b, handle at) -> handle {
  auto const& index = b.rec.indices[at];
  if (index.op == index_op::axis) return plain_index(b, static_cast<int>(index.value));
  return b.out.add(index_value(b, at));
}

constexpr auto add_load(builder& b, value_record const& v) -> handle {
  auto const& from = b.rec.accesses[v.e.a];
  tir::access made{.buffer = from.buffer, .rank = from.rank};
  for (int d = 0; d < from.rank; ++d) made.index[d] = add_index(b, from.index[d]);
  for (int d = 0; d < from.rank && b.rec.ok(); ++d) keep_inside(b, from, d, made);
  handle const outside = from.fallback < 0 ? handle{-1} : b.expr_of[from.fallback];
  bool const checked = made.checked != 0;
  return b.out.add(tir::expr{.op = opcode::load,
                             .type = v.e.type,
                             .a = b.out.add(made),
                             .b = checked ? outside : handle{-1}});
}

// What an earlier stage has reduced.
constexpr auto load_reduced(builder& b, value_record const& v) -> handle {
  draft const& from = b.drafts.drafts[b.drafts.draft_of[v.reduction] - 1];
  tir::access made{.buffer = from.buffer, .rank = static_cast<std::int8_t>(from.pure.count)};
  for (int d = 0; d < from.pure.count; ++d) made.index[d] = plain_index(b, from.pure[d]);
  return b.out.add(tir::expr{.op = opcode::load, .type = v.e.type, .a = b.out.add(made)});
}

constexpr auto add_value(builder& b, draft const& d, value_record const& v) -> handle {
  if (v.reduction >= 0 && v.reduction != d.reduction) return load_reduced(b, v);
  if (v.reduction >= 0) {
    return b.out.add(tir::expr{.op = opcode::accumulator, .type = v.e.type, .a = v.e.a});
  }
  if (v.e.op == opcode::load) return add_load(b, v);
  tir::expr made = v.e;
  if (v.e.op == opcode::index) {
    made.a = add_index(b, v.e.a);
  } else {
    int const operands = tir::operand_count(v.e.op);
    if (operands > 0) made.a = b.expr_of[v.e.a];
    if (operands > 1 && v.e.b >= 0) made.b = b.expr_of[v.e.b];
    if (operands > 2) made.c = b.expr_of[v.e.c];
  }
  return b.out.add(made);
}

// f(what was recorded, the access) of each access of the stage to its own values.
template <class F> constexpr void for_each_carried(builder& b, draft const& d, F const& f) {
  for (int n = d.first; n < d.last && b.rec.ok(); ++n) {
    auto const& v = b.rec.values[b.drafts.values[n]];
    if (v.reduction >= 0 || v.e.op != opcode::load) continue;
    auto const& from = b.rec.accesses[v.e.a];
    if (!from.is_carried || from.buffer != d.buffer) continue;
    f(b.rec.accesses[v.e.a], b.out.accesses[b.out.exprs[b.expr_of[b.drafts.values[n]]].a]);
  }
}

// Notes along which dimensions the stage is carried, and holds that an order of loops exists.
constexpr void add_carried(builder& b, draft const& d, tir::stage& made) {
  for_each_carried(
      b, d, [&](access_record const&, tir::access const& a) { tir::note_carried(b.out, a, made); });
  for_each_carried(b, d, [&](access_record const& from, tir::access const& a) {
    tir::stage alone = made;
    alone.carried = alone.crossed = 0;
    tir::note_carried(b.out, a, alone);
    bool const is_before = alone.crossed == 0 ? tir::is_recurrence(alone)
                                              : (alone.carried & tir::outer_dims(made)) != 0;
    if (is_before) return;
    diag::message m{};
    m << made.name << " is carried at (";
    for (int at = 0; at < from.rank; ++at) {
      m << (at == 0 ? "" : ", ");
      print_index(b.rec, from.index[at], m);
    }
    m << (tir::is_recurrence(alone) ? "), and no order of its loops has all that this reads before "
                                    : "), which comes before no point")
      << "; one index is an axis on the left less a constant of at least 1, as in t - 1, and along "
         "t no other read goes elsewhere";
    b.rec.fail(diag::code::bad_recurrence, m);
  });
}

}  // namespace build_values_impl

namespace build_values_impl {

// What one value adds at most, but for an index with many divisions.
constexpr auto has_room_for(builder& b, value_record const& v) -> bool {
  bool const is_load = v.reduction < 0 && v.e.op == opcode::load;
  int const rank = is_load ? b.rec.accesses[v.e.a].rank : 1;
  return b.has_room(b.out.exprs, 4, "exprs") && b.has_room(b.out.accesses, 2, "accesses") &&
         b.has_room(b.out.indices, 8 * rank, "indices") &&
         b.has_room(b.out.atoms, 4 * rank, "atoms");
}

}  // namespace build_values_impl

/// Fills in the values, the monoid and the result of the stage of draft `at`.
constexpr void add_values(builder& b, int at, tir::stage& made) {
  draft const& d = b.drafts.drafts[at];
  open_loops(b, made);
  for (int n = d.first; n < d.last && b.rec.ok(); ++n) {
    handle const value = b.drafts.values[n];
    if (!build_values_impl::has_room_for(b, b.rec.values[value])) return;
    bool const is_scanned = value == d.root && plan_impl::is_scan(b.rec, d.reduction);
    b.expr_of[value] = is_scanned ? add_scan(b, b.rec.reductions[d.reduction], made)
                                  : build_values_impl::add_value(b, d, b.rec.values[value]);
  }
  build_values_impl::add_carried(b, d, made);
  if (!b.rec.ok()) return;
  made.result = b.expr_of[d.root];
  if (d.reduction < 0 || plan_impl::is_scan(b.rec, d.reduction)) return;
  add_monoid(b, b.rec.reductions[d.reduction], made);
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

// SPDX-License-Identifier: Apache-2.0
//
// expr/reduction: how a reduction is noted down.
//
//   takes       its kind, its axes, the value, and for a user's monoid two values and a constant
//   invariants  a reduced axis is not free in the result, and a value is not reduced twice over one
//               axis
#pragma once

#include <ashlar/expr/arithmetic.hpp>
#include <ashlar/expr/value_order.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

/// The axes of a reduction as they are written.
struct axis_list {
  static_vector<axis_info const*, max_rank + 1> axes{};
};

namespace reduction_impl {

constexpr void check_value(recorder& r, reduction_kind kind, traced const& v) {
  bool const logical = kind == reduction_kind::any || kind == reduction_kind::all;
  if (logical && v.type() != dtype::boolean) {
    r.fail(diag::code::mixed_types, diag::message{} << "any and all take bool, not " << describe(v)
                                                    << "; compare it, as in x(i) != 0");
  } else if (!logical && kind != reduction_kind::user && v.type() == dtype::boolean) {
    r.fail(diag::code::bool_arithmetic, diag::message{}
                                            << "a reduction of " << describe(v)
                                            << "; write ash::any, ash::all or ash::cast<int>(...)");
  }
}

constexpr auto add_axes(recorder& r, axis_list const& list, traced const& v, reduction_record& into)
    -> axis_set {
  axis_set set = 0;
  if (list.axes.empty()) {
    r.fail(diag::code::bad_reduction,
           diag::message{} << "a reduction of " << describe(v)
                           << " has no axis; write it first, as in ash::sum(k, x(k))");
  }
  if (list.axes.count > max_rank) {
    r.fail(diag::code::bad_reduction, diag::message{} << "a reduction over " << list.axes.count
                                                      << " axes; the most are " << max_rank);
  }
  for (auto const* info : list.axes) {
    if (!r.ok()) return set;
    handle const axis = r.axis_of(*info);
    if (((set | r.values[v.node].reduced) & set_of(axis)) != 0) {
      r.fail(diag::code::bad_axis_use, diag::message{} << "axis " << info->name
                                                       << " is reduced twice in one value; reduce "
                                                          "over another axis");
    }
    set |= set_of(axis);
    into.axes.push_back(axis);
  }
  return set;
}

// The combination of a user's monoid is over its two values alone.
constexpr void check_combine(recorder& r, traced const& combined, dtype d) {
  if (!r.ok()) return;
  for (handle const at : order_below(r, combined.node, false).list) {
    auto const& v = r.values[at];
    if (v.reduction >= 0 || v.e.op == opcode::load || v.e.op == opcode::index) {
      r.fail(diag::code::bad_reduction, diag::message{} << "a monoid reads "
                                                        << describe(traced(r, at))
                                                        << "; combine its two arguments alone");
      return;
    }
  }
  if (combined.type() != d) {
    r.fail(diag::code::mixed_types, diag::message{} << "a monoid combines two " << name_of(d)
                                                    << " to " << name_of(combined.type())
                                                    << "; write ash::cast<T>(...)");
  }
}

constexpr auto operand_of_monoid(recorder& r, opcode op, dtype d) -> traced {
  return traced(r, r.add(tir::expr{.op = op, .type = d, .a = 0}));
}

}  // namespace reduction_impl

/// The reduction of v; `made` holds what a user's monoid needs.
constexpr auto add_reduction(recorder& r, reduction_record made, axis_list const& list,
                             traced const& given) -> traced {
  traced const v = bind(r, given, dtype::none);
  if (!r.ok()) return nothing(r);
  reduction_impl::check_value(r, made.kind, v);
  axis_set const set = reduction_impl::add_axes(r, list, v, made);
  if (!r.ok()) return nothing(r);
  made.value = v.node;
  auto const& from = r.values[v.node];
  bool const position = made.kind == reduction_kind::argmax || made.kind == reduction_kind::argmin;
  value_record result{.e = tir::expr{.op = opcode::accumulator,
                                     .type = position ? dtype::i64 : v.type(),
                                     .a = static_cast<handle>(position)},
                      .reduction = static_cast<handle>(r.reductions.count),
                      .free = from.free & ~set,
                      .reduced = from.reduced | set};
  r.append(r.reductions, made, "stages");
  return traced(r, r.add(result));
}

/// What is noted down of a user's monoid over values of type d.
template <class Monoid>
constexpr auto user_record(recorder& r, Monoid const& m, dtype d) -> reduction_record {
  traced const identity = constant(r, literal(m.identity), d);
  traced const a = reduction_impl::operand_of_monoid(r, opcode::accumulator, d);
  traced const b = reduction_impl::operand_of_monoid(r, opcode::incoming, d);
  traced const combined = bind(r, traced(m.combine(a, b)), d);
  reduction_impl::check_combine(r, combined, d);
  return reduction_record{.kind = reduction_kind::user,
                          .commutative = m.commutative,
                          .combine = combined.node,
                          .identity = identity.node};
}

template <class Monoid>
constexpr auto add_user_reduction(recorder& r, Monoid const& m, axis_list const& list,
                                  traced const& given) -> traced {
  traced const v = bind(r, given, dtype::none);
  if (!r.ok()) return nothing(r);
  return add_reduction(r, user_record(r, m, v.type()), list, v);
}

/// The value at each point of the axis: what is combined up to there, or before it.
constexpr auto add_scan(recorder& r, reduction_record made, axis_info const& info,
                        traced const& given) -> traced {
  traced const v = bind(r, given, dtype::none);
  if (!r.ok()) return nothing(r);
  reduction_impl::check_value(r, made.kind, v);
  handle const axis = r.axis_of(info);
  if (!r.ok()) return nothing(r);
  made.axes.push_back(axis);
  made.value = v.node;
  auto const& from = r.values[v.node];
  value_record result{.e = tir::expr{.op = opcode::accumulator, .type = v.type(), .a = 0},
                      .reduction = static_cast<handle>(r.reductions.count),
                      .free = from.free | set_of(axis),
                      .reduced = from.reduced};
  r.has_scan = true;
  r.reductions.push_back(made);
  return traced(r, r.add(result));
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

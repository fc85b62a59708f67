// SPDX-License-Identifier: Apache-2.0
//
// expr/plan: which definition becomes which stages.
//
//   y(i, j) = relu(sum(k, x(i, k) * w(k, j)) + b(j))    one stage: a reduction and what follows it
//   y(i, j) = x(i, j) / sum(k, x(i, k))                 two: sum0(i), and y(i, j)
//
//   rule        a reduction shares the stage of its definition when it is the only one there and
//               its free axes are the axes on the left; otherwise it is a stage of its own. A scan
//               shares it when it is all that is on the right, and no reduction shares its stage
//   invariants  producers stand before consumers; a reduction that two definitions use is computed
//               once
#pragma once

#include <ashlar/expr/value_order.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

/// A stage to be: buffer[pure...] = root, where `reduction` is accumulated over `reduced`.
struct draft {
  handle buffer = -1;
  handle root = -1;
  handle reduction = -1;
  handle definition = -1;                  // in which definition it was written
  static_vector<handle, max_rank> pure{};  // axes of the recorder
  static_vector<handle, max_rank> reduced{};
  // What the stage computes itself, as places in plan::values: first what is reduced, then what
  // follows. Of reductions that are other stages there is the value that stands for them.
  std::int16_t first = 0, result = 0, last = 0;
  handle system = -1;        // expr/system: the buffer of the first stage that is computed with it,
  handle over = -1;          // the axis of the recorder that they all go over,
  std::uint8_t crossed = 0;  // and the dimensions that another one reads across
};

struct plan {
  static_vector<draft, limits::stages> drafts{};
  static_vector<handle, 2 * limits::exprs> values{};
  handle draft_of[limits::stages]{};  // of each reduction: place in `drafts` + 1, 0: none
};

namespace plan_impl {

constexpr auto is_scan(recorder const& r, handle reduction) -> bool {
  return reduction >= 0 && r.reductions[reduction].scan != scan_kind::none;
}

// True unless the definition has no reduction, nor a scan.
constexpr auto may_reduce(recorder const& r, definition const& d) -> bool {
  return r.has_scan || r.values[d.value].reduced != 0;
}

constexpr auto set_of_axes(static_vector<handle, max_rank> const& axes) -> axis_set {
  axis_set set = 0;
  for (handle const axis : axes) set |= set_of(axis);
  return set;
}

// The only reduction that the definition uses directly, as a value, or -1. One that an index
// depends on is complete before the stage begins.
constexpr auto only_reduction(recorder const& r, definition const& d) -> handle {
  handle only = -1;
  for (handle const at : order_below(r, d.value, false).list) {
    auto const& v = r.values[at];
    if (v.reduction < 0 && v.e.op == tir::opcode::load && v.reduced != 0) return -1;
    if (v.reduction < 0) continue;
    if (only >= 0) return -1;
    only = at;
  }
  return only;
}

constexpr auto kind_name(reduction_kind kind) -> std::string_view {
  constexpr std::string_view names[] = {"sum", "prod",   "max",    "min",   "any",
                                        "all", "argmax", "argmin", "reduce"};
  return names[static_cast<int>(kind)];
}

// The axes that stages of a definition can depend on: those of the left side, then those of its
// reductions from the outermost in.
constexpr auto axes_in_order(recorder const& r, definition const& d, value_order const& all)
    -> static_vector<handle, max_axes> {
  static_vector<handle, max_axes> axes{};
  for (handle const axis : d.axes) axes.push_back(axis);
  axis_set known = set_of_axes(d.axes);
  for (int at = all.list.count - 1; at >= 0; --at) {
    auto const id = r.values[all.list[at]].reduction;
    if (id < 0) continue;
    for (handle const axis : r.reductions[id].axes) {
      if ((known & set_of(axis)) == 0) axes.push_back(axis);
      known |= set_of(axis);
    }
  }
  return axes;
}

constexpr void add_reduction(recorder& r, plan& p, handle node, handle definition_at,
                             static_vector<handle, max_axes> const& axes) {
  auto const& v = r.values[node];
  auto const& reduction = r.reductions[v.reduction];
  draft made{.root = node, .reduction = v.reduction, .definition = definition_at};
  bool const is_scanned = is_scan(r, v.reduction);
  if (!is_scanned) made.reduced = reduction.axes;
  for (handle const axis : axes) {
    if ((v.free & set_of(axis)) == 0) continue;
    if (made.pure.full()) {
      auto const& name = r.buffers[r.definitions[definition_at].buffer].name;
      r.fail(diag::code::bad_rank, diag::message{} << "a reduction inside the definition of "
                                                   << name << " depends on more than " << max_rank
                                                   << " axes; the most are " << max_rank);
      return;
    }
    made.pure.push_back(axis);
  }
  operand_type type{};
  type.dt = v.e.type;
  type.rank = static_cast<std::int8_t>(made.pure.count);
  auto const name = is_scanned ? std::string_view("scan") : kind_name(reduction.kind);
  buffer_record const buffer{.name = fresh_name(r, name), .type = type};
  made.buffer = r.append(r.buffers, buffer, "buffers");
  p.draft_of[v.reduction] = static_cast<handle>(r.append(p.drafts, made, "stages") + 1);
}

constexpr void add_definition(recorder& r, plan& p, handle at, int const* uses) {
  definition const d = r.definitions[at];
  draft made{.buffer = d.buffer, .root = d.value, .definition = at, .pure = d.axes};
  if (may_reduce(r, d)) {
    handle const root = r.values[d.value].reduction;
    handle const only = only_reduction(r, d);
    handle const id = only < 0 ? handle{-1} : r.values[only].reduction;
    if (is_scan(r, root)) {
      if (uses[root] == 1) made.reduction = root;
    } else if (id >= 0 && !is_scan(r, id) && uses[id] == 1 &&
               r.values[only].free == set_of_axes(d.axes)) {
      made.reduction = id;
      made.reduced = r.reductions[id].axes;
    }
    auto const all = order_below(r, d.value, true);
    auto const axes = axes_in_order(r, d, all);
    for (handle const node : all.list) {
      handle const found = r.values[node].reduction;
      if (found < 0 || found == made.reduction || p.draft_of[found] != 0 || !r.ok()) continue;
      add_reduction(r, p, node, at, axes);
    }
  }
  r.append(p.drafts, made, "stages");
}

constexpr void add_values(recorder& r, plan& p, draft& d) {
  value_order order{};
  if (d.reduction >= 0) order.visit(r, r.reductions[d.reduction].value, false);
  int const reduced = order.list.count;
  order.visit(r, d.root, false);
  if (order.list.count > p.values.capacity() - p.values.count) {
    return r.fail_full("exprs", limits::exprs);
  }
  d.first = static_cast<std::int16_t>(p.values.count);
  d.result = static_cast<std::int16_t>(p.values.count + reduced);
  for (handle const value : order.list) p.values.push_back(value);
  d.last = static_cast<std::int16_t>(p.values.count);
}

}  // namespace plan_impl

/// The stages of all definitions. Adds a buffer to the recorder for each reduction of its own.
constexpr auto make_plan(recorder& r) -> plan {
  plan p{};
  int uses[limits::stages]{};  // by how many definitions
  for (auto const& d : r.definitions) {
    if (!plan_impl::may_reduce(r, d)) continue;
    for (handle const at : order_below(r, d.value, true).list) {
      if (r.values[at].reduction >= 0) ++uses[r.values[at].reduction];
    }
  }
  for (handle at = 0; at < r.definitions.count && r.ok(); ++at) {
    plan_impl::add_definition(r, p, at, uses);
  }
  for (auto& d : p.drafts) {
    if (r.ok()) plan_impl::add_values(r, p, d);
  }
  return p;
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

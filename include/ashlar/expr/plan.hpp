// SPDX-License-Identifier: Apache-2.0
//
// expr/plan: which definition becomes which stages.
//
//   y(i, j) = relu(sum(k, x(i, k) * w(k, j)) + b(j))    one stage: a reduction and what follows it
//   y(i, j) = x(i, j) / sum(k, x(i, k))                 two: sum0(i), and y(i, j)
//
//   rule        a reduction shares the stage of its definition when it is the only one there and
//               its free axes are the axes on the left; otherwise it is a stage of its own
//   invariants  producers stand before consumers; a reduction that two definitions use is computed
//               once
#pragma once

#include <ashlar/expr/recorder.hpp>

namespace ashlar::expr {

/// A stage to be: buffer[pure...] = root, where `reduction` is accumulated over `reduced`.
struct draft {
  handle buffer = -1;
  handle root = -1;
  handle reduction = -1;
  handle definition = -1;                    // in which definition it was written
  static_vector<handle, max_rank> pure{};    // axes of the recorder
  static_vector<handle, max_rank> reduced{};
};

/// A set of values.
struct value_set {
  bool has[limits::exprs]{};
};

struct plan {
  static_vector<draft, limits::stages> drafts{};
  handle draft_of[limits::stages]{};  // of each reduction: place in `drafts` + 1, 0: none
};

constexpr auto dtype_of_reduction(recorder const& r, reduction_record const& d) -> dtype {
  bool const position = d.kind == reduction_kind::argmax || d.kind == reduction_kind::argmin;
  return position ? dtype::i64 : r.type_of(d.value);
}

namespace plan_impl {

template <class F>
constexpr void for_each_loaded(recorder const& r, handle index, F const& f) {
  auto const& at = r.indices[index];
  if (!at.has_data) return;
  if (at.op == index_op::loaded) {
    f(at.a);
  } else {
    for_each_loaded(r, at.a, f);
    for_each_loaded(r, at.b, f);
  }
}

}  // namespace plan_impl

/// Calls f with every value that `v` is computed from; a reduction has none here.
template <class F>
constexpr void for_each_operand(recorder const& r, value_record const& v, F const& f) {
  if (v.reduction >= 0) return;
  int const operands = tir::operand_count(v.e.op);
  if (operands > 0) f(v.e.a);
  if (operands > 1 && v.e.b >= 0) f(v.e.b);
  if (operands > 2) f(v.e.c);
  if (v.e.op != tir::opcode::load) return;
  if (v.e.b >= 0) f(v.e.b);
  auto const& a = r.accesses[v.e.a];
  for (int d = 0; d < a.rank; ++d) plan_impl::for_each_loaded(r, a.index[d], f);
}

/// Adds what `root` is computed from; with `inside`, what its reductions reduce as well.
constexpr void mark(recorder const& r, handle root, bool inside, value_set& set) {
  set.has[root] = true;
  for (int at = root; at >= 0; --at) {
    if (!set.has[at]) continue;
    auto const& v = r.values[at];
    for_each_operand(r, v, [&](handle operand) { set.has[operand] = true; });
    if (inside && v.reduction >= 0) set.has[r.reductions[v.reduction].value] = true;
  }
}

namespace plan_impl {

constexpr auto set_of_axes(static_vector<handle, max_rank> const& axes) -> axis_set {
  axis_set set = 0;
  for (handle const axis : axes) set |= set_of(axis);
  return set;
}

// The only reduction that the definition uses directly, or -1; one that an index depends on is
// complete before the stage begins.
constexpr auto only_reduction(recorder const& r, definition const& d) -> handle {
  value_set direct{};
  mark(r, d.value, false, direct);
  handle only = -1;
  for (int at = 0; at <= d.value; ++at) {
    auto const& v = r.values[at];
    if (direct.has[at] && v.reduction < 0 && v.e.op == tir::opcode::load && v.reduced != 0) return -1;
    handle const found = direct.has[at] ? r.values[at].reduction : handle{-1};
    if (found < 0 || found == only) continue;
    if (only >= 0) return -1;
    only = found;
  }
  return only;
}

constexpr auto kind_name(reduction_kind kind) -> std::string_view {
  constexpr std::string_view names[] = {"sum", "prod", "max",    "min",   "any",
                                        "all", "argmax", "argmin", "reduce"};
  return names[static_cast<int>(kind)];
}

constexpr auto fresh_name(recorder const& r, reduction_kind kind) -> name_text {
  for (int number = 0;; ++number) {
    name_text const name = name_text{} << kind_name(kind) << number;
    bool taken = false;
    for (auto const& b : r.buffers) taken = taken || b.name == name;
    if (!taken) return name;
  }
}

// The free axes of a reduction in the order of the left side, further ones after them.
constexpr auto order_axes(recorder& r, axis_set free, definition const& d, draft& into) -> bool {
  for (handle const axis : d.axes) {
    if ((free & set_of(axis)) != 0) into.pure.push_back(axis);
    free &= ~set_of(axis);
  }
  for (handle axis = 0; axis < r.axes.count; ++axis) {
    if ((free & set_of(axis)) == 0) continue;
    if (into.pure.full()) {
      r.fail(diag::code::bad_rank, diag::message{} << "a reduction inside the definition of "
                                                   << r.buffers[d.buffer].name
                                                   << " depends on more than " << max_rank
                                                   << " axes; the most are " << max_rank);
      return false;
    }
    into.pure.push_back(axis);
  }
  return true;
}

constexpr void add_reduction(recorder& r, plan& p, handle node, handle definition_at) {
  handle const id = r.values[node].reduction;
  auto const& reduction = r.reductions[id];
  draft made{.root = node, .reduction = id, .definition = definition_at, .reduced = reduction.axes};
  if (!order_axes(r, r.values[node].free, r.definitions[definition_at], made)) return;
  operand_type type{};
  type.dt = dtype_of_reduction(r, reduction);
  type.rank = static_cast<std::int8_t>(made.pure.count);
  made.buffer = static_cast<handle>(r.buffers.push_back(
      buffer_record{.name = fresh_name(r, reduction.kind), .type = type}));
  p.draft_of[id] = static_cast<handle>(p.drafts.push_back(made) + 1);
}

constexpr void add_definition(recorder& r, plan& p, handle at, bool const* is_shared) {
  definition const d = r.definitions[at];
  handle direct = only_reduction(r, d);
  if (direct >= 0) {
    handle node = d.value;
    while (r.values[node].reduction != direct) --node;
    bool const fits = r.values[node].free == set_of_axes(d.axes);
    if (!fits || is_shared[direct] || p.draft_of[direct] != 0) direct = -1;
  }
  value_set all{};
  mark(r, d.value, true, all);
  for (handle node = 0; node <= d.value && r.ok(); ++node) {
    handle const id = all.has[node] ? r.values[node].reduction : handle{-1};
    if (id >= 0 && id != direct && p.draft_of[id] == 0) add_reduction(r, p, node, at);
  }
  draft made{.buffer = d.buffer, .root = d.value, .reduction = direct, .definition = at, .pure = d.axes};
  if (direct >= 0) made.reduced = r.reductions[direct].axes;
  p.drafts.push_back(made);
}

}  // namespace plan_impl

/// The stages of all definitions. Adds a buffer to the recorder for each reduction of its own.
constexpr auto make_plan(recorder& r) -> plan {
  plan p{};
  bool is_shared[limits::stages]{};
  bool is_used[limits::stages]{};
  for (auto const& d : r.definitions) {
    if (r.reductions.empty()) break;
    value_set all{};
    mark(r, d.value, true, all);
    bool here[limits::stages]{};
    for (int at = 0; at <= d.value; ++at) {
      if (all.has[at] && r.values[at].reduction >= 0) here[r.values[at].reduction] = true;
    }
    for (int at = 0; at < r.reductions.count; ++at) {
      is_shared[at] = is_shared[at] || (here[at] && is_used[at]);
      is_used[at] = is_used[at] || here[at];
    }
  }
  for (handle at = 0; at < r.definitions.count && r.ok(); ++at) {
    plan_impl::add_definition(r, p, at, is_shared);
  }
  return p;
}

}  // namespace ashlar::expr

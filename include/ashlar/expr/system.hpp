// SPDX-License-Identifier: Apache-2.0
//
// expr/system: stages that read each other's earlier values, and so are one recurrence.
//
//   g(t, j) = x(t, j) + ash::sum(k, u(k, j) * ash::carried(h, 0.0f)(t - 1, k));
//   c(t, j) = ash::carried(c, 0.0f)(t - 1, j) + g(t, j);         g and h need each other: c is
//   h(t, j) = ash::tanh(c(t, j));                                between them, and one of them
//
//   takes       a plan
//   returns     the plan with the stages of a system next to each other, what they are computed
//               from before them; of each its axis, and what others read across
//   invariants  the axis is on the left of all of them; along it each reads at the same point what
//               stands before it, and all else at points before
//   errors      E072 there is no such axis, or stages need each other at the same point
//   source      strongly connected components of the graph of reads: Warshall, "A theorem on
//               Boolean matrices", JACM 1962; pi-blocks: Kuck, "The Structure of Computers", 1978
#pragma once

#include <ashlar/expr/plan.hpp>
#include <ashlar/expr/print_index.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

namespace system_impl {

// The draft that computes a buffer, -1 for none.
constexpr auto draft_with(plan const& p, handle buffer) -> int {
  for (int at = 0; at < p.drafts.count; ++at) {
    if (p.drafts[at].buffer == buffer) return at;
  }
  return -1;
}

// f(what is read, the access) of each draft that another reads, -1 for a reduction that is a stage
// of its own, which is read at its own axes.
template <class F>
constexpr void for_each_read(recorder const& r, plan const& p, draft const& d, F const& f) {
  for (int n = d.first; n < d.last; ++n) {
    auto const& v = r.values[p.values[n]];
    if (v.reduction >= 0) {
      if (v.reduction != d.reduction) f(p.draft_of[v.reduction] - 1, handle{-1});
    } else if (v.e.op == tir::opcode::load) {
      int const from = draft_with(p, r.accesses[v.e.a].buffer);
      if (from >= 0) f(from, v.e.a);
    }
  }
}

}  // namespace system_impl

/// Which drafts need which, by others too.
struct needs_of_drafts {
  bool of[limits::stages][limits::stages]{};

  constexpr needs_of_drafts(recorder const& r, plan const& p) {
    int const n = p.drafts.count;
    for (int at = 0; at < n; ++at) {
      system_impl::for_each_read(r, p, p.drafts[at], [&](int from, handle) {
        if (from != at) of[at][from] = true;
      });
    }
    for (int via = 0; via < n; ++via) {
      for (int a = 0; a < n; ++a) {
        for (int b = 0; b < n && of[a][via]; ++b) of[a][b] = of[a][b] || of[via][b];
      }
    }
  }
  constexpr auto each_other(int a, int b) const -> bool { return of[a][b] && of[b][a]; }
};

namespace system_impl {

using order_of_drafts = static_vector<std::int16_t, limits::stages>;

// What does not need the system goes before its stages, all else of that part after them.
constexpr void gather(needs_of_drafts const& needs, order_of_drafts& order, int system) {
  int first = -1;
  int last = -1;
  for (int n = 0; n < order.count; ++n) {
    if (order[n] != system && !needs.each_other(order[n], system)) continue;
    if (first < 0) first = n;
    last = n;
  }
  order_of_drafts parts[3]{};
  for (int n = first; n <= last; ++n) {
    int const d = order[n];
    bool const is_inside = d == system || needs.each_other(d, system);
    parts[is_inside ? 1 : needs.of[d][system] ? 2 : 0].push_back(order[n]);
  }
  for (auto const& part : parts) {
    for (auto const d : part) order[first++] = d;
  }
}

constexpr void permute(plan& p, order_of_drafts const& order) {
  auto const before = p.drafts;
  handle place[limits::stages]{};
  for (int n = 0; n < order.count; ++n) {
    p.drafts[n] = before[order[n]];
    place[order[n]] = static_cast<handle>(n + 1);
  }
  for (handle& at : p.draft_of) {
    if (at > 0) at = place[at - 1];
  }
}

// How many points before the axis an index is; -1 for anything else.
struct linear {
  bool is_one = true;
  index_t coef = 0, offset = 0;
};
constexpr auto linear_of(recorder const& r, handle at, handle axis) -> linear {
  auto const& index = r.indices[at];
  if (index.op == index_op::constant) return linear{.offset = index.value};
  if (index.op == index_op::axis) return linear{.is_one = index.value == axis, .coef = 1};
  if (index.op != index_op::add && index.op != index_op::sub) return linear{.is_one = false};
  linear const x = linear_of(r, index.a, axis);
  linear const y = linear_of(r, index.b, axis);
  index_t const sign = index.op == index_op::add ? 1 : -1;
  return linear{.is_one = x.is_one && y.is_one,
                .coef = x.coef + sign * y.coef,
                .offset = x.offset + sign * y.offset};
}
constexpr auto points_back(recorder const& r, handle at, handle axis) -> index_t {
  linear const i = linear_of(r, at, axis);
  return i.is_one && i.coef == 1 && i.offset <= 0 ? -i.offset : -1;
}

// True if what is outside of the tensor is another element of it.
constexpr auto is_bent(access_record const& a) -> bool {
  return a.outside == boundary::clamp || a.outside == boundary::reflect;
}

constexpr auto dim_of(draft const& d, handle axis) -> int {
  for (int n = 0; n < d.pure.count; ++n) {
    if (d.pure[n] == axis) return n;
  }
  return -1;
}

// What keeps a system from going over an axis.
struct misfit {
  int reader = -1;
  int from = -1;  // -1: the axis is not on the left of `reader`
  handle access = -1;
};

struct system {
  recorder& r;
  plan& p;
  int first = 0, last = 0;  // its drafts, the last one excluded

  constexpr auto is_inside(int at) const -> bool { return at >= first && at < last; }

  constexpr auto misfit_of(handle axis) const -> misfit {
    misfit found{};
    for (int at = first; at < last; ++at) {
      if (dim_of(p.drafts[at], axis) < 0) return misfit{.reader = at};
    }
    for (int at = first; at < last; ++at) {
      for_each_read(r, p, p.drafts[at], [&](int from, handle access) {
        if (found.reader >= 0 || !is_inside(from) || access < 0) return;
        bool const is_old = from == at && !r.accesses[access].is_carried;
        handle const index = r.accesses[access].index[dim_of(p.drafts[from], axis)];
        index_t const least = from >= at && from != at ? 1 : 0;
        bool const is_there = points_back(r, index, axis) >= least && !is_bent(r.accesses[access]);
        if (is_old || is_there) return;
        found = misfit{.reader = at, .from = from, .access = access};
      });
    }
    return found;
  }
  // Dimensions that are read at anything but the axis of that name on the reader's left.
  constexpr void note_crossed(int reader, int from, handle access) const {
    auto& w = p.drafts[from];
    for (int d = 0; d < w.pure.count; ++d) {
      bool is_plain = w.pure[d] == w.over || dim_of(p.drafts[reader], w.pure[d]) >= 0;
      if (access >= 0 && w.pure[d] != w.over) {
        auto const& index = r.indices[r.accesses[access].index[d]];
        is_plain = is_plain && index.op == index_op::axis && index.value == w.pure[d];
      }
      if (!is_plain)
        w.crossed = static_cast<std::uint8_t>(w.crossed | 1U << static_cast<unsigned>(d));
    }
  }
  constexpr void go_over(handle axis) const {
    for (int at = first; at < last; ++at) {
      p.drafts[at].system = p.drafts[first].buffer;
      p.drafts[at].over = axis;
    }
    for (int at = first; at < last; ++at) {
      for_each_read(r, p, p.drafts[at], [&](int from, handle access) {
        if (is_inside(from) && from != at) note_crossed(at, from, access);
      });
    }
  }
  // The axis along which the first of the reads of what stands later goes back; it is meant.
  constexpr auto meant() const -> handle {
    handle found = -1;
    for (int at = first; at < last; ++at) {
      for_each_read(r, p, p.drafts[at], [&](int from, handle access) {
        if (found >= 0 || access < 0 || from <= at || !is_inside(from)) return;
        auto const& a = r.accesses[access];
        for (handle const axis : p.drafts[at].pure) {
          for (int d = 0; d < a.rank; ++d) {
            if (points_back(r, a.index[d], axis) > 0) found = axis;
          }
        }
      });
    }
    return found >= 0 || p.drafts[first].pure.empty() ? found : p.drafts[first].pure[0];
  }
  constexpr void fail() const {
    handle const axis = meant();
    diag::message m{};
    for (int at = first; at < last; ++at) {
      m << (at == first      ? ""
            : at + 1 == last ? " and "
                             : ", ")
        << r.buffers[p.drafts[at].buffer].name;
    }
    m << " are computed from each other, ";
    if (axis < 0) {
      m << "and have no axis to go over";
      return r.fail(diag::code::bad_system, m);
    }
    m << "each point of " << r.axis_name(axis) << " in all of them before the next; ";
    explain(misfit_of(axis), r.axis_name(axis).view(), m);
    r.fail(diag::code::bad_system, m);
  }
  constexpr void explain(misfit const& why, std::string_view axis, diag::message& m) const {
    auto const& reader = r.buffers[p.drafts[why.reader].buffer].name;
    if (why.from < 0 || why.access < 0) {
      m << axis << " is not on the left of " << reader;
      return;
    }
    auto const& a = r.accesses[why.access];
    m << reader << " reads " << r.buffers[a.buffer].name << " at (";
    for (int d = 0; d < a.rank; ++d) {
      m << (d == 0 ? "" : ", ");
      print_index(r, a.index[d], m);
    }
    if (is_bent(a)) {
      m << ") by clamp or reflect; use zero or constant";
    } else {
      m << "), not there by then: along " << axis << " read " << axis
        << (why.from < why.reader ? " or before" : " - 1 or before");
    }
  }
};

}  // namespace system_impl

/// Finds the systems of a plan, see the head of this file.
constexpr void find_systems(recorder& r, plan& p) {
  using namespace system_impl;
  bool is_any_carried = false;
  for (auto const& a : r.accesses) is_any_carried = is_any_carried || a.is_carried;
  if (!is_any_carried) return;
  needs_of_drafts const needs(r, p);
  order_of_drafts order{};
  bool is_joint[limits::stages]{};
  bool is_any_joint = false;
  for (int a = 0; a < p.drafts.count; ++a) {
    order.push_back(static_cast<std::int16_t>(a));
    for (int b = 0; b < p.drafts.count; ++b) is_joint[a] = is_joint[a] || needs.each_other(a, b);
    is_any_joint = is_any_joint || is_joint[a];
  }
  if (!is_any_joint) return;
  for (int a = 0; a < p.drafts.count; ++a) {
    if (is_joint[a]) gather(needs, order, a);
  }
  permute(p, order);
  for (int at = 0; at < p.drafts.count && r.ok();) {
    system s{.r = r, .p = p, .first = at, .last = at + 1};
    while (s.last < order.count && needs.each_other(order[at], order[s.last])) ++s.last;
    at = s.last;
    if (s.last - s.first < 2) continue;
    handle over = -1;
    for (handle const axis : p.drafts[s.first].pure) {
      if (over < 0 && s.misfit_of(axis).reader < 0) over = axis;
    }
    if (over < 0) return s.fail();
    s.go_over(over);
  }
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

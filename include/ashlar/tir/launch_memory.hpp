// SPDX-License-Identifier: Apache-2.0
//
// tir/launch_memory: what one launch leaves to the next, and where that lies in a workspace.
//
//   launch 0 writes a; launch 1 reads a, writes b; launch 2 reads b, writes c; launch 3 reads c
//     -->   a and c share their bytes: a is dead when c is made
//
//   takes       a lowered nest for a grid, as a program or as the code that is emitted of it; then
//               the bytes of each local, which may be known at the call only
//   returns     the locals between launches with the first and the last launch that touches each;
//               an offset for each, and the bytes of all
//   invariants  locals that are alive in one launch share no byte
//   source      first fit in the order of first use, see graph/plan.hpp for whole graphs
#pragma once

#include <ashlar/tir/grid_shape.hpp>

namespace ashlar::tir {

/// A local in the workspace, and the launches from the first to the last that touches it.
struct launch_local {
  handle buffer = -1;
  std::int16_t first = -1;
  std::int16_t last = -1;

  constexpr auto meets(launch_local const& o) const -> bool {
    return first <= o.last && o.first <= last;
  }
  friend constexpr auto operator==(launch_local const&, launch_local const&) -> bool = default;
};

/// A launch list is short, and each launch leaves little.
inline constexpr int max_launch_locals = 16;

struct launch_locals {
  launch_local items[max_launch_locals] = {};
  int count = 0;

  constexpr auto place_of(int buffer) const -> int {
    for (int i = 0; i < count; ++i) {
      if (items[i].buffer == buffer) return i;
    }
    return -1;
  }
  friend constexpr auto operator==(launch_locals const&, launch_locals const&) -> bool = default;
};

namespace launch_memory_impl {

// Walks what one launch reads and writes, each node once.
template <class Nest> struct finder {
  Nest const& p;
  launch_locals all{};
  std::int16_t now = 0;
  std::int16_t seen[limits::exprs] = {};  // of an expression: the launch + 1 that it was seen in

  constexpr void sum(handle h) {
    if (h < 0) return;
    for (auto const& t : p.indices[h].terms) {
      atom const& a = p.atoms[t.atom];
      if (a.kind == atom_kind::loaded) value(a.id);
      sum(a.lhs);
      sum(a.rhs);
    }
  }
  constexpr void touch(handle at) {
    access const& a = p.accesses[at];
    for (int d = 0; d < a.rank; ++d) sum(a.index[d]);
    int const place = all.place_of(a.buffer);
    if (place < 0) return;
    launch_local& l = all.items[place];
    if (l.first < 0) l.first = now;
    l.last = now;
  }
  constexpr void value(handle h) {
    if (h < 0 || seen[h] == now + 1) return;
    seen[h] = static_cast<std::int16_t>(now + 1);
    expr const& e = p.exprs[h];
    int const n = operand_count(e.op);
    if (e.op == opcode::load) {
      touch(e.a);
      return value(e.b);
    }
    if (e.op == opcode::index || e.op == opcode::in_range) return sum(e.a);
    if (n > 0) value(e.a);
    if (n > 1) value(e.b);
    if (n > 2) value(e.c);
  }
  constexpr void launch(handle h) {
    grid_shape_impl::each_in(p, h, [&](handle at) {
      stmt const& s = p.stmts[at];
      sum(s.extent);
      for (handle const c : s.condition) sum(c);
      if (s.kind == stmt_kind::store) touch(s.target);
      value(s.value);
    });
    ++now;
  }
  constexpr void chain(handle h) {
    for (; h >= 0; h = p.stmts[h].next) {
      if (!grid_shape_impl::is_around_launches(p, p.stmts[h])) {
        launch(h);
        continue;
      }
      if (all.count < max_launch_locals) {
        all.items[all.count++].buffer = p.stmts[h].target;
      }
      chain(p.stmts[h].body);
    }
  }
};

template <class Nest> constexpr auto count_locals(Nest const& p, handle h) -> int {
  int n = 0;
  for (; h >= 0; h = p.stmts[h].next) {
    if (!grid_shape_impl::is_around_launches(p, p.stmts[h])) continue;
    n += 1 + count_locals(p, p.stmts[h].body);
  }
  return n;
}

}  // namespace launch_memory_impl

/// How many locals lie between launches.
template <class Nest> constexpr auto count_launch_locals(Nest const& p) -> int {
  return launch_memory_impl::count_locals(p, p.root);
}

/// The locals between the launches of a nest, which has at most max_launch_locals.
template <class Nest> constexpr auto locals_between_launches(Nest const& p) -> launch_locals {
  launch_memory_impl::finder<Nest> f{.p = p};
  f.chain(p.root);
  return f.all;
}

/// Where the locals lie, in the order of their list.
struct launch_memory {
  std::int64_t offset[max_launch_locals] = {};
  std::int64_t bytes = 0;
};

/// Places each local as low as those allow that live with it; `bytes` has the size of each.
constexpr auto plan_launch_memory(launch_locals const& all, std::int64_t const* bytes)
    -> launch_memory {
  launch_memory m{};
  for (int i = 0; i < all.count; ++i) {
    std::int64_t at = 0;
    for (int j = 0; j < i;) {
      bool const is_in_the_way = all.items[i].meets(all.items[j]) && at < m.offset[j] + bytes[j] &&
                                 m.offset[j] < at + bytes[i];
      if (is_in_the_way) {
        at = m.offset[j] + bytes[j];
        j = 0;  // others may begin there
      } else {
        ++j;
      }
    }
    m.offset[i] = at;
    if (m.bytes < at + bytes[i]) m.bytes = at + bytes[i];
  }
  return m;
}

}  // namespace ashlar::tir

// SPDX-License-Identifier: Apache-2.0
//
// emit/workspace: how many bytes of workspace a kernel needs, from its code and the symbols.
//
//   invariants  locals in the workspace depend on symbols only, never on loop variables; every part
//               of a parallel loop has a copy of the locals inside
//   cost        what a call computes is compiled once for all kernels: it reads tables of one type
#pragma once

#include <ashlar/emit/code.hpp>

#include <type_traits>

namespace ashlar::emit {

/// Bytes outside of parallel loops, and for each part of one.
struct workspace_need {
  index_t shared = 0;
  index_t per_part = 0;
  friend constexpr auto operator==(workspace_need, workspace_need) -> bool = default;
};

inline constexpr index_t workspace_line = 64;

/// What sizes are computed from.
template <class Buffer> struct size_tables {
  tir::atom const* atoms;
  tir::affine const* indices;
  Buffer const* buffers;
};
template <class Code> constexpr auto tables_of(Code const& c) {
  using buffer = std::remove_cvref_t<decltype(c.buffers[0])>;
  return size_tables<buffer>{
      .atoms = &c.atoms[0], .indices = &c.indices[0], .buffers = &c.buffers[0]};
}

/// The value of a sum without loop variables; symbol s has the value symbols[s].
template <class Buffer>
ASHLAR_PER_ISA [[gnu::noinline]] constexpr auto evaluate(size_tables<Buffer> const& c, int sum,
                                                         index_t const* symbols) -> index_t {
  tir::affine const& a = c.indices[sum];
  index_t r = a.offset;
  for (int i = 0; i < a.terms.count; ++i) {
    tir::atom const& at = c.atoms[a.terms[i].atom];
    index_t v = 0;
    if (at.kind == tir::atom_kind::symbol) {
      v = symbols[at.id];
    } else if (at.lhs >= 0) {
      index_t const x = evaluate(c, at.lhs, symbols);
      index_t const y = evaluate(c, at.rhs, symbols);
      switch (at.kind) {
        case tir::atom_kind::floor_div: v = tir::floor_div(x, y); break;
        case tir::atom_kind::floor_mod: v = tir::floor_mod(x, y); break;
        case tir::atom_kind::minimum: v = x < y ? x : y; break;
        case tir::atom_kind::maximum: v = x < y ? y : x; break;
        default: v = x * y; break;
      }
    }
    r += a.terms[i].coef * v;
  }
  return r;
}

/// More than any memory; sums and multiples of it still fit.
inline constexpr index_t most_bytes = index_t{1} << 48;

/// The bytes of a local in whole lines.
template <class Buffer>
ASHLAR_PER_ISA constexpr auto local_bytes(size_tables<Buffer> const& c, int buffer,
                                          index_t const* symbols) -> index_t {
  auto const& b = c.buffers[buffer];
  index_t n = 1;
  for (int d = b.rank - 1; d >= 0; --d) {
    n = saturating_product(n, evaluate(c, b.shape[d], symbols));
    n = n < most_bytes ? n : most_bytes;
    if (b.stride_is.dim >= 0 && b.stride_is.dim == d - 1) n = b.stride_is.padded(n);
  }
  n = saturating_product(n, bytes_of(b.type));
  n = n < most_bytes ? n : most_bytes;
  return (n + workspace_line - 1) / workspace_line * workspace_line;
}

/// The locals in the workspace, each after the one that it is inside of.
struct workspace_local {
  int buffer = -1;
  int outer = -1;  // position of the local around it, -1 for none
  bool in_parallel = false;
};
using workspace_locals = static_vector<workspace_local, limits::buffers>;

namespace workspace_impl {

template <class Code>
constexpr void collect(Code const& c, int stmt, int outer, bool in_parallel,
                       workspace_locals& all) {
  for (int h = stmt; h >= 0; h = c.stmts[h].next) {
    tir::stmt const& s = c.stmts[h];
    bool const inner = in_parallel || s.loop == tir::loop_kind::parallel;
    int around = outer;
    if (s.kind == tir::stmt_kind::allocate && c.buffers[s.target].where == tir::scope::workspace) {
      around = all.count;
      all.push_back(
          workspace_local{.buffer = s.target, .outer = outer, .in_parallel = in_parallel});
    }
    collect(c, s.body, around, inner, all);
    collect(c, s.otherwise, around, inner, all);
  }
}

}  // namespace workspace_impl

/// The part of it that is known before the call.
template <class Code> constexpr auto locals_in_workspace(Code const& c) -> workspace_locals {
  workspace_locals all{};
  workspace_impl::collect(c, c.root, -1, false, all);
  return all;
}

/// The most that a chain of nested locals holds at a time.
template <class Buffer>
ASHLAR_PER_ISA [[gnu::noinline]] constexpr auto workspace_of(size_tables<Buffer> const& c,
                                                             workspace_locals const& all,
                                                             index_t const* symbols)
    -> workspace_need {
  workspace_need most{};
  workspace_need held[limits::buffers]{};
  for (int i = 0; i < all.count; ++i) {
    workspace_local const& l = all[i];
    if (l.outer >= 0) held[i] = held[l.outer];
    (l.in_parallel ? held[i].per_part : held[i].shared) += local_bytes(c, l.buffer, symbols);
    if (most.shared < held[i].shared) most.shared = held[i].shared;
    if (most.per_part < held[i].per_part) most.per_part = held[i].per_part;
  }
  return most;
}
template <class Code>
constexpr auto workspace_of(Code const& c, index_t const* symbols) -> workspace_need {
  return workspace_of(tables_of(c), locals_in_workspace(c), symbols);
}

}  // namespace ashlar::emit

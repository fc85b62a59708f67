// SPDX-License-Identifier: Apache-2.0
//
// emit/workspace: how many bytes of workspace a kernel needs, from its code and the symbols.
//
//   invariants  locals in the workspace depend on symbols only, never on loop variables; every part
//               of a parallel loop has a copy of the locals inside
#pragma once

#include <ashlar/emit/code.hpp>

namespace ashlar::emit {

/// Bytes outside of parallel loops, and for each part of one.
struct workspace_need {
  index_t shared = 0;
  index_t per_part = 0;
  friend constexpr auto operator==(workspace_need, workspace_need) -> bool = default;
};

inline constexpr index_t workspace_line = 64;

/// The value of a sum without loop variables; symbol s has the value symbols[s].
template <class Code>
constexpr auto evaluate(Code const& c, int sum, index_t const* symbols) -> index_t {
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
template <class Code>
constexpr auto local_bytes(Code const& c, int buffer, index_t const* symbols) -> index_t {
  auto const& b = c.buffers[buffer];
  index_t n = bytes_of(b.type);
  for (int d = 0; d < b.rank; ++d) {
    n = saturating_product(n, evaluate(c, b.shape[d], symbols));
    n = n < most_bytes ? n : most_bytes;
  }
  return (n + workspace_line - 1) / workspace_line * workspace_line;
}

namespace workspace_impl {

constexpr auto larger(index_t a, index_t b) -> index_t { return a < b ? b : a; }

// The most that a chain of statements holds at a time.
template <class Code>
constexpr auto need(Code const& c, int stmt, index_t const* symbols, bool parallel)
    -> workspace_need {
  workspace_need most{};
  for (int h = stmt; h >= 0; h = c.stmts[h].next) {
    tir::stmt const& s = c.stmts[h];
    bool const inner = parallel || s.loop == tir::loop_kind::parallel;
    workspace_need one = need(c, s.body, symbols, inner);
    workspace_need const other = need(c, s.otherwise, symbols, inner);
    one.shared = larger(one.shared, other.shared);
    one.per_part = larger(one.per_part, other.per_part);
    if (s.kind == tir::stmt_kind::allocate && c.buffers[s.target].where == tir::scope::workspace) {
      (parallel ? one.per_part : one.shared) += local_bytes(c, s.target, symbols);
    }
    most.shared = larger(most.shared, one.shared);
    most.per_part = larger(most.per_part, one.per_part);
  }
  return most;
}

}  // namespace workspace_impl

/// Whether any local is in the workspace.
template <class Code> constexpr auto uses_workspace(Code const& c) -> bool {
  for (auto const& b : c.buffers) {
    if (b.operand < 0 && b.where == tir::scope::workspace) return true;
  }
  return false;
}

template <class Code>
constexpr auto workspace_of(Code const& c, index_t const* symbols) -> workspace_need {
  return workspace_impl::need(c, c.root, symbols, false);
}

}  // namespace ashlar::emit

// SPDX-License-Identifier: Apache-2.0
//
// tir/scan: a recurrence that combines what it scans by a declared monoid.
//
//   y(t) = combine(y(t - 1), e(t))     where there is no y(t - 1), the identity
//
//   declared     the stage has the monoid, and 0 components, as it is no reduction
//   scanned      e: what stands in the result for the value that comes in
//   invariants   a stage is what its result says; the monoid is only believed while the result is
//                still that combination, whatever a schedule has done to it
//   source       Blelloch, "Prefix Sums and Their Applications", 1990
#pragma once

#include <ashlar/tir/clone.hpp>
#include <ashlar/tir/recurrence.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::tir {

/// True if the stage was written as a scan.
constexpr auto is_scan(stage const& s) -> bool {
  return s.reduce.components == 0 && s.reduce.combine[0] >= 0;
}

/// The dimension along which a stage is carried where it is one; -1 for none and for several.
constexpr auto carried_dim(stage const& s) -> int {
  int found = -1;
  for (int d = 0; d < s.pure.count; ++d) {
    if (!has_dim(s.carried, d)) continue;
    if (found >= 0) return -1;
    found = d;
  }
  return found;
}

namespace scan_impl {

// Compares a combination with the expression that was made of it.
struct matcher {
  program const& p;
  stage const& s;
  handle scanned = -1, before = -1;
  handle partner[limits::exprs]{};  // handle + 1 of what a node of the combination stands for

  constexpr auto is(handle& known, handle found) const -> bool {
    if (known < 0) known = found;
    return known == found;
  }
  // The value of the point before, or the identity.
  constexpr auto is_before(handle found) const -> bool {
    expr const& e = p.exprs[found];
    if (e.op != opcode::load || p.accesses[e.a].buffer != s.buffer || e.b < 0) return false;
    access const& a = p.accesses[e.a];
    for (int d = 0; d < a.rank; ++d) {
      if (step_back(p, s, a, d) != (has_dim(s.carried, d) ? 1 : 0)) return false;
    }
    expr const& outside = p.exprs[e.b];
    return outside.op == opcode::constant && outside == p.exprs[s.reduce.identity[0]];
  }
  constexpr auto matches(handle combined, handle found) -> bool {
    if (combined < 0 || found < 0) return combined == found;
    expr const& c = p.exprs[combined];
    if (c.op == opcode::incoming) return is(scanned, found);
    if (c.op == opcode::accumulator) return is_before(found) && is(before, found);
    if (partner[combined] != 0) return partner[combined] == found + 1;
    partner[combined] = static_cast<handle>(found + 1);
    expr const& e = p.exprs[found];
    if (c.op != e.op || c.type != e.type || c.bits != e.bits) return false;
    int const n = operand_count(c.op);
    return (n < 1 || matches(c.a, e.a)) && (n < 2 || matches(c.b, e.b)) &&
           (n < 3 || matches(c.c, e.c));
  }
};

}  // namespace scan_impl

/// What the stage scans along the one dimension that it is carried along; -1 if it does not.
constexpr auto scanned_by(program const& p, stage const& s) -> handle {
  if (!is_scan(s) || carried_dim(s) < 0) return -1;
  scan_impl::matcher m{.p = p, .s = s};
  return m.matches(s.reduce.combine[0], s.result) ? m.scanned : handle{-1};
}

namespace scan_impl {

struct combination {
  handle before, scanned;
  constexpr auto leaf(program& p, handle e) const -> handle {
    if (p.exprs[e].op == opcode::accumulator) return before;
    return p.exprs[e].op == opcode::incoming ? scanned : handle{-1};
  }
  constexpr void rewrite(program&, access&) const {}
};

}  // namespace scan_impl

/// The result of a scan along dimension d: what is scanned, combined with the stage's value of the
/// point before, or with `start` where there is none.
constexpr auto combined_scan(program& p, monoid const& m, stage& s, int d, handle start,
                             handle scanned) -> handle {
  access a{.buffer = s.buffer, .rank = static_cast<std::int8_t>(s.pure.count)};
  for (int n = 0; n < a.rank; ++n) a.index[n] = p.add(variable(p, s.pure[n]) - (n == d ? 1 : 0));
  a.checked = static_cast<std::uint8_t>(1U << static_cast<unsigned>(d));
  note_carried(p, a, s);
  handle const before =
      p.add(expr{.op = opcode::load, .type = p.exprs[start].type, .a = p.add(a), .b = start});
  substitution const same{};
  return clone(p, m.combine[0], same, scan_impl::combination{.before = before, .scanned = scanned});
}

}  // namespace ashlar::tir

ASHLAR_COMPILER_END

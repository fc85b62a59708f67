// SPDX-License-Identifier: Apache-2.0
//
// expr/build_scan: the recurrence that a scan is.
//
//   inclusive    y(t) = combine(y(t - 1), e(t))
//   exclusive    y(t) = combine(y(t - 1), e(t - 1)), where e(-1) is the identity
//
//   takes       a builder whose expressions have e, and the stage
//   returns     the result of the stage, which has the monoid from now on and is carried along the
//               axis of the scan
#pragma once

#include <ashlar/expr/monoid_table.hpp>
#include <ashlar/tir/scan.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

namespace build_scan_impl {

// Reads at the point before the first one give 0, and no memory is read.
struct one_before {
  handle axis;
  constexpr auto leaf(tir::program&, handle) const -> handle { return -1; }
  constexpr void rewrite(tir::program& p, tir::access& a) const {
    for (int d = 0; d < a.rank; ++d) {
      tir::affine const& index = p.indices[a.index[d]];
      bool const moves = any_variable(p, index, [&](int v) { return v == axis; });
      if (!moves && !depends_on_data(p, index)) continue;
      a.checked = static_cast<std::uint8_t>(a.checked | (1U << static_cast<unsigned>(d)));
    }
  }
};

constexpr auto value_before(tir::program& p, handle axis, handle value, handle identity) -> handle {
  tir::affine const before = tir::variable(p, axis) - 1;
  tir::substitution to{};
  to.bind(axis, before);
  handle const shifted = clone(p, value, to, one_before{.axis = axis});
  handle const is_there =
      p.add(tir::expr{.op = opcode::in_range, .type = dtype::boolean, .a = p.add(before)});
  return p.add(tir::expr{.op = opcode::select,
                         .type = p.exprs[value].type,
                         .a = is_there,
                         .b = shifted,
                         .c = identity});
}

}  // namespace build_scan_impl

constexpr auto add_scan(builder& b, reduction_record const& r, tir::stage& s) -> handle {
  add_monoid(b, r, s);
  handle scanned = s.value[0];
  s.value[0] = -1;
  s.reduce.components = 0;
  handle const axis = b.axis_of[r.axes[0]];
  handle const identity = s.reduce.identity[0];
  if (r.scan == scan_kind::exclusive) {
    scanned = build_scan_impl::value_before(b.out, axis, scanned, identity);
  }
  int d = 0;
  while (s.pure[d] != axis) ++d;
  return tir::combined_scan(b.out, s.reduce, s, d, identity, scanned);
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

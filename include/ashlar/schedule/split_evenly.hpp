// SPDX-License-Identifier: Apache-2.0
//
// schedule/split_evenly: splits whose blocks follow from how many there are to be.
//
//   split_parts(i, 4)           E = 103   -->   4 blocks of 26: the last one has 25
//   split_balanced(i, 1024, 8)  E = 1500  -->   2 blocks of 752 and 748, not of 1024 and 476
//
//   takes       a serial loop; how many blocks, or the longest block and what its length is a
//               multiple of; what happens to a rest, two names
//   returns     the parts: a split by a number where the extent is constant; elsewhere the length
//               of a block is a sum that the call evaluates, and the inner loop is clipped to it
//   invariants  those of split. A reduction has no block without a point, unless it has no point
//   names       TVM: sch.split([n, None]), taco: divide
#pragma once

#include <ashlar/schedule/split.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::scheduling {

namespace split_evenly_impl {

using namespace split_impl;

/// Blocks of a length that the call knows.
struct blocks {
  affine length{};
  affine count{};
};

constexpr auto ceiling(std::int64_t n, std::int64_t d) -> std::int64_t { return (n + d - 1) / d; }

// Full blocks of unknown length are not counted, and lanes need a number.
constexpr auto resolve(program& p, int axis, std::string_view verb, tail wanted, bool is_exact)
    -> tail {
  if (is_exact) return tail::exact;
  if (wanted == tail::automatic || wanted == tail::guard) return tail::guard;
  diag::message m{};
  m << verb << ' ' << p.axes[axis].name << ": extent ";
  put_extent(m, p, p.axes[axis].extent);
  m << ", so the call decides how long a block is";
  if (wanted == tail::exact) {
    m << " and whether all are full; use tail::guard";
    p.fail(diag::code::inexact_split, m);
  } else {
    m << ", and only tail::guard takes that; or split by a number";
    p.fail(diag::code::bad_tail, m);
  }
  return tail::guard;
}

constexpr auto split_at_call(program& p, int stage, int axis, blocks const& b, tail tails,
                             name_text const& outer, name_text const& inner) -> axis_pair {
  axis_pair const r = add_parts(p, axis, 1, tails, outer, inner);
  p.axes[r.outer].extent = b.count;
  p.axes[r.inner].extent = b.length;
  p.axes[r.outer].span = p.axes[r.inner].span = p.add(b.length);
  p.axes[r.outer].made_by = tir::relation::parts_outer;
  p.axes[r.inner].made_by = tir::relation::parts_inner;
  return put_parts(p, stage, axis, r);
}

// A reduction starts and ends at the first and the last point, which need blocks that have some.
constexpr auto parts_of(program& p, int axis, std::int64_t n) -> blocks {
  affine const whole = p.axes[axis].extent;
  blocks b{.length = ceil_div(p, whole, n), .count = tir::constant(n)};
  if (!p.axes[axis].is_reduction) return b;
  affine const length = maximum(p, tir::constant(1), b.length);
  b.count = floor_div(p, whole + length - 1, length);
  return b;
}

constexpr auto balanced(program& p, int axis, std::int64_t most, std::int64_t multiple) -> blocks {
  affine const whole = p.axes[axis].extent;
  blocks b{.count = ceil_div(p, whole, most)};
  affine const divisor = maximum(p, tir::constant(1), b.count);
  affine const fair = floor_div(p, whole + divisor - 1, divisor);
  b.length = minimum(p, tir::constant(most), ceil_div(p, fair, multiple) * multiple);
  return b;
}

constexpr auto has_legal_multiple(program& p, int axis, std::int64_t most, std::int64_t multiple)
    -> bool {
  constexpr std::string_view verb = "split_balanced";
  if (!has_legal_factor(p, axis, most, verb, " in blocks of at most ")) return false;
  if (!has_legal_factor(p, axis, multiple, verb, " in multiples of ")) return false;
  if (most % multiple == 0) return true;
  diag::message m{};
  m << verb << ' ' << p.axes[axis].name << ": the longest block, " << most
    << ", is not a multiple of " << multiple << "; legal: at most ";
  if (most > multiple) m << most - most % multiple << " or ";
  m << most + multiple - most % multiple << ", or multiples of: ";
  if (!list_divisors(m, most, multiple)) m << '1';
  p.fail(diag::code::uneven_blocks, m);
  return false;
}

inline constexpr demand room{.axes = 2, .indices = 16, .atoms = 6};

}  // namespace split_evenly_impl

/// Splits a loop in n blocks of one length. Errors: E003 n, E004 tail exact, E021 a cut loop, or a
/// tail that needs a constant extent, E024 a bound loop, E025 a name that is taken.
constexpr auto split_parts(program& p, int stage, int axis, std::int64_t n, tail tails,
                           name_text outer = {}, name_text inner = {}) -> axis_pair {
  using namespace split_evenly_impl;
  constexpr std::string_view verb = "split_parts";
  if (!p.fault.ok() || !has_legal_factor(p, axis, n, verb, " into ") ||
      !is_splittable(p, stage, axis, verb, outer, inner)) {
    return {};
  }
  affine const whole = p.axes[axis].extent;
  if (whole.is_constant()) {
    std::int64_t const f = whole.offset < 1 ? 1 : ceiling(whole.offset, n);
    return split(p, stage, axis, f, tails, outer, inner);
  }
  tail const resolved = resolve(p, axis, verb, tails, content(whole) % n == 0);
  if (!p.fault.ok() || !has_room(p, room, verb)) return {};
  return split_at_call(p, stage, axis, parts_of(p, axis, n), resolved, outer, inner);
}

/// Splits a loop in the fewest blocks of at most `most` points, all of one length that is a
/// multiple of `multiple`. Errors: those of split_parts, E028 multiple.
constexpr auto split_balanced(program& p, int stage, int axis, std::int64_t most,
                              std::int64_t multiple, tail tails, name_text outer = {},
                              name_text inner = {}) -> axis_pair {
  using namespace split_evenly_impl;
  constexpr std::string_view verb = "split_balanced";
  if (!p.fault.ok() || !has_legal_multiple(p, axis, most, multiple) ||
      !is_splittable(p, stage, axis, verb, outer, inner)) {
    return {};
  }
  affine const whole = p.axes[axis].extent;
  if (whole.is_constant()) {
    std::int64_t const e = whole.offset < 1 ? 1 : whole.offset;
    std::int64_t const fair = ceiling(e, ceiling(e, most));
    return split(p, stage, axis, ceiling(fair, multiple) * multiple, tails, outer, inner);
  }
  tail const resolved = resolve(p, axis, verb, tails, content(whole) % most == 0);
  if (!p.fault.ok() || !has_room(p, room, verb)) return {};
  if (resolved == tail::exact) return split(p, stage, axis, most, resolved, outer, inner);
  return split_at_call(p, stage, axis, balanced(p, axis, most, multiple), resolved, outer, inner);
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

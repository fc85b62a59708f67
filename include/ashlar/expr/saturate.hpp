// SPDX-License-Identifier: Apache-2.0
//
// expr/saturate: the conversion that stops at the ends of a type.
//
//   takes       a value or a number, and the element type that it becomes
//   returns     the value of that type which is nearest
//   cost        one side is clamped where the other cannot be left
#pragma once

#include <ashlar/expr/arithmetic.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

namespace saturate_impl {

constexpr auto clamped(traced const& v, dtype from, dtype to) -> traced {
  bool const is_below = least_of(from) < least_of(to);
  bool const is_above = greatest_of(from) > greatest_of(to);
  traced const low = is_below ? binary(opcode::max, v, traced::of(literal(least_of(to)))) : v;
  return is_above ? binary(opcode::min, low, traced::of(literal(greatest_of(to)))) : low;
}

// The greatest finite number of a floating point type.
constexpr auto finite(traced const& v, dtype to) -> traced {
  double const most = literal_impl::range_of(to).most;
  traced const low = binary(opcode::max, v, traced::of(literal(-most)));
  return binary(opcode::min, low, traced::of(literal(most)));
}

}  // namespace saturate_impl

/// The value as one of element type `to`, or the nearest that there is; a NaN is 0 as an integer.
/// An infinity becomes the greatest finite number of a narrower float.
constexpr auto saturated(traced const& v, dtype to) -> traced {
  namespace impl = saturate_impl;
  dtype const from = v.is_number() ? v.number.natural_type() : v.type();
  bool const is_whole = is_integer(to) || is_nibble(to);
  if (is_integer(from) && is_whole) return cast(impl::clamped(v, from, to), to);
  if (is_integer(from) && is_half(to)) return cast(impl::finite(cast(v, dtype::f32), to), to);
  bool const narrows = is_float(from) && is_float(to) && bytes_of(to) < bytes_of(from);
  return cast(narrows ? impl::finite(v, to) : v, to);
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

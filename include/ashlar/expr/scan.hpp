// SPDX-License-Identifier: Apache-2.0
//
// expr/scan: what a monoid combines up to each point of an axis.
//
//   y(i, t) = ash::inclusive_scan(ash::monoids::sum, t, x(i, t));     sums up to and with t
//   y(i, t) = ash::exclusive_scan(m, t, x(i, t));                     before t; the identity at 0
//
//   takes       a monoid, an axis that is on the left or reduced outside, and a value
//   means       values are combined from the first point on, the accumulated one on the left; so a
//               combination need not commute, but is associative, which the user declares: then
//               blocks of the axis may be scanned apart (schedule/scan_blocks)
//   errors      as for reductions; E040 where the axis is not on the left
//   see also    expr/carried for recurrences that no monoid describes
//   source      std::inclusive_scan and std::exclusive_scan; APL's scan
#pragma once

#include <ashlar/expr/reduce.hpp>

namespace ashlar::expr {

/// A monoid that the library has, over the element type of what it combines.
template <reduction_kind Kind> struct known_monoid {};

template <reduction_kind Kind>
constexpr auto record_of(recorder&, known_monoid<Kind> const&, dtype) -> reduction_record {
  return reduction_record{.kind = Kind};
}
template <class Monoid>
constexpr auto record_of(recorder& r, Monoid const& m, dtype d) -> reduction_record {
  return user_record(r, m, d);
}

template <class Monoid>
constexpr auto record_scan(recorder& r, scan_kind kind, Monoid const& m, axis_info const& axis,
                           traced const& given) -> traced {
  traced const v = bind(r, given, dtype::none);
  if (!r.ok()) return nothing(r);
  auto made = record_of(r, m, v.type());
  made.scan = kind;
  return add_scan(r, made, axis, v);
}

/// A scan in an expression on the spot; Monoid is a constant at namespace scope.
template <scan_kind Scan, auto const& Monoid, class Axis, class V> struct scan_node : node_base {
  [[no_unique_address]] V value{};

  constexpr scan_node() = default;
  constexpr explicit scan_node(V v) : value(v) {}
  static constexpr int leaves = V::leaves;
  template <int At> constexpr auto leaf() const -> auto const& { return value.template leaf<At>(); }
  constexpr auto replay(replay_context& c) const -> traced {
    return record_scan(c.rec, Scan, Monoid, Axis::info, value.replay(c));
  }
};

template <scan_kind Scan, class Monoid, axis_type Axis, value_like V>
constexpr auto scan_with(Monoid const& m, Axis const&, V const& value) -> traced {
  static_assert(traced_operand<V>,
                "ashlar: an expression on the spot names its monoid, as in "
                "ash::inclusive_scan<m>(t, x(t))");
  recorder* const r = recorder_in(value);
  traced const v = record_value(r, value);
  return r == nullptr ? v : record_scan(*r, Scan, m, Axis::info, v);
}

template <scan_kind Scan, auto const& Monoid, axis_type Axis, value_like V>
constexpr auto scan_named(Axis const& axis, V const& value) {
  if constexpr (traced_operand<V>) {
    return scan_with<Scan>(Monoid, axis, value);
  } else {
    return scan_node<Scan, Monoid, Axis, leaf<V>>(make_leaf(value));
  }
}

/// The object of a monoid that the library has, for the type of an expression on the spot.
template <reduction_kind Kind> inline constexpr known_monoid<Kind> known{};

}  // namespace ashlar::expr

namespace ashlar {

/// The monoids of the reductions of the same names.
namespace monoids {

inline constexpr auto& sum = expr::known<expr::reduction_kind::sum>;
inline constexpr auto& prod = expr::known<expr::reduction_kind::prod>;
inline constexpr auto& max = expr::known<expr::reduction_kind::max>;
inline constexpr auto& min = expr::known<expr::reduction_kind::min>;
inline constexpr auto& any = expr::known<expr::reduction_kind::any>;
inline constexpr auto& all = expr::known<expr::reduction_kind::all>;

}  // namespace monoids

/// What is combined up to each point of the axis, with that point.
template <class Identity, class Combine, class Axis, class V>
constexpr auto inclusive_scan(monoid<Identity, Combine> const& m, Axis const& t, V const& value) {
  return expr::scan_with<expr::scan_kind::inclusive>(m, t, value);
}
template <expr::reduction_kind Kind, class Axis, class V>
constexpr auto inclusive_scan(expr::known_monoid<Kind> const&, Axis const& t, V const& value) {
  return expr::scan_named<expr::scan_kind::inclusive, expr::known<Kind>>(t, value);
}
/// The same with the monoid by its name, a constant at namespace scope; an expression on the spot
/// needs it so for a monoid of the user's.
template <auto const& Monoid, class Axis, class V>
constexpr auto inclusive_scan(Axis const& t, V const& value) {
  return expr::scan_named<expr::scan_kind::inclusive, Monoid>(t, value);
}

/// What is combined before each point of the axis; the identity at the first one.
template <class Identity, class Combine, class Axis, class V>
constexpr auto exclusive_scan(monoid<Identity, Combine> const& m, Axis const& t, V const& value) {
  return expr::scan_with<expr::scan_kind::exclusive>(m, t, value);
}
template <expr::reduction_kind Kind, class Axis, class V>
constexpr auto exclusive_scan(expr::known_monoid<Kind> const&, Axis const& t, V const& value) {
  return expr::scan_named<expr::scan_kind::exclusive, expr::known<Kind>>(t, value);
}
template <auto const& Monoid, class Axis, class V>
constexpr auto exclusive_scan(Axis const& t, V const& value) {
  return expr::scan_named<expr::scan_kind::exclusive, Monoid>(t, value);
}

}  // namespace ashlar

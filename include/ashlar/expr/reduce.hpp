// SPDX-License-Identifier: Apache-2.0
//
// expr/reduce: reductions of a value over one or several axes.
//
//   ash::sum(k, x(i, k) * w(k, j))      ash::max(r, s, ash::zero(x)(i + r, j + s))
//   ash::argmax(j, x(i, j))             the position of the greatest value, an i64
//   ash::reduce(m, k, x(k))             constexpr auto m = ash::monoid{1.0f, [](auto a, auto b) {
//                                         return a * b; }};
//
//   takes       the axes, then the value
//   errors      E037 any and all of what is not bool, E038 a sum of bool, E040 an axis that is
//               reduced twice, E041 no axis, something else than axes before the value, or a monoid
//               that reads more than its two values
#pragma once

#include <ashlar/expr/apply.hpp>
#include <ashlar/expr/reduce_node.hpp>

namespace ashlar::expr {

namespace reduce_impl {

template <class... Args> struct type_list {};

// All but the last of the arguments, as axes.
template <class Done, class... Args> struct without_last;
template <class... Done, class Last> struct without_last<type_list<Done...>, Last> {
  using type = axes_of_type<Done...>;
};
template <class... Done, class First, class Second, class... Rest>
struct without_last<type_list<Done...>, First, Second, Rest...>
    : without_last<type_list<Done..., First>, Second, Rest...> {};

template <class First, class... Rest>
constexpr auto last(First const& first, Rest const&... rest) -> auto const& {
  if constexpr (sizeof...(Rest) == 0) {
    return first;
  } else {
    return last(rest...);
  }
}

}  // namespace reduce_impl

namespace reduce_impl {

template <class... Args> consteval auto ends_with_value() -> bool {
  constexpr bool is_axis[] = {axis_type<Args>...};
  for (std::size_t at = 0; at + 1 < sizeof...(Args); ++at) {
    if (!is_axis[at]) return false;
  }
  return true;
}

constexpr auto fail_order(recorder& r) -> traced {
  r.fail(diag::code::bad_reduction,
         "a reduction takes axes, and the value last; write it as in ash::sum(k, x(k))");
  return nothing(r);
}

/// On the spot, a reduction whose arguments are in another order.
struct misplaced_node : node_base {
  static constexpr int leaves = 0;
  constexpr auto replay(replay_context& c) const -> traced { return fail_order(c.rec); }
};

template <class... Args> constexpr auto misplaced(Args const&... args) {
  if constexpr ((traced_operand<Args> || ...)) {
    recorder* const r = apply_impl::first_recorder(args...);
    return r != nullptr ? fail_order(*r) : traced{};
  } else {
    return misplaced_node{};
  }
}

}  // namespace reduce_impl

template <class... Args>
using axes_of = typename reduce_impl::without_last<reduce_impl::type_list<>, Args...>::type;

template <reduction_kind Kind, class... Args> constexpr auto reduce(Args const&... args) {
  auto const& value = reduce_impl::last(args...);
  using value_type = std::remove_cvref_t<decltype(value)>;
  if constexpr (!reduce_impl::ends_with_value<Args...>()) {
    return reduce_impl::misplaced(args...);
  } else if constexpr (traced_operand<value_type>) {
    recorder* const r = recorder_in(value);
    traced const v = record_value(r, value);
    if (r == nullptr) return v;
    return add_reduction(*r, reduction_record{.kind = Kind}, axes_of<Args...>::list(), v);
  } else {
    static_assert(value_like<value_type>, "ashlar: a reduction takes axes, and the value last");
    return reduce_node<Kind, axes_of<Args...>, leaf<value_type>>(make_leaf(value));
  }
}

template <class Monoid, class... Args>
constexpr auto reduce_with(Monoid const& m, Args const&... args) -> traced {
  auto const& value = reduce_impl::last(args...);
  static_assert(
      (traced_operand<Args> || ...),
      "ashlar: an expression on the spot names its monoid, as in ash::reduce<m>(k, x(k))");
  if constexpr (!reduce_impl::ends_with_value<Args...>()) {
    return reduce_impl::misplaced(args...);
  } else {
    recorder* const r = recorder_in(value);
    traced const v = record_value(r, value);
    return r == nullptr ? v : add_user_reduction(*r, m, axes_of<Args...>::list(), v);
  }
}

template <auto const& Monoid, class... Args> constexpr auto reduce_named(Args const&... args) {
  auto const& value = reduce_impl::last(args...);
  using value_type = std::remove_cvref_t<decltype(value)>;
  if constexpr (!reduce_impl::ends_with_value<Args...>()) {
    return reduce_impl::misplaced(args...);
  } else if constexpr (traced_operand<value_type>) {
    return reduce_with(Monoid, args...);
  } else {
    return reduce_with_node<Monoid, axes_of<Args...>, leaf<value_type>>(make_leaf(value));
  }
}

}  // namespace ashlar::expr

namespace ashlar {

/// A user's reduction: combine(a, b) is associative, and identity its neutral element.
template <class Identity, class Combine> struct monoid {
  Identity identity{};
  Combine combine{};
  bool commutative = true;
};
template <class Identity, class Combine> monoid(Identity, Combine) -> monoid<Identity, Combine>;
template <class Identity, class Combine>
monoid(Identity, Combine, bool) -> monoid<Identity, Combine>;

template <class... Args> constexpr auto sum(Args const&... axes_and_value) {
  return expr::reduce<expr::reduction_kind::sum>(axes_and_value...);
}
template <class... Args> constexpr auto prod(Args const&... axes_and_value) {
  return expr::reduce<expr::reduction_kind::prod>(axes_and_value...);
}
/// The greatest value; -infinity, or the least integer, of none.
template <axis_type First, class... Rest>
constexpr auto(max)(First const& first, Rest const&... rest) {
  return expr::reduce<expr::reduction_kind::max>(first, rest...);
}
template <axis_type First, class... Rest>
constexpr auto(min)(First const& first, Rest const&... rest) {
  return expr::reduce<expr::reduction_kind::min>(first, rest...);
}
template <class... Args> constexpr auto any(Args const&... axes_and_value) {
  return expr::reduce<expr::reduction_kind::any>(axes_and_value...);
}
template <class... Args> constexpr auto all(Args const&... axes_and_value) {
  return expr::reduce<expr::reduction_kind::all>(axes_and_value...);
}
/// The position of the greatest value; of equal ones the first, and of NaN the first. Over several
/// axes the last one counts fastest.
template <class... Args> constexpr auto argmax(Args const&... axes_and_value) {
  return expr::reduce<expr::reduction_kind::argmax>(axes_and_value...);
}
template <class... Args> constexpr auto argmin(Args const&... axes_and_value) {
  return expr::reduce<expr::reduction_kind::argmin>(axes_and_value...);
}
/// A reduction with a monoid of the user's.
template <class Identity, class Combine, class... Args>
constexpr auto reduce(monoid<Identity, Combine> const& m, Args const&... axes_and_value) {
  return expr::reduce_with(m, axes_and_value...);
}
/// The same with the monoid by its name, a constant at namespace scope; an expression on the spot
/// needs it so.
template <auto const& Monoid, class... Args> constexpr auto reduce(Args const&... axes_and_value) {
  return expr::reduce_named<Monoid>(axes_and_value...);
}

}  // namespace ashlar

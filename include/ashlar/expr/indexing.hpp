// SPDX-License-Identifier: Apache-2.0
//
// expr/indexing: what stands between the parentheses of an access, noted down in the recorder.
//
//   takes       an axis, an integer, an index expression, or a value (a data-dependent index)
//   returns     the handle of an index
//   errors      E001, E039 and E050 of the index expression, E050 for what is none, E037 for a
//               value that is not an integer
#pragma once

#include <ashlar/expr/arithmetic.hpp>

namespace ashlar::expr {

constexpr auto index_of_axis(recorder& r, axis_info const& info) -> handle {
  handle const axis = r.axis_of(info);
  for (int at = 0; at < r.indices.count; ++at) {
    auto const& known = r.indices[at];
    if (known.op == index_op::axis && known.value == axis) return static_cast<handle>(at);
  }
  return r.add(index_record{.op = index_op::axis, .value = axis, .free = set_of(axis)});
}

namespace indexing_impl {

inline constexpr std::int64_t largest_integer = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t largest_number = std::int64_t{1} << 31;

constexpr auto size_of(std::int64_t number) -> std::int64_t {
  bool const small = number <= largest_number && number >= -largest_number;
  return !small ? largest_number + 1 : number < 0 ? -number : number;
}
constexpr auto size_of(index_op op, std::int64_t a, std::int64_t b) -> std::int64_t {
  return op == index_op::mul ? saturating_product(a, b) : a + b;
}

constexpr void check_numbers(recorder& r, std::int64_t size) {
  if (size <= largest_number) return;
  r.fail(diag::code::extent_overflow, diag::message{} << "an index has a number above "
                                                      << largest_number << "; write a smaller one");
}

constexpr void fail_index(recorder& r, index_expr const& e) {
  if (e.fault == diag::code::zero_divisor) {
    r.fail(e.fault, diag::message{} << "an index is divided by " << e.fault_value
                                    << "; divide by a constant of 1 or more");
    return;
  }
  if (e.fault == diag::code::capacity_exceeded) {
    r.fail(e.fault, diag::message{} << "an index has more than " << index_expr::capacity
                                    << " axes, numbers and operations; add its numbers first");
    return;
  }
  auto m = diag::message{} << "an index multiplies or divides";
  bool first = true;
  for (auto const& n : e.nodes) {
    if (n.op != index_op::axis) continue;
    m << (first ? " axis " : " by axis ") << n.axis->name;
    first = false;
  }
  r.fail(e.fault, m << "; write a constant in place of one, or a reshaped view");
}

}  // namespace indexing_impl

constexpr auto index_of(recorder& r, std::int64_t number) -> handle {
  auto const size = indexing_impl::size_of(number);
  indexing_impl::check_numbers(r, size);
  return r.add(index_record{.value = number, .size = size});
}

constexpr auto index_of(recorder& r, index_expr const& e) -> handle {
  if (e.fault != diag::code::ok) indexing_impl::fail_index(r, e);
  handle at[index_expr::capacity]{};
  for (int n = 0; n < e.count && r.ok(); ++n) {
    auto const& node = e.nodes[n];
    if (node.op == index_op::axis) {
      at[n] = index_of_axis(r, *node.axis);
      continue;
    }
    if (node.op == index_op::constant) {
      at[n] = index_of(r, node.value);
      continue;
    }
    auto const& a = r.indices[at[node.a]];
    auto const& b = r.indices[at[node.b]];
    index_record const record{.op = node.op,
                              .a = at[node.a],
                              .b = at[node.b],
                              .size = indexing_impl::size_of(node.op, a.size, b.size),
                              .free = a.free | b.free};
    indexing_impl::check_numbers(r, record.size);
    at[n] = r.add(record);
  }
  return r.ok() ? at[e.count - 1] : handle{-1};
}

constexpr auto index_of(recorder& r, traced const& v) -> handle {
  if (v.is_number() && v.number.is_float()) {
    r.fail(diag::code::mixed_types, diag::message{} << "an index is the number "
                                                    << describe(v.number) << "; write an integer");
  }
  if (v.is_number() && !v.number.is_float() && !v.number.is_fault()) {
    bool const is_large = v.number.kind == literal_kind::natural;
    return index_of(r, is_large ? indexing_impl::largest_integer : v.number.bits);
  }
  bind(r, v, dtype::i64);
  if (!r.ok()) return -1;
  if (!is_integer(v.type())) {
    r.fail(diag::code::mixed_types, diag::message{} << "an index is " << describe(v)
                                                    << "; write ash::cast<std::int64_t>(...)");
    return -1;
  }
  traced const wide = cast(v, dtype::i64);
  auto const& below = r.values[wide.node];
  return r.add(index_record{.op = index_op::loaded,
                            .a = wide.node,
                            .has_data = true,
                            .free = below.free,
                            .reduced = below.reduced});
}

/// The index that an argument of an access stands for.
template <class Index> constexpr auto index_argument(recorder& r, Index const& argument) -> handle {
  if constexpr (axis_type<Index>) {
    return index_of_axis(r, Index::info);
  } else if constexpr (std::integral<Index>) {
    return index_of(r, index_number(argument));
  } else if constexpr (symbolic_index<Index>) {
    return index_of(r, index_expr(argument));
  } else if constexpr (requires { record_value(&r, argument); }) {
    return index_of(r, record_value(&r, argument));
  } else {
    r.fail(diag::code::index_product,
           "an index is no axis, integer or integer value; write one, or a sum of multiples");
    return -1;
  }
}

/// The axis that an argument names, or no_axis.
template <class Index> constexpr auto plain_axis(Index const&) -> axis_info const* {
  if constexpr (axis_type<Index>) {
    return &Index::info;
  } else {
    return &no_axis;
  }
}

}  // namespace ashlar::expr

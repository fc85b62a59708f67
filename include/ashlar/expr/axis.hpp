// SPDX-License-Identifier: Apache-2.0
//
// expr/axis: the name of a loop variable, and integer constants that are part of a type.
//
//   axis<"i"> i;          its extent follows from the tensors that it indexes
//   axis<"r", 3> r;       0, 1, 2
//   c<2>, 2_c             constants for indices of an expression on the spot: x(2_c * i + c<1>)
//
//   invariants  an axis is its name: two axes of one name are one axis in a definition
#pragma once

#include <ashlar/core/text.hpp>
#include <ashlar/diag/condition.hpp>
#include <ashlar/tensor/extents.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace ashlar {

/// The name of an axis as a template argument: 1 to 23 characters.
struct axis_name {
  char chars[24]{};

  template <std::size_t Size>
  consteval axis_name(char const (&name)[Size]) {  // NOLINT(google-explicit-constructor)
    static_assert(Size > 1 && Size <= 24, "ashlar: the name of an axis has 1 to 23 characters");
    for (std::size_t at = 0; at + 1 < Size; ++at) chars[at] = name[at];
  }
};

/// What an axis says of itself.
struct axis_info {
  name_text name{};
  index_t extent = dynamic_extent;  // dynamic_extent: inferred
};

/// Stands for an index that is more than an axis. (Not a null pointer: with sanitizers, g++ does
/// not compare the address of a template's member in constant evaluation.)
inline constexpr axis_info no_axis{};

/// An axis; Extent is given where no tensor is indexed by it alone.
template <axis_name Name, index_t Extent = dynamic_extent> struct axis {
  static constexpr axis_info info{.name = name_text(static_cast<char const*>(Name.chars)),
                                  .extent = Extent};
  template <class Self = axis> explicit constexpr operator bool() const {
    return diag::truth<Self>();
  }
};

/// An integer that is part of a type.
template <index_t Value> struct index_constant {
  static constexpr index_t value = Value;
};

/// The constant Value in an index: x(i + c<1>).
template <index_t Value> inline constexpr index_constant<Value> c{};

namespace axis_impl {

template <char... Digits> consteval auto number() -> index_t {
  static_assert(((Digits >= '0' && Digits <= '9') && ...) && sizeof...(Digits) <= 18,
                "ashlar: a constant of an index is a decimal number of at most 18 digits");
  index_t sum = 0;
  ((sum = sum * 10 + (Digits - '0')), ...);
  return sum;
}

template <class> inline constexpr bool is_axis = false;
template <axis_name Name, index_t Extent> inline constexpr bool is_axis<axis<Name, Extent>> = true;

template <class> inline constexpr bool is_constant = false;
template <index_t Value> inline constexpr bool is_constant<index_constant<Value>> = true;

}  // namespace axis_impl

namespace literals {

/// 2_c is c<2>.
template <char... Digits>
consteval auto operator""_c() -> index_constant<axis_impl::number<Digits...>()> {
  return {};
}

}  // namespace literals

template <class T> concept axis_type = axis_impl::is_axis<std::remove_cvref_t<T>>;

}  // namespace ashlar

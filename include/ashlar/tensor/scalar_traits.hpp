// SPDX-License-Identifier: Apache-2.0
//
// tensor/scalar_traits: element types of the user's own, which consist of built-in ones.
//
//   template <> struct ash::scalar_traits<q8_8> {       // for struct q8_8 { std::int16_t raw; }
//     using component = std::int16_t;                   // what it is made of, and how many
//     static constexpr int components = 1;
//     using value = fixed;                              // what x(i) is in a kernel: a class
//     static constexpr auto load(ash::traced const* c) -> value { return {c[0]}; }
//     static constexpr void store(value const& v, ash::traced* c) { c[0] = v.raw; }
//   };
//
//   invariants  a scalar is its components, one after the other, and nothing else
#pragma once

#include <ashlar/tensor/dtype.hpp>

#include <concepts>
#include <type_traits>

namespace ashlar {

/// Specialised by the user; see the head of this file.
template <class T> struct scalar_traits;

/// A type of the user's, const or not, that tensors and views can have as their element.
template <class T>
concept user_scalar = requires {
  typename scalar_traits<std::remove_const_t<T>>::component;
  typename scalar_traits<std::remove_const_t<T>>::value;
  { scalar_traits<std::remove_const_t<T>>::components } -> std::convertible_to<int>;
};

/// What tensors and views hold.
template <class T> concept storable = element<T> || user_scalar<T>;

/// How many components a user's scalar has.
template <user_scalar T>
inline constexpr int components_of = scalar_traits<std::remove_const_t<T>>::components;

/// The type of one component, const for a const scalar.
template <user_scalar T>
using component_of =
    std::conditional_t<std::is_const_v<T>,
                       typename scalar_traits<std::remove_const_t<T>>::component const,
                       typename scalar_traits<std::remove_const_t<T>>::component>;

}  // namespace ashlar

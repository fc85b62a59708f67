// SPDX-License-Identifier: Apache-2.0
//
// kernel/operand: what a kernel can be called with, as a view.
//
//   views        themselves          tensors    their view
//   std::span    one dimension       numbers    an input without dimensions
//   invariants  nothing is copied; a view of a number points to the argument of the call
#pragma once

#include <ashlar/tensor/tensor.hpp>
#include <ashlar/tensor/view.hpp>

#include <span>
#include <type_traits>

namespace ashlar::kernel_impl {

template <class T> concept has_view = requires(T& t) { t.as_view(); };

template <class T, std::size_t N> constexpr auto to_view(std::span<T, N> s) { return view(s); }

template <class T> constexpr auto to_view(T& operand) {
  using plain = std::remove_const_t<T>;
  if constexpr (std::is_arithmetic_v<plain> || element<plain>) {
    static_assert(element<plain>, "ashlar[E075] a number of this type cannot be an operand");
    return view<plain const>(&operand);
  } else if constexpr (has_view<T>) {
    return operand.as_view();
  } else {
    static_assert(
        requires { plain::type; },
        "ashlar[E075] an operand is a view, a tensor, a std::span or a number");
    return operand;
  }
}

template <class T> using view_of = decltype(to_view(std::declval<T&>()));

}  // namespace ashlar::kernel_impl

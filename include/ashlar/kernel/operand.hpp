// SPDX-License-Identifier: Apache-2.0
//
// kernel/operand: what a kernel can be called with, as a view.
//
//   views        themselves          tensors    their view
//   std::span    one dimension       numbers    an input without dimensions
//   any of these over a user's scalars: their components, see tensor/scalar_traits
//   invariants  nothing is copied; a view of a number points to the argument of the call
#pragma once

#include <ashlar/expr/user_scalar.hpp>
#include <ashlar/tensor/tensor.hpp>
#include <ashlar/tensor/view.hpp>

#include <span>
#include <type_traits>

namespace ashlar::kernel_impl {

/// The layout of the components of scalars that lie in memory as `l` says.
constexpr auto layout_of_components(layout l, int rank, int count) -> layout {
  for (int d = 0; d < rank; ++d) l.stride[d] *= count;
  if (count > 1) {
    l.stride[rank] = l.strided ? 1 : 0;
    l.dynamic = static_cast<std::uint8_t>(l.dynamic & ((1U << rank) - 1U));
  }
  return l;
}

/// A view of the components: those of one scalar are the last dimension, if there are several.
template <user_scalar T, layout L, index_t... E>
constexpr auto view_of_components(strided_view<T, L, E...> const& v) {
  using scalar = std::remove_const_t<T>;
  constexpr int count = components_of<T>;
  constexpr int rank = sizeof...(E);
  static_assert(rank < max_rank || count == 1, "ashlar[E044] a tensor has 1 to 8 dimensions");
  static_assert(element<component_of<T>> && sizeof(T) == count * sizeof(component_of<T>) &&
                    std::is_trivially_copyable_v<scalar>,
                "ashlar: a user's scalar is its components, one after the other");
  constexpr layout to = layout_of_components(L, rank, count);
  using parts = std::conditional_t<count == 1, strided_view<component_of<T>, to, E...>,
                                   strided_view<component_of<T>, to, E..., index_t{count}>>;
  typename parts::extents_type n{};
  index_t s[max_rank]{};
  for (int d = 0; d < rank; ++d) {
    n.set(d, v.extent(d));
    s[d] = v.stride(d) * count;
  }
  return parts::with_strides(reinterpret_cast<component_of<T>*>(v.data()), n, s);
}

/// The view that the compiler of the kernel knows.
template <class View> constexpr auto plain_view(View const& v) {
  if constexpr (user_scalar<typename View::element_type>) {
    return view_of_components(v);
  } else {
    return v;
  }
}

template <class T> concept has_view = requires(T& t) { t.as_view(); };

template <class T, std::size_t N> constexpr auto to_view(std::span<T, N> s) {
  static_assert(!is_paired<T>, "ashlar[E075] a span of pairs of 4 bits has no extent: pass a view");
  return plain_view(view(s));
}

template <class T> constexpr auto to_view(T& operand) {
  using plain = std::remove_const_t<T>;
  if constexpr (std::is_arithmetic_v<plain> || element<plain>) {
    constexpr bool is_element = element<plain>;  // as a name: clang explains no concept then
    static_assert(is_element, "ashlar[E055] an operand is no long double, and nothing volatile");
    if constexpr (is_element) {
      return view<plain const>(&operand);
    } else {
      return view<float const>();
    }
  } else if constexpr (has_view<T>) {
    return plain_view(operand.as_view());
  } else {
    static_assert(
        requires { plain::type; },
        "ashlar[E075] an operand is a view, a tensor, a std::span or a number");
    return plain_view(operand);
  }
}

/// The element type of an operand as the user knows it.
template <class T> struct element_of_operand {
  using type = T;
};
template <class T>
  requires requires { typename T::element_type; }
struct element_of_operand<T> {
  using type = typename T::element_type;
};

/// The kernel over what view_of says of its operands.
template <auto Kernel, class... Operands>
inline constexpr auto kernel_for =
    expr::kernel_over<Kernel,
                      typename element_of_operand<std::remove_const_t<Operands>>::type...>();

template <class T> using view_of = decltype(to_view(std::declval<T&>()));

}  // namespace ashlar::kernel_impl

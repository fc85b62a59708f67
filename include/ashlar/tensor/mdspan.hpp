// SPDX-License-Identifier: Apache-2.0
//
// tensor/mdspan: std::mdspan, and what has its members, as a view.
//
//   takes       an mdspan with a strided layout whose elements are reached by a plain pointer
//   returns     view<T, E...> where the type says row-major and packed, else a strided view with
//               strides that are known at the call; static extents stay static
//   source      P0009; works with the reference implementation as well, <mdspan> is not needed
#pragma once

#include <ashlar/tensor/view.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <version>

#ifdef __cpp_lib_mdspan
#include <mdspan>
#endif

namespace ashlar {

/// Any mdspan of which a view can be made.
template <class M>
concept strided_mdspan = requires(M const& m) {
  requires std::same_as<decltype(m.data_handle()), typename M::element_type*>;
  requires element<typename M::element_type>;
  requires M::mapping_type::is_always_strided();
  { m.extent(0) } -> std::integral;
  { m.stride(0) } -> std::integral;
  { M::static_extent(0) } -> std::integral;
};

namespace mdspan_impl {

template <class M> constexpr auto is_row_major() -> bool {
#ifdef __cpp_lib_mdspan
  if (std::is_same_v<typename M::layout_type, std::layout_right>) return true;
#endif
  return M::rank() <= 1 && M::mapping_type::is_always_exhaustive();
}

template <class M> constexpr auto layout_of() -> layout {
  return is_row_major<M>() ? row_major : any_strides;
}

template <class M, std::size_t... D> constexpr auto convert(M const& m, std::index_sequence<D...>) {
  using to = strided_view<typename M::element_type, layout_of<M>(),
                          view_impl::extent_of_span<M::static_extent(D)>...>;
  typename to::extents_type n{};
  (n.set(static_cast<int>(D), static_cast<index_t>(m.extent(D))), ...);
  index_t const s[] = {static_cast<index_t>(m.stride(D))..., 0};
  return to::with_strides(m.data_handle(), n, s);
}

}  // namespace mdspan_impl

/// The elements of an mdspan.
template <strided_mdspan M> constexpr auto view_of_mdspan(M const& m) {
  return mdspan_impl::convert(m, std::make_index_sequence<M::rank()>{});
}

}  // namespace ashlar

// SPDX-License-Identifier: Apache-2.0
//
// tensor/view: an operand that is owned by somebody else; a pointer and what the type leaves open.
//
//   strided_view<T, L, E...>   elements of type T with the layout L and the extents E
//   view<T, E...>              the same, row-major and packed; deduces from a pointer and extents
//   takes       a pointer or a std::span; neither is checked here, see tensor/check
//   invariants  copying a view copies no element; a view of static extents is one pointer
//   source      std::mdspan (P0009)
#pragma once

#include <ashlar/core/result.hpp>
#include <ashlar/tensor/indexable.hpp>
#include <ashlar/tensor/operand_type.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>

namespace ashlar {

namespace view_impl {

constexpr auto stride_is_kept(operand_type const& from, operand_type const& to, int d) -> bool {
  return to.contiguous || to.stride[d] == dynamic_stride || to.stride[d] == from.stride[d];
}

// True when each operand of type `from` keeps every promise of `to`.
constexpr auto converts(operand_type const& from, operand_type const& to) -> bool {
  if (from.dt != to.dt || from.rank != to.rank) return false;
  if (from.is_const && !to.is_const) return false;
  if (to.contiguous && !from.contiguous) return false;
  if (from.alignment < to.alignment) return false;
  for (int d = 0; d < from.rank; ++d)
    if (!to.shape[d].accepts_all_of(from.shape[d]) || !stride_is_kept(from, to, d)) return false;
  return true;
}

constexpr auto is_power_of_two(index_t n) -> bool { return n > 0 && (n & (n - 1)) == 0; }

template <std::size_t N>
inline constexpr index_t extent_of_span =
    N == std::dynamic_extent ? dynamic_extent : static_cast<index_t>(N);
template <class> inline constexpr index_t dyn_for = dynamic_extent;
template <std::size_t N> inline constexpr extent span_type[] = {extent(extent_of_span<N>)};

}  // namespace view_impl

/// A non-owning operand: element type T (const for an input), layout L, extents E. Constness is
/// that of a pointer: a const view of non-const elements can be written through.
template <storable T, layout L, index_t... E>
class strided_view : public indexable<strided_view<T, L, E...>> {
  static_assert(L.alignment == 0 || view_impl::is_power_of_two(L.alignment),
                "ashlar: an alignment is a power of two");

 public:
  using element_type = T;
  using value_type = std::remove_const_t<T>;
  using extents_type = ashlar::extents<E...>;
  using indexable<strided_view>::operator();

  static constexpr int rank = extents_type::rank;
  static constexpr int dynamic_rank = extents_type::dynamic_rank;
  static constexpr int dynamic_strides = L.strided ? L.dynamic_count(rank) : 0;
  /// All that the type says, as a value.
  static constexpr operand_type type = make_operand_type<T>(L, extents_type::type, rank);

  /// A null view; its dynamic extents are 0.
  constexpr strided_view() = default;
  /// Elements from `data` on, whose dynamic extents are `n`, in order.
  template <std::integral... N>
    requires(sizeof...(N) == dynamic_rank && dynamic_strides == 0)
  explicit constexpr strided_view(T* data, N... n) : data_(data), extents_(n...) {}
  /// Elements from `data` on, with these extents; `s` are the dynamic strides, in order.
  template <std::integral... S>
    requires(sizeof...(S) == dynamic_strides)
  constexpr strided_view(T* data, extents_type n, S... s) : data_(data), extents_(n) {
    int slot = 0;
    (strides_.set(slot++, static_cast<index_t>(s)), ...);
  }
  /// All elements of a span, in one dimension; its objects are elements, so none of 4 bits.
  template <class U, std::size_t N>
    requires(rank == 1 && type.contiguous && !is_paired<T> &&
             std::is_convertible_v<U (*)[], T (*)[]> &&
             view_impl::converts(make_operand_type<U>(row_major, view_impl::span_type<N>, 1), type))
  constexpr strided_view(std::span<U, N> s) : data_(s.data()) {
    extents_.set(0, static_cast<index_t>(s.size()));
  }
  /// The same elements where this type promises no more than that of the other view.
  template <storable U, layout M, index_t... F>
    requires(view_impl::converts(strided_view<U, M, F...>::type, type) &&
             std::is_convertible_v<U (*)[], T (*)[]>)
  constexpr strided_view(strided_view<U, M, F...> const& other) : data_(other.data()) {
    for (int d = 0; d < rank; ++d) extents_.set(d, other.extent(d));
    if constexpr (dynamic_strides > 0)
      for (int d = 0; d < rank; ++d)
        if (L.is_dynamic(d)) strides_.set(L.dynamic_count(d), other.stride(d));
  }
  /// The elements of an owner, which has to outlive the view.
  template <class Owner>
    requires requires(Owner& o) {
      { o.as_view() } -> std::convertible_to<strided_view<T, L, E...>>;
    }
  constexpr strided_view(Owner& o) : strided_view(o.as_view()) {}

  /// Elements from `data` on; `s` has one stride for each dimension, of which the dynamic are kept.
  static constexpr auto with_strides(T* data, extents_type n, index_t const* s) -> strided_view {
    strided_view v{};
    v.data_ = data;
    v.extents_ = n;
    for (int d = 0; d < rank; ++d)
      if (L.strided && L.is_dynamic(d)) v.strides_.set(L.dynamic_count(d), s[d]);
    return v;
  }

  constexpr auto data() const -> T* { return data_; }
  /// The length of dimension d, 0 <= d < rank.
  constexpr auto extent(int d) const -> index_t { return extents_.extent(d); }
  constexpr auto extents() const -> extents_type { return extents_; }
  /// The distance of neighbours along d, in elements.
  constexpr auto stride(int d) const -> index_t {
    if constexpr (!L.strided) return extents_.row_major_stride(d);
    return L.is_dynamic(d) ? strides_.get(L.dynamic_count(d)) : L.stride[d];
  }
  /// The number of elements; the largest index_t where that does not fit.
  constexpr auto size() const -> index_t { return extents_.size(); }

  /// One element. The indices are not checked.
  template <std::integral... I>
    requires(sizeof...(I) == rank && rank > 0)
  constexpr auto operator()(I... i) const -> reference_to<T> {
    index_t const index[] = {static_cast<index_t>(i)...};
    index_t at = 0;
    for (int d = 0; d < rank; ++d) {
      if constexpr (L.strided)
        at += index[d] * stride(d);
      else
        at = at * extents_.extent(d) + index[d];
    }
    return element_at(data_, at);
  }
  /// The element of an operand without dimensions.
  constexpr auto item() const -> reference_to<T>
    requires(rank == 0)
  {
    return element_at(data_, 0);
  }

 private:
  struct strides_role;
  T* data_ = nullptr;
  [[no_unique_address]] extents_type extents_{};
  [[no_unique_address]] index_list<strides_role, dynamic_strides> strides_{};
};

/// A non-owning operand of packed row-major elements.
template <storable T, index_t... E> class view : public strided_view<T, row_major, E...> {
 public:
  using strided_view<T, row_major, E...>::strided_view;
  constexpr view() = default;
  constexpr view(strided_view<T, row_major, E...> v) : strided_view<T, row_major, E...>(v) {}
};

template <class T, std::integral... N> view(T*, N...) -> view<T, view_impl::dyn_for<N>...>;
template <class T, index_t... E> view(T*, extents<E...>) -> view<T, E...>;
template <class T, std::size_t N> view(std::span<T, N>) -> view<T, view_impl::extent_of_span<N>>;
template <class T, layout L, index_t... E>
  requires(!L.strided)
view(strided_view<T, L, E...>) -> view<T, E...>;

}  // namespace ashlar

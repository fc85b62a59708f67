// SPDX-License-Identifier: Apache-2.0
//
// tensor/cast: views whose type promises more than is known, after a look at the numbers.
//
//   view_cast<To>(from)          the same elements as a To
//   view_over<To>(span, n...)    a packed To over a span that has to be long enough
//   returns     the view, or the first promise of To that is broken
//   errors      those of check_operand, and rank_mismatch, stride_mismatch, span_too_short
#pragma once

#include <ashlar/tensor/check.hpp>
#include <ashlar/tensor/view.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>

namespace ashlar {

namespace cast_impl {

// Assembles a view from run-time extents and strides, and checks every promise of its type.
template <class To>
auto assemble(typename To::element_type* data, index_t const* n, index_t const* s) -> result<To> {
  typename To::extents_type lengths{};
  for (int d = 0; d < To::rank; ++d) {
    if (auto const wrong = check_extent(To::type.shape[d], n[d], -1, d); !wrong) return wrong;
    lengths.set(d, n[d]);
  }
  auto const to = To(To::with_strides(data, lengths, s));
  for (int d = 0; d < To::rank; ++d)
    if (n[d] > 1 && to.stride(d) != s[d] && lengths.size() != 0)
      return status{.code = status_code::stride_mismatch,
                    .dimension = static_cast<std::int16_t>(d),
                    .found = s[d],
                    .expected = to.stride(d)};
  if (auto const wrong = check_operand(to); !wrong) return wrong;
  return to;
}

}  // namespace cast_impl

/// The elements of `from`, a view or a tensor, as the view type To.
template <class To, class From>
  requires(std::is_convertible_v<typename std::remove_reference_t<From>::element_type (*)[],
                                 typename To::element_type (*)[]>)
auto view_cast(From& from) -> result<To> {
  if (To::rank != from.rank)
    return status{.code = status_code::rank_mismatch, .found = from.rank, .expected = To::rank};
  index_t n[max_rank] = {};
  index_t s[max_rank] = {};
  for (int d = 0; d < from.rank; ++d) {
    n[d] = from.extent(d);
    s[d] = from.stride(d);
  }
  return cast_impl::assemble<To>(from.data(), n, s);
}

/// The first elements of a span as the packed view type To with dynamic extents n.
template <class To, class U, std::size_t Length, std::integral... N>
  requires(To::type.contiguous && sizeof...(N) == To::dynamic_rank &&
           std::is_convertible_v<U (*)[], typename To::element_type (*)[]>)
auto view_over(std::span<U, Length> elements, N... n) -> result<To> {
  auto const to = To(elements.data(), n...);
  if (auto const wrong = check_extents(to.extents()); !wrong) return wrong;
  index_t const needed = objects_of<U>(to.size());
  if (static_cast<index_t>(elements.size()) < needed)
    return status{.code = status_code::span_too_short,
                  .found = static_cast<index_t>(elements.size()),
                  .expected = needed};
  if (auto const wrong = check_operand(to); !wrong) return wrong;
  return to;
}

}  // namespace ashlar

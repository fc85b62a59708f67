// SPDX-License-Identifier: Apache-2.0
//
// graph/bind: whether an operand of a call is memory for an input or output of a graph.
//
//   takes       a view, a tensor or a span of the caller, and the tensor it is meant to be
//   returns     the bytes, or the promise that is broken: element type (at compile time), rank,
//               extents, packed row-major order, null
//   invariants  nothing is read or written through the pointer
#pragma once

#include <ashlar/core/result.hpp>
#include <ashlar/graph/graph.hpp>
#include <ashlar/tensor/check.hpp>
#include <ashlar/tensor/view.hpp>

#include <cstddef>
#include <span>
#include <type_traits>

namespace ashlar::graph {

/// The memory of one operand; outputs are written, inputs only read.
struct bound {
  std::byte* data = nullptr;
  std::int64_t bytes = 0;
};

namespace bind_impl {

template <class T, std::size_t N> constexpr auto as_view(std::span<T, N> s) { return view(s); }

template <class T> constexpr auto as_view(T& operand) {
  if constexpr (requires { operand.as_view(); }) {
    return operand.as_view();
  } else {
    return operand;
  }
}

constexpr auto wrong(status_code code, int operand, int dimension, std::int64_t found,
                     std::int64_t expected) -> status {
  return status{.code = code,
                .operand = static_cast<std::int16_t>(operand),
                .dimension = static_cast<std::int16_t>(dimension),
                .found = found,
                .expected = expected};
}

/// A view of one dimension may hold all elements of a tensor of any rank.
template <class View>
constexpr auto check_extents(View const& v, tensor const& t, int operand) -> status {
  if (View::rank == 1 && t.rank != 1) {
    std::int64_t const count = element_count(t);
    if (v.extent(0) == count) return status{};
    return wrong(status_code::extent_mismatch, operand, 0, v.extent(0), count);
  }
  if (View::rank != t.rank) {
    return wrong(status_code::rank_mismatch, operand, -1, View::rank, t.rank);
  }
  for (int d = 0; d < t.rank; ++d) {
    if (v.extent(d) == t.dims[d]) continue;
    return wrong(status_code::extent_mismatch, operand, d, v.extent(d), t.dims[d]);
  }
  return status{};
}

template <class View> constexpr auto check_packed(View const& v, int operand) -> status {
  std::int64_t stride = 1;
  for (int d = View::rank - 1; d >= 0; --d) {
    if (v.extent(d) > 1 && v.stride(d) != stride) {
      return wrong(status_code::stride_mismatch, operand, d, v.stride(d), stride);
    }
    stride *= v.extent(d);
  }
  return status{};
}

}  // namespace bind_impl

/// Binds the operand with number `position` of the call; `writes` says that it is an output.
template <dtype Type, bool Writes, class Operand>
auto bind(Operand& operand, tensor const& t, int position, bound& to) -> status {
  auto const v = bind_impl::as_view(operand);
  using view_type = std::remove_const_t<decltype(v)>;
  using written = typename view_type::element_type;
  static_assert(view_type::type.dt == Type, "ashlar: the operand has another element type");
  static_assert(!Writes || !std::is_const_v<written>, "ashlar: an output must not be const");
  if (status const s = check_operand(v, position); !s.ok()) return s;
  if (status const s = bind_impl::check_extents(v, t, position); !s.ok()) return s;
  if (status const s = bind_impl::check_packed(v, position); !s.ok()) return s;
  using plain = std::remove_const_t<written>;
  to.data = reinterpret_cast<std::byte*>(const_cast<plain*>(v.data()));
  to.bytes = byte_count(t);
  return status{};
}

/// Memory that a run writes must be nobody else's.
constexpr auto check_apart(bound const& a, bound const& b, int first, int second) -> status {
  if (a.bytes == 0 || b.bytes == 0) return status{};
  auto const x = reinterpret_cast<std::uintptr_t>(a.data);
  auto const y = reinterpret_cast<std::uintptr_t>(b.data);
  bool const apart = x < y ? y - x >= static_cast<std::uintptr_t>(a.bytes)
                           : x - y >= static_cast<std::uintptr_t>(b.bytes);
  if (apart) return status{};
  return status{.code = status_code::overlap,
                .operand = static_cast<std::int16_t>(second),
                .found = second,
                .expected = first};
}

}  // namespace ashlar::graph

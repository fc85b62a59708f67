// SPDX-License-Identifier: Apache-2.0
//
// tensor/extents: how long the dimensions of a tensor are, and what the type already knows of it.
//
//   extent          what is known of one dimension: static, dynamic, dynamic multiple of n, dynamic
//                   at most n
//   extents<E...>   the dimensions of one operand; only the dynamic ones take room at run time
//   invariants      equal promises have equal codes, whatever function made them, so that equal
//                   types share their instantiations
//   source          std::extents (P0009); promises on dynamic extents as in Halide's set_bounds
//
// As a template argument an extent is one integer: itself, or a negative code. That keeps symbols
// short, and nvcc writes it into its host code where it fails to write a value of a class.
#pragma once

#include <ashlar/core/overflow.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace ashlar {

/// The type of every extent, stride and index.
using index_t = std::int64_t;

/// The most dimensions an operand can have.
inline constexpr int max_rank = 8;

/// The code of an extent that is known at the call and of which nothing is promised.
inline constexpr index_t dynamic_extent = -1;

/// A dynamic extent as a template argument; see dyn and the functions below.
struct dynamic_promise {
  index_t code = dynamic_extent;
  constexpr operator index_t() const { return code; }
};

namespace extents_impl {

inline constexpr int multiple_bits = 20;
inline constexpr index_t largest_multiple = (index_t{1} << multiple_bits) - 1;
inline constexpr index_t largest_limit = index_t{1} << 42;
inline constexpr index_t first_code = std::numeric_limits<index_t>::min();
inline constexpr index_t no_extent = -2;

}  // namespace extents_impl

/// What is known of one dimension. Converts from the integer of a template argument.
struct extent {
  index_t value = dynamic_extent;  // >= 0: static
  index_t granule = 0;             // dynamic: a multiple of this; 0: of 1
  index_t limit = 0;               // dynamic: at most this; 0: unbounded

  constexpr extent() = default;
  template <std::integral I> constexpr extent(I n) : value(static_cast<index_t>(n)) {
    namespace impl = extents_impl;
    if (value >= dynamic_extent) return;
    auto const promise = value - impl::first_code;
    granule = promise & impl::largest_multiple;
    limit = promise >> impl::multiple_bits;
    value = dynamic_extent;
    if (limit > impl::largest_limit) *this = invalid();
  }
  constexpr extent(dynamic_promise p) : extent(p.code) {}
  /// A dynamic extent, a multiple of `multiple` and at most `most`; 0: nothing is promised.
  static constexpr auto promise(index_t multiple, index_t most) -> extent {
    namespace impl = extents_impl;
    if (multiple < 0 || multiple > impl::largest_multiple || most < 0 || most > impl::largest_limit)
      return invalid();
    extent e{};
    e.granule = multiple == 1 ? 0 : multiple;
    e.limit = most;
    return e;
  }
  /// An extent that no operand can have.
  static constexpr auto invalid() -> extent {
    extent e{};
    e.value = extents_impl::no_extent;
    return e;
  }

  constexpr auto is_static() const -> bool { return value >= 0; }
  constexpr auto is_dynamic() const -> bool { return value < 0; }
  constexpr auto is_valid() const -> bool { return value >= dynamic_extent; }
  /// The extent, or none of one that no operand can have.
  constexpr auto or_nothing() const -> extent { return is_valid() ? *this : extent(0); }
  /// The largest n of which this extent is known to be a multiple.
  constexpr auto multiple() const -> index_t {
    return is_static() ? value : granule == 0 ? 1 : granule;
  }
  /// The largest value it can have; -1 when nothing is known.
  constexpr auto at_most() const -> index_t {
    return is_static() ? value : limit == 0 ? -1 : limit;
  }
  /// True when the type proves that n divides it.
  constexpr auto is_multiple_of(index_t n) const -> bool { return n != 0 && multiple() % n == 0; }
  /// True when a dimension of n elements keeps every promise.
  constexpr auto accepts(index_t n) const -> bool {
    if (is_static()) return n == value;
    return n >= 0 && (granule == 0 || n % granule == 0) && (limit == 0 || n <= limit);
  }
  /// True when the promises prove that every length that `from` accepts is accepted here.
  constexpr auto accepts_all_of(extent from) const -> bool {
    if (from.is_static()) return accepts(from.value);
    return is_dynamic() && from.multiple() % multiple() == 0 &&
           (limit == 0 || (from.limit != 0 && from.limit <= limit));
  }
  /// The integer which stands for it as a template argument.
  constexpr auto code() const -> index_t {
    namespace impl = extents_impl;
    if (!is_dynamic() || !is_valid() || (granule == 0 && limit == 0)) return value;
    return impl::first_code + (limit << impl::multiple_bits) + granule;
  }

  friend constexpr auto operator==(extent const&, extent const&) -> bool = default;
};

/// An extent that is known at the call.
inline constexpr dynamic_promise dyn{};

/// A dynamic extent which is a multiple of n, 1 <= n < 2^20, and at most `most`, up to 2^42, when
/// that is given.
constexpr auto dyn_multiple_of(index_t n, index_t most = 0) -> dynamic_promise {
  return dynamic_promise{extent::promise(n < 1 ? -1 : n, most).code()};
}

/// A dynamic extent of 0 to n elements, 1 <= n <= 2^42.
constexpr auto dyn_at_most(index_t n) -> dynamic_promise {
  return dynamic_promise{extent::promise(1, n < 1 ? -1 : n).code()};
}

/// N numbers which are known at the call; nothing when N is 0. Role keeps two empty ones apart, so
/// that both take no room in one class.
template <class Role, int N> struct index_list {
  index_t at[static_cast<std::size_t>(N)] = {};
  constexpr auto get(int i) const -> index_t { return at[i]; }
  constexpr void set(int i, index_t n) { at[i] = n; }
};
template <class Role> struct index_list<Role, 0> {
  constexpr auto get(int) const -> index_t { return 0; }
  constexpr void set(int, index_t) {}
};

namespace extents_impl {

// The place of each dynamic dimension among those.
struct slot_list {
  int of[max_rank] = {};
  constexpr slot_list(extent const* type, int rank) {
    int slot = 0;
    for (int d = 0; d < rank; ++d) of[d] = type[d].is_dynamic() ? slot++ : 0;
  }
};

// In a function, as a class that an assertion failed in is no constant for clang, and each use of
// it another error.
template <index_t... E> consteval auto checked_rank() -> int {
  constexpr bool has_place = sizeof...(E) <= max_rank;  // as a name: clang explains no number then
  static_assert(has_place, "ashlar[E044] an operand has at most 8 dimensions");
  static_assert((ashlar::extent(E).is_valid() && ...),
                "ashlar[E071] an extent is 0 or more, dyn, dyn_multiple_of(n) or dyn_at_most(n)");
  return sizeof...(E) <= max_rank ? static_cast<int>(sizeof...(E)) : 0;
}

}  // namespace extents_impl

/// The dimensions of an operand, outermost first.
template <index_t... E> class extents {
 public:
  static constexpr int rank = extents_impl::checked_rank<E...>();
  static constexpr int dynamic_rank =
      (0 + ... + static_cast<int>(E < 0 && ashlar::extent(E).is_valid()));
  // One more than the rank, as C++ has no arrays of length zero.
  static constexpr ashlar::extent type[sizeof...(E) + 1] = {ashlar::extent(E).or_nothing()...,
                                                            ashlar::extent(0)};

  constexpr extents() = default;
  /// The dynamic extents, in order.
  template <std::integral... N>
    requires(sizeof...(N) == dynamic_rank && dynamic_rank > 0)
  explicit constexpr extents(N... n) {
    int slot = 0;
    (dynamic_.set(slot++, static_cast<index_t>(n)), ...);
  }

  /// The length of dimension d.
  constexpr auto extent(int d) const -> index_t {
    return type[d].is_static() ? type[d].value : dynamic_.get(slots.of[d]);
  }
  /// Sets the length of a dynamic dimension; a static one stays as it is.
  constexpr void set(int d, index_t n) {
    if (type[d].is_dynamic()) dynamic_.set(slots.of[d], n);
  }
  /// The number of elements; the largest index_t where that does not fit.
  constexpr auto size() const -> index_t { return product_from(0); }
  /// The distance of neighbours along d in row-major order, in elements.
  constexpr auto row_major_stride(int d) const -> index_t { return product_from(d + 1); }

  friend constexpr auto operator==(extents const& a, extents const& b) -> bool {
    for (int d = 0; d < rank; ++d)
      if (a.extent(d) != b.extent(d)) return false;
    return true;
  }

 private:
  static constexpr extents_impl::slot_list slots{type, rank};

  constexpr auto product_from(int d) const -> index_t {
    index_t product = 1;
    // An empty dimension makes the whole empty, even where the others would overflow.
    for (int at = d; at < rank; ++at)
      if (extent(at) == 0) return 0;
    for (; d < rank; ++d) product = saturating_product(product, extent(d));
    return product;
  }

  struct extents_role;
  [[no_unique_address]] index_list<extents_role, dynamic_rank> dynamic_{};
};

}  // namespace ashlar

// SPDX-License-Identifier: Apache-2.0
//
// schedule/memory_order: how the elements of a copy lie in memory, as the user says it.
//
//   packed("j", 64)                                      [j / 64][k][j % 64] for b(k, j)
//   packed("i", 6, "k", 16)                              [i / 6][k / 16][i % 6][k % 16]
//   ordered("j", "k")                                    [j][k]: the copy is a transpose
//   ordered(dim("j") / 64, "k", dim("j") % 64)           the same as packed("j", 64)
//   packed("j", 64).pad(0)                               the rest of the last block is 0
//
//   invariants  a resolved order is a bijection: each dimension is there whole, or once divided and
//               once as the rest of the same block; a last block that is not full is padded
//   names       TVM: transform_layout; Halide: reorder_storage for orders without blocks
#pragma once

#include <ashlar/schedule/loops.hpp>

#include <concepts>
#include <limits>
#include <type_traits>

ASHLAR_COMPILER_BEGIN

namespace ashlar {

/// One part of a memory order: a dimension, whole, divided by a block or its rest in the block.
struct order_item {
  enum class part : std::uint8_t { whole, quotient, rest, others };
  name_text dim{};
  part what = part::whole;
  std::int64_t block = 1;

  constexpr order_item() = default;
  constexpr order_item(char const* name) : dim(name) {}  // NOLINT(google-explicit-constructor)
  constexpr order_item(name_text const& name, part which, std::int64_t size)
      : dim(name), what(which), block(size) {}

  friend constexpr auto operator/(order_item const& d, std::int64_t n) -> order_item {
    return order_item(d.dim, part::quotient, n);
  }
  friend constexpr auto operator%(order_item const& d, std::int64_t n) -> order_item {
    return order_item(d.dim, part::rest, n);
  }
  friend constexpr auto operator==(order_item const&, order_item const&) -> bool = default;
};

/// A dimension of a tensor, by the name of the axis that indexes it, or "d0", "d1", ...
constexpr auto dim(std::string_view name) -> order_item {
  return order_item(name_text(name), order_item::part::whole, 1);
}

/// What the rest of a block holds: a whole number, or an infinity of the sign of `number`.
struct padding_value {
  enum class kind : std::uint8_t { none, whole, infinite, other };
  kind what = kind::none;
  std::int64_t number = 0;

  constexpr padding_value() = default;
  template <class T>
    requires(std::is_arithmetic_v<T>)
  constexpr padding_value(T v) {  // NOLINT(google-explicit-constructor)
    constexpr auto most = std::int64_t{1} << 40;
    bool const is_small =
        v >= static_cast<T>(0) ? v <= static_cast<T>(0) || v / 2 <= most / 2 : v / 2 >= -(most / 2);
    what = is_small ? kind::whole : kind::other;
    if (is_small) number = static_cast<std::int64_t>(v);
    if constexpr (std::is_floating_point_v<T>) {
      if (is_small && static_cast<T>(number) != v) what = kind::other;
      constexpr T largest = std::numeric_limits<T>::max();
      if (v > largest || v < -largest) {
        what = kind::infinite;
        number = v > 0 ? 1 : -1;
      }
    }
  }
  friend constexpr auto operator==(padding_value const&, padding_value const&) -> bool = default;
};

/// The order of a stage in memory, outermost first; empty: row-major.
struct memory_order {
  static_vector<order_item, max_rank> items{};
  padding_value padding{};

  /// The same, and blocks that the last elements do not fill hold this value: each dimension that
  /// has blocks goes on to the next multiple.
  constexpr auto pad(padding_value v) const -> memory_order {
    memory_order r = *this;
    r.padding = v;
    return r;
  }
  friend constexpr auto operator==(memory_order const&, memory_order const&) -> bool = default;
};

/// The dimensions in this order.
template <std::convertible_to<order_item>... Items>
  requires(sizeof...(Items) >= 1 && sizeof...(Items) <= max_rank)
constexpr auto ordered(Items const&... items) -> memory_order {
  memory_order o{};
  (o.items.push_back(order_item(items)), ...);
  return o;
}

/// Blocks of one dimension: outermost the number of the block, innermost the place in it.
constexpr auto packed(std::string_view name, std::int64_t block) -> memory_order {
  order_item const others(name_text{}, order_item::part::others, 1);
  return ordered(dim(name) / block, others, dim(name) % block);
}

/// Blocks of two dimensions.
constexpr auto packed(std::string_view a, std::int64_t block_a, std::string_view b,
                      std::int64_t block_b) -> memory_order {
  order_item const others(name_text{}, order_item::part::others, 1);
  return ordered(dim(a) / block_a, dim(b) / block_b, others, dim(a) % block_a, dim(b) % block_b);
}

}  // namespace ashlar

namespace ashlar::scheduling {

namespace memory_order_impl {

using layout = static_vector<tir::layout_dim, max_rank>;

struct resolver {
  program& p;
  tir::stage const& s;  // its pure axes are the dimensions
  layout out{};

  constexpr auto fail(diag::message const& m) const -> bool {
    p.fail(diag::code::bad_layout, m);
    return false;
  }
  constexpr auto sentence() const -> diag::message {
    diag::message m{};
    m << "layout of " << s.name << ": ";
    return m;
  }
  constexpr void list_dims(diag::message& m) const {
    m << "; dimensions: ";
    for (int d = 0; d < s.pure.count; ++d) m << (d == 0 ? "" : ", ") << p.axes[s.pure[d]].name;
  }
  constexpr auto find(name_text const& name) const -> int {
    for (int d = 0; d < s.pure.count; ++d) {
      if (p.axes[s.pure[d]].name == name) return d;
    }
    return -1;
  }
  constexpr auto is_named(memory_order const& o, int d) const -> bool {
    for (auto const& i : o.items) {
      if (i.what != order_item::part::others && find(i.dim) == d) return true;
    }
    return false;
  }
  constexpr auto add(int d, bool inner, std::int64_t block) -> bool {
    if (out.full()) return fail(sentence() << "it has more than 8 parts");
    out.push_back(
        tir::layout_dim{.dim = static_cast<std::int8_t>(d), .inner = inner, .block = block});
    return true;
  }
  constexpr auto add(memory_order const& o, order_item const& i) -> bool {
    using enum order_item::part;
    if (i.what == others) {
      for (int d = 0; d < s.pure.count; ++d) {
        if (!is_named(o, d) && !add(d, false, 1)) return false;
      }
      return true;
    }
    int const d = find(i.dim);
    auto m = sentence();
    if (d < 0) {
      m << "it has no dimension " << i.dim;
      list_dims(m);
      return fail(m);
    }
    if (i.block < 1 || i.block > max_factor) {
      m << "block " << i.block << " of " << i.dim << ": a block is at least 1 and at most "
        << max_factor;
      return fail(m);
    }
    return add(d, i.what == rest, i.block);
  }
  // Each dimension whole, or as quotient and rest of one block.
  constexpr auto is_bijective() const -> bool {
    for (int d = 0; d < s.pure.count; ++d) {
      int quotients = 0;
      int rests = 0;
      std::int64_t blocks[2] = {1, 1};
      for (auto const& l : out) {
        if (l.dim != d) continue;
        blocks[l.inner ? 1 : 0] = l.block;
        (l.inner ? rests : quotients) += 1;
      }
      if (quotients == 1 && rests <= 1 && blocks[0] == blocks[1]) continue;
      auto m = sentence();
      name_text const& name = p.axes[s.pure[d]].name;
      m << name << " must be there once, or as " << name << " / n and " << name
        << " % n with one n; it has " << quotients << " of the first and " << rests
        << " of the second kind";
      return fail(m);
    }
    return true;
  }
};

}  // namespace memory_order_impl

/// Gives the stage's buffer the order. Errors: E027.
constexpr void set_layout(program& p, int stage, memory_order const& o) {
  if (!p.fault.ok() || o.items.empty()) return;
  memory_order_impl::resolver r{.p = p, .s = p.stages[stage]};
  for (auto const& i : o.items) {
    if (!r.add(o, i)) return;
  }
  if (r.is_bijective()) p.buffers[p.stages[stage].buffer].layout = r.out;
}

}  // namespace ashlar::scheduling

ASHLAR_COMPILER_END

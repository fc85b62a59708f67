// SPDX-License-Identifier: Apache-2.0
//
// expr/extent_class: which dimensions and axes have one extent, and what is known of it.
//
//   takes       pairs of dimensions and axes that must agree, because an axis indexes both
//   returns     classes, each with the dimension that knows most: a static extent, then the
//               greatest promised multiple, then a bound
//   errors      E034 where two static extents of one class differ
//   source      disjoint sets (Galler, Fischer, "An improved equivalence algorithm", CACM 1964)
#pragma once

#include <ashlar/expr/plan.hpp>

ASHLAR_COMPILER_BEGIN

namespace ashlar::expr {

inline constexpr int max_classes = 4 * limits::buffers;

/// The class of a dimension or an axis. Only the representative's extent counts.
struct extent_class {
  std::int16_t parent = -1;  // -1: the representative
  bool is_known = false;
  extent value{};
  handle buffer = -1;  // the dimension that knows it; -1: the declaration of `axis`
  std::int8_t dim = 0;
  handle axis = -1;
};

/// The classes of all dimensions, and of the axes of the draft at hand.
struct extent_classes {
  static_vector<extent_class, max_classes> all{};
  handle first_of_buffer[limits::buffers]{};  // class of dimension 0
  handle first_reduced[limits::stages]{};     // class of the first reduced axis of a draft

  constexpr auto find(int at) const -> int {
    while (all[at].parent >= 0) at = all[at].parent;
    return at;
  }
  constexpr auto known(int at) const -> extent_class const& { return all[find(at)]; }
  constexpr auto of_dim(int buffer, int d) const -> int { return first_of_buffer[buffer] + d; }
  /// The class of an axis in a draft, -1 where the draft does not have it.
  constexpr auto of_axis(plan const& p, int draft_at, int axis) const -> int {
    auto const& d = p.drafts[draft_at];
    for (int n = 0; n < d.pure.count; ++n) {
      if (d.pure[n] == axis) return of_dim(d.buffer, n);
    }
    for (int n = 0; n < d.reduced.count; ++n) {
      if (d.reduced[n] == axis) return first_reduced[draft_at] + n;
    }
    return -1;
  }
};

namespace extent_class_impl {

constexpr void say_where(recorder const& r, extent_class const& c, diag::message& m) {
  if (c.buffer >= 0) {
    m << "dimension " << int{c.dim} << " of " << r.buffers[c.buffer].name;
  } else {
    m << "its declaration";
  }
}

constexpr void fail_extents(recorder& r, extent_class const& a, extent_class const& b, int axis) {
  auto m = diag::message{} << "axis " << r.axis_name(axis) << " is " << a.value.value << " in ";
  say_where(r, a, m);
  m << ", but " << b.value.value << " in ";
  say_where(r, b, m);
  r.fail(diag::code::extent_mismatch, m << "; make them equal, or use two axes");
}

// True where a says more than b.
constexpr auto knows_more(extent_class const& a, extent_class const& b) -> bool {
  if (a.is_known != b.is_known) return a.is_known;
  if (a.value.is_static() != b.value.is_static()) return a.value.is_static();
  if (a.value.is_static()) return false;
  if (a.value.multiple() != b.value.multiple()) return a.value.multiple() > b.value.multiple();
  return a.value.at_most() >= 0 && b.value.at_most() < 0;
}

}  // namespace extent_class_impl

/// Makes two classes one, because `axis` runs over both.
constexpr void unite(recorder& r, extent_classes& c, int x, int y, int axis) {
  int a = c.find(x);
  int b = c.find(y);
  if (a == b) return;
  auto const& ka = c.all[a];
  auto const& kb = c.all[b];
  if (ka.is_known && kb.is_known && ka.value.is_static() && kb.value.is_static() &&
      ka.value.value != kb.value.value) {
    extent_class_impl::fail_extents(r, ka, kb, axis);
  }
  if (extent_class_impl::knows_more(kb, ka)) {
    int const t = a;
    a = b;
    b = t;
  }
  c.all[b].parent = static_cast<std::int16_t>(a);
}

/// A class for each dimension of a buffer and for each reduced axis of a draft.
constexpr void open_classes(recorder& r, plan const& p, extent_classes& c) {
  int need = 0;
  for (auto const& buffer : r.buffers) need += buffer.type.rank;
  for (auto const& d : p.drafts) {
    need += d.reduced.count;
    for (handle const axis : d.pure) need += static_cast<int>(r.axes[axis]->extent >= 0);
    for (handle const axis : d.reduced) need += static_cast<int>(r.axes[axis]->extent >= 0);
  }
  if (need > max_classes) return r.fail_full("buffers", limits::buffers);
  for (int b = 0; b < r.buffers.count; ++b) {
    c.first_of_buffer[b] = static_cast<handle>(c.all.count);
    auto const& buffer = r.buffers[b];
    for (int d = 0; d < buffer.type.rank; ++d) {
      c.all.push_back(extent_class{.is_known = buffer.is_operand,
                                   .value = buffer.type.shape[d],
                                   .buffer = static_cast<handle>(b),
                                   .dim = static_cast<std::int8_t>(d)});
    }
  }
  for (int at = 0; at < p.drafts.count; ++at) {
    c.first_reduced[at] = static_cast<handle>(c.all.count);
    for (handle const axis : p.drafts[at].reduced) c.all.push_back(extent_class{.axis = axis});
  }
}

}  // namespace ashlar::expr

ASHLAR_COMPILER_END

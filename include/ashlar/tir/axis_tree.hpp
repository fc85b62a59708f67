// SPDX-License-Identifier: Apache-2.0
//
// tir/axis_tree: how loops relate to the axes that they were made of.
//
//   split k: ko, ki     ko and ki are parts of k; ki is the inner one
//   fuse ko, i: c       c is a part of ko and of i, and so of k
#pragma once

#include <ashlar/tir/program.hpp>

namespace ashlar::tir {

/// True if `a` is `of`, or an axis that it became, alone or fused with others.
constexpr auto is_part_of(program const& p, int a, int of) -> bool {
  axis const& x = p.axes[a];
  if (a == of) return true;
  if (x.parent >= 0) return is_part_of(p, x.parent, of);
  return x.first >= 0 && (is_part_of(p, x.first, of) || is_part_of(p, x.second, of));
}

/// True if `a` is in the inner part of a split, and `b` in the outer part of the same.
constexpr auto is_inner_of(program const& p, int a, int b) -> bool {
  axis const& x = p.axes[a];
  if (x.parent >= 0) {
    axis const& whole = p.axes[x.parent];
    bool const is_inner = whole.inner == a && is_part_of(p, b, whole.outer);
    return is_inner || is_inner_of(p, x.parent, b);
  }
  return x.first >= 0 && (is_inner_of(p, x.first, b) || is_inner_of(p, x.second, b));
}

}  // namespace ashlar::tir

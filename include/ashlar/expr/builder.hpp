// SPDX-License-Identifier: Apache-2.0
//
// expr/builder: what the steps that make a program share.
//
//   axis_of        the loop variable of each recorded axis, in the stage that is being built
//   plain_index    the sum that is this variable alone, once it exists
//   expr_of        the expression of each recorded value, in the stage that is being built
#pragma once

#include <ashlar/expr/infer.hpp>
#include <ashlar/tir/bounds.hpp>

namespace ashlar::expr {

struct builder {
  recorder& rec;
  plan const& drafts;
  extent_classes const& extents;
  tir::program& out;
  handle axis_of[max_axes]{};
  handle plain_index[max_axes]{};
  handle expr_of[limits::exprs]{};
  tir::context loops{};
  bool loops_are_open = false;

  /// True if the program has room for `need` more; otherwise it fails.
  template <class T, std::size_t N>
  constexpr auto has_room(static_vector<T, N> const& in, int need, char const* limit) -> bool {
    if (need > in.capacity() - in.count) rec.fail_full(limit, in.capacity());
    return rec.ok();
  }
  constexpr void add(tir::check const& c) {
    if (has_room(out.checks, 1, "checks")) out.checks.push_back(c);
  }
};

}  // namespace ashlar::expr

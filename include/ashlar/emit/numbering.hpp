// SPDX-License-Identifier: Apache-2.0
//
// emit/numbering: new handles for those that are in use, in the order in which they are met.
//
//   takes       old handles, one after the other
//   returns     the new handle of an old one, and the old one of a new one
#pragma once

#include <ashlar/tir/program.hpp>

#include <cstddef>

namespace ashlar::emit::code_impl {

using namespace tir;
using tir::axis;
using tir::expr;

// Old handle -> new handle + 1, and the order of the new ones.
template <std::size_t N> struct numbering {
  handle to[N]{};
  handle from[N]{};
  int count = 0;

  constexpr auto add(handle h) -> bool {
    if (to[h] > 0) return false;
    from[count++] = h;
    to[h] = static_cast<handle>(count);
    return true;
  }
  constexpr auto at(handle h) const -> handle {
    return h < 0 ? handle{-1} : static_cast<handle>(to[h] - 1);
  }
};

}  // namespace ashlar::emit::code_impl

// SPDX-License-Identifier: Apache-2.0
//
// tensor/indexable: access by axes, x(i, j + 1), on everything that is an operand.
//
//   takes       at least one index that is not an integer, or none at all for a scalar operand
//   returns     what expr_access(operand, indices...) returns; the expression layer declares it,
//               in this namespace or in that of its index types
//   invariants  access by integers alone never comes here: that is an element
#pragma once

#include <concepts>

namespace ashlar {

/// Base of view and tensor; Derived is the operand. A const operand is passed as const.
template <class Derived> struct indexable {
  template <class... Index>
    requires(sizeof...(Index) == 0 || !(std::integral<Index> && ...))
  constexpr auto operator()(Index const&... index) const& {
    return expr_access(static_cast<Derived const&>(*this), index...);
  }
  template <class... Index>
    requires(sizeof...(Index) == 0 || !(std::integral<Index> && ...))
  constexpr auto operator()(Index const&... index) & {
    return expr_access(static_cast<Derived&>(*this), index...);
  }

  friend constexpr auto operator==(indexable const&, indexable const&) -> bool = default;
};

}  // namespace ashlar

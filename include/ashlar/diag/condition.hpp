// SPDX-License-Identifier: Apache-2.0
//
// diag/condition: what C++ asks an axis, an index or an expression on the spot for, where it is a
// condition.
//
//   y(i) = i < 3 ? x(i) : 0      does not compile, and says ash::select
//
//   takes       the type that was asked, so that nothing is said before anyone asks
//   returns     true, and E073. There is nothing yet that could note the fault down, as it is where
//               a value of a kernel is asked
//   invariants  kernel/kernel.hpp includes it first: compilers print the way to a header
#pragma once

#include <type_traits>

namespace ashlar::diag {

template <class Asked> constexpr auto truth() -> bool {
  constexpr bool is_known = std::is_void_v<Asked>;
  static_assert(
      is_known,
      "ashlar[E073] if, while and ?: cannot ask for a value that is computed at the call; "
      "write ash::select(condition, a, b)");
  return true;
}

}  // namespace ashlar::diag

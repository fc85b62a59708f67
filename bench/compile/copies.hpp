// SPDX-License-Identifier: Apache-2.0
//
// copies: ASHLAR_COPIES kernels of one kind, made different by an extent.
#pragma once

#include <ashlar/ashlar.hpp>
#include <utility>

namespace copies {

inline constexpr ashlar::axis<"i"> i;
inline constexpr ashlar::axis<"j"> j;
inline constexpr ashlar::axis<"k"> k;

/// Calls make<N>(pointers) for N = 0 ... ASHLAR_COPIES - 1; false if a kernel refuses its operands.
template <class Make, class... Pointers> auto run_all(Make make, Pointers... pointers) -> bool {
  return [&]<int... N>(std::integer_sequence<int, N...>) {
    return (make.template operator()<N>(pointers...).ok() && ...);
  }(std::make_integer_sequence<int, ASHLAR_COPIES>{});
}

}  // namespace copies

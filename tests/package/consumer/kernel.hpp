// SPDX-License-Identifier: Apache-2.0
#pragma once

#if __has_include(<ashlar/ashlar.hpp>)
#include <ashlar/ashlar.hpp>
#else
#include <ashlar.hpp>  // the single header
#endif

namespace ash = ashlar;

// Both translation units instantiate this kernel; the linker keeps one.
constexpr auto axpy = [](auto y, auto x) {
  constexpr ash::axis<"i"> i;
  y(i) = 2.0f * x(i) + 1.0f;
};

using vector = ash::tensor<float, 100>;

// Defined in other.cpp.
bool run_elsewhere(vector& y, vector const& x);
bool run_mine_elsewhere(vector& y, vector const& x);

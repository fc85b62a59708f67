// SPDX-License-Identifier: Apache-2.0

// As old headers define them, before ours; they mean the same afterwards.
#include <limits>
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define small char
#define I broken I
#define N broken N
#define Complex broken Complex

#include "kernel.hpp"

static_assert(max(1, 2) == 2 && min(1, 2) == 1 && sizeof(small) == 1);

namespace {

// main.cpp has another one of this name.
constexpr auto mine = [](auto y, auto x) {
  constexpr ash::axis<"i"> i;
  y(i) = (ash::max)(x(i), 50.0f);
};

}  // namespace

bool run_elsewhere(vector& y, vector const& x) { return ash::kernel<axpy>{}(y, x).ok(); }

bool run_mine_elsewhere(vector& y, vector const& x) { return ash::kernel<mine>{}(y, x).ok(); }

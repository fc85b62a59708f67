// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline ash::tensor<std::int32_t, 64> n, n2;

constexpr auto wrong = [](auto out, auto left) {
#if ASHLAR_CASE == 0
  out(i) = ash::abs(left(i));
#endif
// EXPECT: ashlar\[E048\] the function takes a floating point type
// ALSO: sqrt of i32 arg1; write ash::cast
#if ASHLAR_CASE == 1
  out(i) = ash::sqrt(left(i));
#endif
};

int main() { return ash::kernel<wrong>{}(n, n2).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
  ash::traced scale = 2.0f;
#if ASHLAR_CASE == 0
  out(i, j) = ash::sqrt(left(i, 0)) * (scale + 1);
#endif
// EXPECT: ashlar\[E074\] a function of a kernel takes a value; of numbers alone it is one of C\+\+
// ALSO: sqrt of numbers alone is no operation of a kernel; write the result, or a function of
#if ASHLAR_CASE == 1
  out(i, j) = left(i, 0) * ash::sqrt(scale);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

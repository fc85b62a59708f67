// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = left(i, 0) + 16777216 * right(0, j);
#endif
// EXPECT: ashlar\[E042\] a constant must be representable in the element type
// ALSO: the constant 16777217 is not a value of f32; cast the tensor to a wider type
#if ASHLAR_CASE == 1
  out(i, j) = left(i, 0) + 16777217 * right(0, j);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0 || ASHLAR_CASE > 2
  out(i, j) = ash::select(left(i, 0) > 0, left(i, 0), right(0, j));
#endif
// EXPECT: ashlar\[E073\] if, while and \?: cannot ask for a value that is computed at the call
// ALSO: a condition is bool, which is computed at the call; write ash::select\(condition, a, b\)
#if ASHLAR_CASE == 1
  if (left(i, 0) > 0) out(i, j) = left(i, 0);
#endif
// EXPECT: ashlar\[E073\] if, while and \?: cannot ask for a value that is computed at the call
// ALSO: a condition is f32 arg1, which is computed at the call
#if ASHLAR_CASE == 2
  out(i, j) = left(i, 0) ? left(i, 0) : right(0, j);
#endif
};

int main() {
// EXPECT: ashlar\[E073\] if, while and \?: cannot ask for a value that is computed at the call
#if ASHLAR_CASE == 3
  (void)(y(i, j) = i < 3 ? y(i, j) + 1 : y(i, j) + 2);
#endif
// EXPECT: ashlar\[E073\] if, while and \?: cannot ask for a value that is computed at the call
#if ASHLAR_CASE == 4
  (void)(y(i, j) = i ? y(i, j) + 1 : y(i, j) + 2);
#endif
  return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/run.hpp>

constexpr ashlar::axis<"i"> i;
using integers = ashlar::tensor<int, 8>;

constexpr auto shifted = [](auto y, auto x) {
#if ASHLAR_CASE == 0
  y(i) = x(i) << 31;
#endif
// EXPECT: ashlar\[E054\] a shift is by a constant number of bits, fewer than the value has
// ALSO: i32 arg1 << 32: write a number of bits from 0 to 31
#if ASHLAR_CASE == 1
  y(i) = x(i) << 32;
#endif
// EXPECT: ashlar\[E054\] a shift is by a constant number of bits, fewer than the value has
// ALSO: i32 arg1 >> i32 arg1: the number of bits is not known while compiling
#if ASHLAR_CASE == 2
  y(i) = x(i) >> x(i);
#endif
#if ASHLAR_CASE == 3
  y(i) = x(i);
#endif
};

int main() {
  integers y;
  integers const x;
#if ASHLAR_CASE == 0
  if (!ashlar::run(y(i) = x(i) << ashlar::c<3>)) return 1;
#endif
// EXPECT: ashlar\[E054\] a shift is by a constant number of bits, fewer than the value has
// ALSO: write one from 0 to 31, on the spot as ash::c<1>
#if ASHLAR_CASE == 3
  if (!ashlar::run(y(i) = x(i) << 3)) return 1;
#endif
  return ashlar::kernel<shifted>{}(y, x).ok() ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = left(i, 0) * 2.0 + right(0, j);
#endif
// EXPECT: ashlar\[E055\] numbers are bool, integers of up to 64 bits, and floats of 16, 32 and 64
// ALSO: a number has more than 64 bits, as a long double; write a float, a double or a std::int64_t, as in 2.0f
#if ASHLAR_CASE == 1
  out(i, j) = left(i, 0) * 2.0L + right(0, j);
#endif
// EXPECT: ashlar\[E055\] numbers are bool, integers of up to 64 bits, and floats of 16, 32 and 64
// ALSO: a number is volatile, so it is not known while compiling; copy it
#if ASHLAR_CASE == 2
  float volatile factor = 2;
  out(i, j) = left(i, 0) * factor + right(0, j);
#endif
// EXPECT: ashlar\[E055\] numbers are bool, integers of up to 64 bits, and floats of 16, 32 and 64
// ALSO: a cast is to a type that no element has
#if ASHLAR_CASE == 3
  out(i, j) = ash::cast<long double>(left(i, 0)) + right(0, j);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

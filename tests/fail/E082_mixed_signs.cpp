// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline ash::tensor<std::int64_t, 64> sum64;
inline ash::tensor<std::int32_t, 64> n;
inline ash::tensor<std::uint32_t, 64> u;

constexpr auto wrong = [](auto out, auto left, auto right) {
#if ASHLAR_CASE == 0
  out(i) = ash::cast<std::int64_t>(left(i)) + ash::cast<std::int64_t>(right(i));
#endif
// EXPECT: ashlar\[E082\] integers with a sign and without one do not mix without a cast
// ALSO: \+ of i32 arg1, which may be -2147483648, and u32 arg2, which may be 4294967295; write ash::cast<std::int64_t>\(...\) around both
#if ASHLAR_CASE == 1
  out(i) = ash::cast<std::int64_t>(left(i) + right(i));
#endif
// EXPECT: ashlar\[E082\] integers with a sign and without one do not mix without a cast
// ALSO: arg0 is i64, its definition is u32 arg2; write ash::cast<T>\(...\), which keeps every number
#if ASHLAR_CASE == 2
  out(i) = right(i);
#endif
};

int main() { return ash::kernel<wrong>{}(sum64, n, u).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline ash::tensor<std::int8_t, 64> small;
inline ash::tensor<float, 64> single;
inline ash::tensor<std::int32_t, 64> n;
inline ash::tensor<double, 64> d;

constexpr auto wrong = [](auto out, auto rounded, auto whole, auto precise) {
#if ASHLAR_CASE == 0
  out(i) = ash::saturate_cast<std::int8_t>(whole(i));
  rounded(i) = ash::cast<float>(precise(i));
#endif
// EXPECT: ashlar\[E081\] a value is not stored in a narrower type without a cast
// ALSO: arg0 is i8, its definition is i32 arg2, which may be -2147483648; write ash::saturate_cast<T>\(...\) to stop at -128 and 127, or ash::cast<T>\(...\) to wrap
#if ASHLAR_CASE == 1
  out(i) = whole(i);
  rounded(i) = ash::cast<float>(precise(i));
#endif
// EXPECT: ashlar\[E081\] a value is not stored in a narrower type without a cast
// ALSO: arg1 is f32, its definition is f64 arg3 with 53 significant bits, which 24 do not hold
#if ASHLAR_CASE == 2
  out(i) = ash::cast<std::int8_t>(whole(i));
  rounded(i) = precise(i);
#endif
};

int main() { return ash::kernel<wrong>{}(small, single, n, d).ok() ? 0 : 1; }

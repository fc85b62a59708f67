// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline ash::tensor<float, 4, 15> x;
inline ash::tensor<float, 4, 16> wide;
inline ash::tensor<ash::int4x2, 4, 15> odd;
inline ash::tensor<ash::int4x2, 4, 16> even;

constexpr auto quantize = [](auto q, auto from) {
  q(i, j) = ash::saturate_cast<ash::int4x2>(ash::round(from(i, j)));
};
constexpr auto one_by_one = [](ash::schedule&) {};

int main() {
#if ASHLAR_CASE == 0
  return ash::kernel<quantize>{}(even, wide).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E076\] a tensor with two elements in a byte is stored in whole bytes
// ALSO: arg0 is i4, two elements in a byte; a vector may begin in the middle of one: give its last dimension an even extent, as 8 or ash::dyn_multiple_of\(2\), and split it by an even factor, or store i8
#if ASHLAR_CASE == 1
  return ash::kernel<quantize>{}(odd, x).ok() ? 0 : 1;
#endif
// EXPECT: ashlar\[E076\] a tensor with two elements in a byte is stored in whole bytes
// ALSO: arg0 is i4, two elements in a byte; it is stored one by one: vectorize a loop of 2, 4 or more along its last dimension, or store i8
#if ASHLAR_CASE == 2
  return ash::kernel<quantize, one_by_one>{}(even, wide).ok() ? 0 : 1;
#endif
}

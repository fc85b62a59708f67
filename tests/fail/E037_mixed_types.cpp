// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline ash::tensor<float, 64> f, f2;
inline ash::tensor<std::int32_t, 64> n;

constexpr auto wrong = [](auto out, [[maybe_unused]] auto left, auto right) {
#if ASHLAR_CASE == 0
  out(i) = left(i) + ash::cast<float>(right(i));
#endif
// EXPECT: ashlar\[E037\] operands have one element type; cast says which
// ALSO: of f32 arg1 and i32 arg2; write ash::cast
#if ASHLAR_CASE == 1
  out(i) = left(i) + right(i);
#endif
// EXPECT: ashlar\[E037\] operands have one element type; cast says which
// ALSO: arg0 is f32, its definition is i32 arg2; write ash::cast
#if ASHLAR_CASE == 2
  out(i) = right(i);
#endif
};

int main() { return ash::kernel<wrong>{}(f, f2, n).ok() ? 0 : 1; }

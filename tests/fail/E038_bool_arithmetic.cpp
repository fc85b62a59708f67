// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline ash::tensor<float, 64> f;
inline ash::tensor<bool, 64> t;

constexpr auto wrong = [](auto out, auto left) {
#if ASHLAR_CASE == 0
  out(i) = ash::select(left(i), 1, 0);
#endif
// EXPECT: ashlar\[E038\] arithmetic does not take bool; select and cast do
// ALSO: of bool arg1; write ash::select
#if ASHLAR_CASE == 1
  out(i) = ash::cast<float>(left(i) + left(i));
#endif
// EXPECT: ashlar\[E038\] arithmetic does not take bool; select and cast do
// ALSO: a reduction of bool arg1; write ash::any
#if ASHLAR_CASE == 2
  out(i) = ash::cast<float>(ash::sum(k, left(k)));
#endif
};

int main() { return ash::kernel<wrong>{}(f, t).ok() ? 0 : 1; }

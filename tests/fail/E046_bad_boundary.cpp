// SPDX-License-Identifier: Apache-2.0
#include <ashlar/expr/boundary.hpp>
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline ash::tensor<float, 64> f, f2;
inline ash::tensor<std::int32_t, 64> n;

constexpr auto wrong = [](auto out, auto left, auto right) {
#if ASHLAR_CASE == 0
  out(i) = ash::clamp(left)(right(i));
#endif
// EXPECT: ashlar\[E046\] a boundary condition needs an affine index
// ALSO: index arg2\(\.\.\.\) of dimension 0 of arg1 is loaded; write ash::clamp
#if ASHLAR_CASE == 1
  out(i) = ash::reflect(left)(right(i));
#endif
};

int main() { return ash::kernel<wrong>{}(f, f2, n).ok() ? 0 : 1; }

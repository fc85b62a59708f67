// SPDX-License-Identifier: Apache-2.0
#include <ashlar/expr/boundary.hpp>
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = ash::sum(k, left(i, k) * right(k, j));
#endif
// EXPECT: ashlar\[E030\] a tensor is read before it is defined
// ALSO: the local stage h is read before it is defined; write h\(\.\.\.\) =
#if ASHLAR_CASE == 1
  ash::local h("h");
  out(i, j) = ash::sum(k, h(i, k) * right(k, j));
  h(i, k) = left(i, k);
#endif
// EXPECT: ashlar\[E030\] a tensor is read before it is defined
// ALSO: arg0 is read before it is defined, in the definition of arg0; pass its old values
#if ASHLAR_CASE == 2
  out(i, j) = ash::zero(out)(i - 1, j) + ash::sum(k, left(i, k) * right(k, j));
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = [](auto out, auto left, [[maybe_unused]] auto right) {
#if ASHLAR_CASE == 0
  out(i, j) = ash::sum(k, left(i, k) * right(k, j));
#endif
// EXPECT: ashlar\[E032\] every output needs a definition
// ALSO: the first operand, arg0, is never defined; write arg0
#if ASHLAR_CASE == 1
  ash::local h("h");
  h(i, j) = ash::sum(k, left(i, k) * right(k, j));
  static_cast<void>(out);
#endif
};

int main() { return ash::kernel<wrong>{}(y, a, b).ok() ? 0 : 1; }

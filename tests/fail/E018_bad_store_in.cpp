// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E018\] store_in takes a memory that can hold the values of the stage
// ALSO: store_in\(registers\) of y: it is an operand of the call; cache_write keeps its
#if ASHLAR_CASE == 1
  s.store_in(ash::scope::registers);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
// EXPECT: ashlar\[E068\] layout takes a local stage in its first order, and padding is a value of its
// ALSO: layout of y: the memory of an output belongs to the caller; cache_write, and stages of their own
#if ASHLAR_CASE == 1
  s.layout(ash::packed("j", 16));
#endif
// EXPECT: ashlar\[E068\] layout takes a local stage in its first order, and padding is a value of its
// ALSO: layout of b_cache: the padding is no value of f32; give a whole number that is one, of at most
#if ASHLAR_CASE == 2
  s.cache_read("b", "i", ash::packed("j", 16).pad(0.5));
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

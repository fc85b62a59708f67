// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
  [[maybe_unused]] auto const copy = s.cache_read("b", "i");
// EXPECT: ashlar\[E062\] align_storage takes a dimension that is not innermost and a
// ALSO: align_storage j of b_cache: it is the innermost in memory, with a stride of 1; others: k
#if ASHLAR_CASE == 1
  copy.align_storage("j", 32);
#endif
// EXPECT: ashlar\[E062\] align_storage takes a dimension that is not innermost and a
// ALSO: align_storage i of y: the strides of an operand are those of the call
#if ASHLAR_CASE == 2
  s.align_storage("i", 32);
#endif
// EXPECT: ashlar\[E062\] align_storage takes a dimension that is not innermost and a
// ALSO: swizzle of b_cache: align_storage has set its rows apart, which is another way to the same
#if ASHLAR_CASE == 3
  copy.align_storage("k", 32);
  copy.swizzle();
#endif
// EXPECT: ashlar\[E062\] align_storage takes a dimension that is not innermost and a
// ALSO: align_storage k of b_cache: swizzle has its chunks change places, which is another way to
#if ASHLAR_CASE == 4
  copy.swizzle();
  copy.align_storage("k", 32);
#endif
};

int main() { return ash::kernel<product, wrong>{}(y, a, b).ok() ? 0 : 1; }

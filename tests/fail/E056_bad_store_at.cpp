// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
  s["h"].compute_at(s.get("i"));
// EXPECT: ashlar\[E056\] store_at takes a loop at or around the one that the stage is computed at
// ALSO: store_root of h: iterations of parallel i would share its memory; it can be at: i
#if ASHLAR_CASE == 1
  s["h"].store_root();
  s.parallel("i");
#endif
// EXPECT: ashlar\[E056\] store_at takes a loop at or around the one that the stage is computed at
// ALSO: store_at j of h: that is inside of i, where it is computed; it can be at: root, i
#if ASHLAR_CASE == 2
  s["h"].store_at(s.get("j"));
#endif
};

int main() { return ash::kernel<shifted, wrong>{}(y, a, b).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline ash::tensor<float, 66, 48> tall;

constexpr auto blur = [](auto out, auto in) {
  out.name("v");
  in.name("x");
  ash::local h("h");
  h(i, j) = in(i, j) * 2.0f;
  out(i, j) = h(i, j) + h(i + 1, j) + h(i + 2, j);
};

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
  s["h"].compute_at(s.get("i"));
  s["h"].store_root();
// EXPECT: ashlar\[E057\] fold_storage takes the dimension that a window slides along, and room for the
// ALSO: fold_storage i of h: 2 places, but an iteration has 3; give 4, or any number from 3 to 1024
#if ASHLAR_CASE == 1
  s["h"].fold_storage("i", 2);
#endif
// EXPECT: ashlar\[E057\] fold_storage takes the dimension that a window slides along, and room for the
// ALSO: fold_storage j of h: the window slides along i
#if ASHLAR_CASE == 2
  s["h"].fold_storage("j");
#endif
};

int main() { return ash::kernel<blur, wrong>{}(y, tall).ok() ? 0 : 1; }

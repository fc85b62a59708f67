// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

// The product, and what is made of each of its elements.
constexpr auto relu_of = [](auto out, auto left, auto right) {
  name(out, left, right);
  ash::local m("m");
  m(i, j) = ash::sum(k, left(i, k) * right(k, j));
  out(i, j) = ash::relu(m(i, j));
};

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
  [[maybe_unused]] auto const row = s["m"].get("i");
// EXPECT: ashlar\[E058\] reverse_compute_at takes a pure loop of a stage that is read at the same
// ALSO: reverse_compute_at k of y: m is not complete inside of its reduction loop k;
// ALSO: legal loops of m: i, j
#if ASHLAR_CASE == 1
  s.reverse_compute_at(s["m"].get("k"));
#else
  s.reverse_compute_at(row);
#endif
// EXPECT: ashlar\[E058\] reverse_compute_at takes a pure loop of a stage that is read at the same
// ALSO: parallel i: reverse_compute_at has moved this loop of m to y, where it is i; take it of y
#if ASHLAR_CASE == 2
  s["m"].parallel(row);
#endif
};

int main() { return ash::kernel<relu_of, wrong>{}(y, a, b).ok() ? 0 : 1; }

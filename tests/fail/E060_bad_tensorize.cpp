// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

// A block of a product: c += a * b.
struct block4x4 {
  using operands = ash::blocks<float[4][4], float const[4][8], float const[8][4]>;
  static constexpr auto definition = [](auto c, auto a, auto b) {
    c.name("c"), a.name("a"), b.name("b");
    c(i, j) += ash::sum(k, a(i, k) * b(k, j));
  };
  static void run(float*, ash::index_t, float const*, ash::index_t, float const*, ash::index_t) {}
};

inline ash::tensor<float, 48, 32> turned;

constexpr auto by_columns = [](auto out, auto left, auto right) {
  out.name("y"), left.name("a"), right.name("b");
  out(i, j) = ash::sum(k, left(i, k) * right(j, k));
};

constexpr auto wrong = []([[maybe_unused]] ash::schedule& s) {
  auto [io, ii] = s.split("i", 4);
  auto [jo, ji] = s.split("j", 4);
  auto [ko, ki] = s.split("k", 8);
  s.reorder(io, jo, ko, ii, ji, ki);
// EXPECT: ashlar\[E060\] tensorize takes a loop whose nest computes what the intrinsic does, in
// ALSO: tensorize ji of y with block4x4: 2 loops from it inwards: ji, ki; its axes are
#if ASHLAR_CASE == 1
  s.tensorize(ji, ash::intrin<block4x4>);
#endif
// EXPECT: ashlar\[E060\] tensorize takes a loop whose nest computes what the intrinsic does, in
// ALSO: its b is contiguous along j, and b has neighbours along ji 32 elements apart
#if ASHLAR_CASE == 2
  s.tensorize(ii, ash::intrin<block4x4>);
#endif
};

int main() { return ash::kernel<by_columns, wrong>{}(y, a, turned).ok() ? 0 : 1; }

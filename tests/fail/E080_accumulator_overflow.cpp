// SPDX-License-Identifier: Apache-2.0
#include <ashlar/kernel/kernel.hpp>

#include "kernels.hpp"

inline ash::tensor<std::int32_t, 2> y2;
inline ash::tensor<std::uint8_t, 2, 70000> bytes;
inline ash::tensor<std::int8_t, ash::dyn_at_most(200000)> some(1000);

#if ASHLAR_CASE == 0
inline constexpr auto wrapping = ash::monoid{0, [](auto p, auto q) { return p + q; }};
#endif

constexpr auto wrong = [](auto out, auto left, auto right) {
  auto const whole = ash::cast<std::int32_t>(left(i, k));
#if ASHLAR_CASE == 0
  out(i) =
      ash::reduce(wrapping, k, whole * whole) + ash::sum(j, ash::cast<std::int32_t>(right(j)) * 10);
#endif
// EXPECT: ashlar\[E080\] a sum of widened integers stays inside of its type
// ALSO: the sum over k in arg0 may reach 70000 x 65025, and i32 ends at 2147483647; cast to std::int64_t first, sum 33025 values, or wrap by ash::reduce with a monoid
#if ASHLAR_CASE == 1
  out(i) = ash::sum(k, whole * whole) + ash::cast<std::int32_t>(right(i));
#endif
// EXPECT: ashlar\[E080\] a sum of widened integers stays inside of its type
// ALSO: may reach 200000 x 16384, and i32 ends at 2147483647
#if ASHLAR_CASE == 2
  auto const square = ash::cast<std::int32_t>(right(j)) * ash::cast<std::int32_t>(right(j));
  out(i) = ash::sum(j, square) + ash::cast<std::int32_t>(left(i, 0));
#endif
};

int main() { return ash::kernel<wrong>{}(y2, bytes, some).ok() ? 0 : 1; }

// SPDX-License-Identifier: Apache-2.0
//
// User functions: one or two arguments of any type, in vectors, guarded lanes and reductions.
#include "kernel_support.hpp"

#include <ashlar/kernel/functor_table.hpp>

namespace kernel_tests {

inline constexpr auto smooth = [](float x) { return x * x * (3 - x); };
inline constexpr auto is_near = [](float x, double z) {
  return double(x) > z - 1 && double(x) < z + 1;
};
inline constexpr auto pick = [](bool c, std::int8_t x) { return c ? std::int64_t{x} : -1; };
inline constexpr auto twice = [](auto x) { return x + x; };
constexpr auto collatz(std::int32_t n) -> std::int32_t {
  int steps = 0;
  for (; n > 1 && steps < 100; ++steps) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
  return steps;
}
inline constexpr auto steps_of = &collatz;

namespace {

constexpr auto map = [](auto y, auto near, auto x, auto z) {
  y(i) = ash::call<smooth>(x(i)) + ash::call<twice, float(float)>(x(i));
  near(i) = ash::call<is_near>(x(i), z(i));
};
constexpr auto choose = [](auto y, auto flag, auto x) {
  y(i) = ash::call<pick>(flag(i) || x(i) > 2, x(i));
};
constexpr auto longest = [](auto y, auto x) {
  y(i) = ash::max(j, ash::call<steps_of>(ash::abs(x(i, j)) + 1));
};

template <auto Algorithm, auto Schedule = ash::automatic, class... Views>
void agree_with_calls(operand<Views> const&... operands) {
  using scalar =
      ash::kernel<Algorithm, Schedule, ash::fp::relaxed, ash::emit::simd::scalar_backend>;
  using native = ash::kernel<Algorithm, Schedule>;
  using program = typename scalar::template compilation<Views...>::captured;
  ash::functor_table<program> const calls{};
  agree_on<scalar>(calls, 0, ash::launch{}, operands...);
  agree_on<native>(calls, 0, ash::launch{}, operands...);
}

TEST_CASE("functions of one and two arguments", "[backend][kernel]") {
  for (int const n : {0, 1, 50}) {
    auto const x = like<float, dyn>(n);
    agree_with_calls<map, in_lanes<8>{}>(x, like<bool, dyn>(n), x, like<double, dyn>(n));
    agree_with_calls<choose>(like<std::int64_t, dyn>(n), like<bool, dyn>(n),
                             like<std::int8_t, dyn>(n));
  }
}

TEST_CASE("a function inside of a reduction", "[backend][kernel]") {
  for (int const n : {0, 1, 40}) {
    agree_with_calls<longest>(like<std::int32_t, 5>(), like<std::int32_t, 5, dyn>(n));
  }
}

}  // namespace
}  // namespace kernel_tests

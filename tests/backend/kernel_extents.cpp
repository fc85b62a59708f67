// SPDX-License-Identifier: Apache-2.0
//
// Extents of every kind: static, 0 and 1 among them, dynamic, and dynamic with a promise; many
// dimensions.
#include "kernel_support.hpp"

namespace {

using namespace kernel_tests;

constexpr auto affine = [](auto y, auto x) { y(i) = 3 * x(i) + 1; };
constexpr auto total = [](auto y, auto x) { y(i) = ash::sum(j, x(i, j)); };
constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };

template <index_t N> void static_extent() {
  agree<affine>(like<float, N>(), like<float, N>());
  agree<total>(like<double, N>(), like<double, N, 3>());
  agree<total>(like<double, 3>(), like<double, 3, N>());
}

TEST_CASE("static extents", "[backend][kernel]") {
  static_extent<0>();
  static_extent<1>();
  static_extent<17>();
}

TEST_CASE("static and dynamic extents of one axis", "[backend][kernel]") {
  agree<affine>(like<float, dyn>(19), like<float, 19>());
  agree<product>(like<float, 7, dyn>(5), like<float, dyn, 9>(7), like<float, dyn, dyn>(9, 5));
}

TEST_CASE("dynamic extents with a promise", "[backend][kernel]") {
  constexpr index_t eights = ash::dyn_multiple_of(8);
  constexpr index_t few = ash::dyn_at_most(20);
  for (int const n : {0, 8, 64, 72}) agree<affine>(like<float, eights>(n), like<float, eights>(n));
  for (int const n : {0, 1, 16, 20}) {
    agree<affine>(like<float, few>(n), like<float, few>(n));
    agree<total>(like<float, 2>(), like<float, 2, few>(n));
  }
}

TEST_CASE("eight dimensions, turned round", "[backend][kernel]") {
  constexpr auto reversed = [](auto y, auto x) {
    ash::axis<"a"> a;
    ash::axis<"b"> b;
    ash::axis<"c"> c;
    ash::axis<"d"> d;
    ash::axis<"e"> e;
    ash::axis<"f"> f;
    ash::axis<"g"> g;
    ash::axis<"h"> h;
    y(a, b, c, d, e, f, g, h) = x(h, g, f, e, d, c, b, a) + 1;
  };
  agree<reversed>(like<std::int32_t, 2, 1, 3, 1, 2, dyn, 1, 2>(2),
                  like<std::int32_t, 2, 1, dyn, 2, 1, 3, 1, 2>(2));
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
//
// Operands with gaps, backwards, broadcast and transposed; nothing between their elements changes.
#include "kernel_support.hpp"

#include <initializer_list>

namespace {

using namespace kernel_tests;
using ash::strided_view;

template <class T, ash::layout Layout, index_t... E>
auto with_strides(ash::extents<E...> n, std::initializer_list<index_t> strides)
    -> operand<strided_view<T, Layout, E...>> {
  operand<strided_view<T, Layout, E...>> o{.n = n};
  int d = 0;
  for (index_t const s : strides) o.stride[d++] = s;
  return o;
}

constexpr auto add = [](auto y, auto x, auto z) { y(i) = x(i) + z(i); };
constexpr auto transpose = [](auto y, auto x) { y(i, j) = x(j, i); };
constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };

constexpr auto any_1d = [](index_t n, index_t stride) {
  return with_strides<float, ash::any_strides>(ash::extents<dyn>(n), {stride});
};

TEST_CASE("dynamic strides, negative and 0 among them", "[backend][kernel]") {
  for (int const n : {0, 1, 5, 40}) {
    agree<add>(any_1d(n, 3), any_1d(n, 1), any_1d(n, 2));
    agree<add>(any_1d(n, -1), any_1d(n, -2), any_1d(n, 0));
    agree<add>(any_1d(n, 1), any_1d(n, 1), any_1d(n, 1));
  }
}

TEST_CASE("static strides", "[backend][kernel]") {
  auto const n = ash::extents<dyn>(37);
  agree<add, in_lanes<8>{}>(with_strides<double, ash::strides(2)>(n, {2}),
                            with_strides<double, ash::strides(-1)>(n, {-1}),
                            with_strides<double, ash::strides(0)>(n, {0}));
  agree<add>(with_strides<std::uint8_t, ash::strides(-3)>(n, {-3}), like<std::uint8_t, dyn>(37),
             with_strides<std::uint8_t, ash::strides(5)>(n, {5}));
}

TEST_CASE("a transposition, of views and by views", "[backend][kernel]") {
  agree<transpose>(like<float, dyn, dyn>(13, 21), like<float, dyn, dyn>(21, 13));
  auto const turned =
      with_strides<float, ash::strides(1, dyn)>(ash::extents<dyn, dyn>(21, 13), {1, 25});
  agree<transpose>(like<float, dyn, dyn>(13, 21), turned);
}

TEST_CASE("a matrix product of backwards rows and one row for all, to columns",
          "[backend][kernel]") {
  for (int const n : {1, 19}) {
    auto const size = ash::extents<dyn, dyn>(n, n);
    agree<product>(with_strides<float, ash::strides(1, dyn)>(size, {1, n + 3}),
                   with_strides<float, ash::strides(dyn, 1)>(size, {-n, 1}),
                   with_strides<float, ash::strides(0, 1)>(size, {0, 1}));
  }
}

}  // namespace

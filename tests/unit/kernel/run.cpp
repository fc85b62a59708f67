// SPDX-License-Identifier: Apache-2.0
// not with nvcc: includes SIMD headers
//
// An expression on the spot and a kernel with the same program are the same code.
#include <ashlar/expr/expr.hpp>
#include <ashlar/kernel/run.hpp>
#include <ashlar/tensor/tensor.hpp>

#include <ashlar/emit/simd/scalar.hpp>
#include <catch2/catch_test_macros.hpp>
#include <type_traits>

namespace {

namespace ash = ashlar;
namespace impl = ashlar::kernel_impl;
using ash::dyn;
using backend = ash::emit::simd::scalar_backend;

constexpr ash::axis<"i"> i;
constexpr ash::axis<"j"> j;
constexpr ash::axis<"k"> k;
constexpr ash::axis<"row"> row;

using matrix = ash::view<float, dyn, dyn>;

template <class Source, auto Schedule>
using tag_of =
    typename impl::coded<impl::lowered<impl::scheduled<Source, Schedule>, 16>, backend>::tag;

constexpr auto product = [](auto y, auto a, auto b) { y(i, j) = ash::sum(k, a(i, k) * b(k, j)); };
constexpr auto in_vectors = [](ash::schedule& s) { s.vectorize("j", 4); };
constexpr auto written = [](matrix y, matrix a, matrix b) {
  return y(i, j) = ash::sum(k, a(i, k) * b(k, j));
};
using assigned = std::invoke_result_t<decltype(written), matrix, matrix, matrix>;

template <ash::fp Mode> using recorded = impl::recorded<assigned, Mode>;
template <ash::fp Mode>
using captured = impl::captured<product, Mode, matrix::type, matrix::type, matrix::type>;

TEST_CASE("one slot for an expression and a kernel", "[kernel][run]") {
  using one = tag_of<recorded<ash::fp::relaxed>, ash::automatic>;
  using other = tag_of<captured<ash::fp::relaxed>, ash::automatic>;
  STATIC_REQUIRE(std::is_same_v<one, other>);
}

TEST_CASE("another schedule, or other permissions, are another slot", "[kernel][run]") {
  using plain = tag_of<recorded<ash::fp::relaxed>, ash::automatic>;
  STATIC_REQUIRE(!std::is_same_v<plain, tag_of<recorded<ash::fp::relaxed>, in_vectors>>);
  STATIC_REQUIRE(!std::is_same_v<plain, tag_of<recorded<ash::fp::strict>, ash::automatic>>);
}

TEST_CASE("names are no part of a slot", "[kernel][run]") {
  constexpr auto by_name = [](matrix y, matrix x) { return y(row, j) = x(row, j) + 1; };
  constexpr auto by_letter = [](matrix y, matrix x) { return y(i, k) = x(i, k) + 1; };
  using a = std::invoke_result_t<decltype(by_name), matrix, matrix>;
  using b = std::invoke_result_t<decltype(by_letter), matrix, matrix>;
  STATIC_REQUIRE(!std::is_same_v<a, b>);
  STATIC_REQUIRE(std::is_same_v<tag_of<impl::recorded<a, ash::fp::relaxed>, ash::automatic>,
                                tag_of<impl::recorded<b, ash::fp::relaxed>, ash::automatic>>);
}

TEST_CASE("a number is an operand, whatever its value", "[kernel][run]") {
  float data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  ash::view<float, 8> const v(data);
  for (float const by : {2.0f, 0.5f}) REQUIRE(ash::run(v(i) = by * v(i)));
  REQUIRE(data[7] == 8);
  REQUIRE(ash::run<ash::automatic, ash::fp::strict, backend>(v(i) = v(i) + 1));
  REQUIRE(data[0] == 2);
}

}  // namespace

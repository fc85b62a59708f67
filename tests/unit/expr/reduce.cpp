// SPDX-License-Identifier: Apache-2.0
//
// The positions of greatest and least values are those of numpy.argmax and numpy.argmin.
#include "support.hpp"

#include <cmath>
#include <limits>

namespace ashlar::tests {
namespace {

using tir::array;

inline constexpr auto product = monoid{1.0F, [](auto a, auto b) { return a * b; }};
inline constexpr auto last = monoid{0.0F, [](auto, auto b) { return b; }, false};

TEST_CASE("each reduction has its identity", "[expr][reduce]") {
  auto const of_none = [](auto const& kernel) {
    auto const p = program_of<f32<1>, f32<0>>(kernel);
    return elements<float>(p, {array(dtype::f32, {1}), array(dtype::f32, {0})})[0];
  };
  auto const infinity = std::numeric_limits<float>::infinity();
  axis<"o", 1> o;
  CHECK(of_none([o](auto y, auto x) { y(o) = sum(k, x(k)); }) == 0);
  CHECK(of_none([o](auto y, auto x) { y(o) = prod(k, x(k)); }) == 1);
  CHECK(of_none([o](auto y, auto x) { y(o) = (max)(k, x(k)); }) == -infinity);
  CHECK(of_none([o](auto y, auto x) { y(o) = (min)(k, x(k)); }) == infinity);
  CHECK(of_none([o](auto y, auto x) { y(o) = select(any(k, x(k) > 0), 1, 0); }) == 0);
  CHECK(of_none([o](auto y, auto x) { y(o) = select(all(k, x(k) > 0), 1, 0); }) == 1);
}

TEST_CASE("integers have the ends of their range as identity", "[expr][reduce]") {
  auto const most = [](auto y, auto x) { y() = (max)(k, x(k)); };
  auto const least = [](auto y, auto x) { y() = (min)(k, x(k)); };
  auto const p = program_of<view<std::int8_t>, view<std::int8_t, 0>>(most);
  CHECK(elements<std::int8_t>(p, {array(dtype::i8, {}), array(dtype::i8, {0})})[0] == -128);
  auto const q = program_of<view<std::int64_t>, view<std::int64_t, 0>>(least);
  CHECK(elements<std::int64_t>(q, {array(dtype::i64, {}), array(dtype::i64, {0})})[0] ==
        std::numeric_limits<std::int64_t>::max());
  auto const u = program_of<view<std::uint8_t>, view<std::uint8_t, 0>>(least);
  CHECK(elements<std::uint8_t>(u, {array(dtype::u8, {}), array(dtype::u8, {0})})[0] == 255);
}

TEST_CASE("of equal values the first position counts, and of NaN the first", "[expr][reduce]") {
  float const nan = std::numeric_limits<float>::quiet_NaN();
  array const x(dtype::f32, {4, 3},
                {3.0F, 1.0F, 3.0F, nan, 9.0F, nan, -1.0F, -2.0F, -1.0F, 0.0F, 0.0F, 0.0F});
  auto const greatest = [](auto y, auto v) { y(i) = argmax(k, v(i, k)); };
  auto const least = [](auto y, auto v) { y(i) = argmin(k, v(i, k)); };
  using positions = std::vector<std::int64_t>;
  auto const p = program_of<i64<4>, f32<4, 3>>(greatest);
  CHECK(elements<std::int64_t>(p, {array(dtype::i64, {4}), x}) == positions{0, 0, 0, 0});
  auto const q = program_of<i64<4>, f32<4, 3>>(least);
  CHECK(elements<std::int64_t>(q, {array(dtype::i64, {4}), x}) == positions{1, 0, 1, 0});
}

TEST_CASE("the position along several axes is that of the flattened ones", "[expr][reduce]") {
  array const x(dtype::i32, {2, 3}, {1, 5, 2, 5, 0, 5});
  auto const greatest = [](auto y, auto v) { y() = argmax(j, k, v(j, k)); };
  auto const p = program_of<i64<>, i32<dyn, dyn>>(greatest);
  CHECK(elements<std::int64_t>(p, {array(dtype::i64, {}), x})[0] == 1);
  auto const least = [](auto y, auto v) { y() = argmin(j, k, v(j, k)); };
  auto const q = program_of<i64<>, i32<2, 3>>(least);
  CHECK(elements<std::int64_t>(q, {array(dtype::i64, {}), x})[0] == 4);
}

TEST_CASE("a position among no elements is refused", "[expr][reduce]") {
  auto const kernel = [](auto y, auto x) { y(i) = argmax(k, x(i, k)); };
  CHECK(says(fault_of<i64<4>, f32<4, 0>>(kernel), code::bad_reduction, "axis k", "extent 0"));
  CHECK(checks(program_of<i64<4>, f32<4, dyn>>(kernel)) == "arg1.extent(1) >= 1\n");
}

TEST_CASE("a monoid of the user's", "[expr][reduce]") {
  auto const kernel = [](auto y, auto x) {
    y(i) = reduce(product, k, x(i, k)) + reduce<last>(k, x(i, k));
  };
  auto const p = program_of<f32<2>, f32<2, 3>>(kernel);
  CHECK(elements<float>(p, {array(dtype::f32, {2}),
                            array(dtype::f32, {2, 3}, {1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F})}) ==
        std::vector<float>{9, 126});
  CHECK(p.stages[0].reduce.commutative);
  CHECK_FALSE(p.stages[1].reduce.commutative);
}

TEST_CASE("a monoid takes the element type of what it reduces", "[expr][reduce]") {
  auto const kernel = [](auto y, auto x) { y() = reduce(product, k, x(k)); };
  CHECK(program_of<f64<>, f64<4>>(kernel).fault.ok());
  CHECK(says(fault_of<i32<>, i32<4>>(kernel), code::mixed_types, "1", "i32"));
}

TEST_CASE("a monoid reads its two values alone", "[expr][reduce]") {
  auto const kernel = [](auto y, auto x, auto w) {
    auto const m = monoid{0.0F, [w](auto a, auto b) { return a + b * w(); }};
    y() = reduce(m, k, x(k));
  };
  CHECK(says(fault_of<f32<>, f32<4>, float>(kernel), code::bad_reduction, "arg2", "alone"));
  auto const narrow = [](auto y, auto x) {
    auto const m = monoid{0.0F, [](auto a, auto b) { return a < b; }};
    y() = reduce(m, k, x(k));
  };
  CHECK(says(fault_of<f32<>, f32<4>>(narrow), code::mixed_types, "f32", "bool"));
}

TEST_CASE("a reduction needs axes, each once", "[expr][reduce]") {
  auto const none = [](auto y, auto x) { y(i) = sum(x(i)); };
  CHECK(says(fault_of<f32<4>, f32<4>>(none), code::bad_reduction, "arg1", "no axis", "ash::sum"));
  auto const twice = [](auto y, auto x) { y(i) = sum(k, k, x(i, k)); };
  CHECK(says(fault_of<f32<4>, f32<4, 2>>(twice), code::bad_axis_use, "axis k"));
  auto const nested = [](auto y, auto x) { y(i) = sum(k, x(i, k) * sum(k, x(i, k))); };
  CHECK(says(fault_of<f32<4>, f32<4, 2>>(nested), code::bad_axis_use, "axis k", "another axis"));
}

TEST_CASE("any and all take bool, sums take numbers", "[expr][reduce]") {
  auto const sum_of_bool = [](auto y, auto x) { y() = sum(k, x(k)); };
  CHECK(says(fault_of<truth<>, truth<4>>(sum_of_bool), code::bool_arithmetic, "bool arg1", "any"));
  auto const any_of_float = [](auto y, auto x) { y() = any(k, x(k)); };
  CHECK(says(fault_of<truth<>, f32<4>>(any_of_float), code::mixed_types, "f32 arg1", "!= 0"));
}

}  // namespace
}  // namespace ashlar::tests

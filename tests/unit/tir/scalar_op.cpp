// SPDX-License-Identifier: Apache-2.0
#include <ashlar/tir/scalar_op.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <random>

namespace ashlar::tir {
namespace {

__extension__ using wide = __int128;
__extension__ using unsigned_wide = unsigned __int128;

template <class T> auto run(opcode op, T a, T b = T{}, T c = T{}) -> T {
  scalar const r = apply(op, dtype_of<T>, to_scalar(a), to_scalar(b), to_scalar(c));
  REQUIRE(r.type == dtype_of<T>);
  return get<T>(r);
}
template <class T> auto test(opcode op, T a, T b) -> bool {
  return get<bool>(apply(op, dtype::boolean, to_scalar(a), to_scalar(b)));
}

// Computed without a limit on the size, then cut to the type.
TEMPLATE_TEST_CASE("integers wrap as two's complement", "[tir][scalar_op]", std::int8_t,
                   std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t,
                   std::int64_t, std::uint64_t) {
  std::mt19937_64 random(8);
  using limit = std::numeric_limits<TestType>;
  TestType const edges[] = {limit::min(), limit::max(), TestType(0), TestType(1),
                            static_cast<TestType>(-1)};
  for (int i = 0; i < 3000; ++i) {
    auto const draw = [&](int n) { return i < 25 ? edges[n] : static_cast<TestType>(random()); };
    TestType const a = draw(i % 5);
    TestType const b = draw(i / 5 % 5);
    TestType const c = static_cast<TestType>(random());
    wide const x = a;
    wide const y = b;
    auto const product = static_cast<unsigned_wide>(x) * static_cast<unsigned_wide>(y);
    REQUIRE(run(opcode::add, a, b) == static_cast<TestType>(x + y));
    REQUIRE(run(opcode::sub, a, b) == static_cast<TestType>(x - y));
    REQUIRE(run(opcode::mul, a, b) == static_cast<TestType>(product));
    REQUIRE(run(opcode::fma, a, b, c) ==
            static_cast<TestType>(product + static_cast<unsigned_wide>(c)));
    REQUIRE(run(opcode::div, a, b) == (b == 0 ? TestType(0) : static_cast<TestType>(x / y)));
    REQUIRE(run(opcode::rem, a, b) == (b == 0 ? a : static_cast<TestType>(x % y)));
    REQUIRE(run(opcode::neg, a) == static_cast<TestType>(-x));
    REQUIRE(run(opcode::abs, a) == static_cast<TestType>(x < 0 ? -x : x));
    REQUIRE(run(opcode::min, a, b) == (a < b ? a : b));
    REQUIRE(run(opcode::max, a, b) == (a < b ? b : a));
    REQUIRE(run(opcode::bit_and, a, b) == static_cast<TestType>(x & y));
    REQUIRE(run(opcode::bit_or, a, b) == static_cast<TestType>(x | y));
    REQUIRE(run(opcode::bit_xor, a, b) == static_cast<TestType>(x ^ y));
    REQUIRE(run(opcode::bit_not, a) == static_cast<TestType>(~x));
    auto const by = static_cast<TestType>(i % (8 * static_cast<int>(sizeof(TestType))));
    REQUIRE(run(opcode::shift_left, a, by) ==
            static_cast<TestType>(static_cast<unsigned_wide>(x) << by));
    REQUIRE(run(opcode::shift_right, a, by) == static_cast<TestType>(x >> by));
    auto const all = static_cast<TestType>(8 * sizeof(TestType));
    REQUIRE(run(opcode::shift_left, a, all) == 0);
    REQUIRE(run(opcode::shift_right, a, all) == static_cast<TestType>(x < 0 ? -1 : 0));
    REQUIRE(test(opcode::eq, a, b) == (a == b));
    REQUIRE(test(opcode::ne, a, b) == (a != b));
    REQUIRE(test(opcode::lt, a, b) == (a < b));
    REQUIRE(test(opcode::le, a, b) == (a <= b));
    REQUIRE(test(opcode::gt, a, b) == (a > b));
    REQUIRE(test(opcode::ge, a, b) == (a >= b));
  }
}

TEMPLATE_TEST_CASE("floats are computed in their own type", "[tir][scalar_op]", float, double) {
  std::mt19937 random(9);
  std::uniform_real_distribution<TestType> uniform(TestType(0.01), TestType(4));
  for (int i = 0; i < 500; ++i) {
    TestType const a = uniform(random);
    TestType const b = uniform(random) - 2;
    // Stored first, so that the product is rounded before it is used.
    TestType volatile const product = a * b;
    REQUIRE(run(opcode::mul, a, b) == product);
    REQUIRE(run(opcode::add, a, b) == a + b);
    REQUIRE(run(opcode::div, b, a) == b / a);
    REQUIRE(run(opcode::rem, b, a) == std::fmod(b, a));
    REQUIRE(run(opcode::fma, a, b, a) == std::fma(a, b, a));
    REQUIRE(run(opcode::pow, a, b) == std::pow(a, b));
    REQUIRE(run(opcode::sqrt, a) == std::sqrt(a));
    REQUIRE(run(opcode::rsqrt, a) == 1 / std::sqrt(a));
    REQUIRE(run(opcode::exp, b) == std::exp(b));
    REQUIRE(run(opcode::log, a) == std::log(a));
    REQUIRE(run(opcode::tanh, b) == std::tanh(b));
    REQUIRE(run(opcode::erf, b) == std::erf(b));
    REQUIRE(run(opcode::sin, b) == std::sin(b));
    REQUIRE(run(opcode::cos, b) == std::cos(b));
    REQUIRE(run(opcode::floor, b) == std::floor(b));
    REQUIRE(run(opcode::ceil, b) == std::ceil(b));
    REQUIRE(run(opcode::round, b) == std::nearbyint(b));
    REQUIRE(run(opcode::neg, b) == -b);
    REQUIRE(run(opcode::abs, b) == std::fabs(b));
    REQUIRE(std::fabs(run(opcode::sigmoid, b) - 1 / (1 + std::exp(-b))) <= TestType(1e-6));
  }
}

TEST_CASE("comparisons with NaN are false, but for !=", "[tir][scalar_op]") {
  for (auto const op : {opcode::eq, opcode::lt, opcode::le, opcode::gt, opcode::ge}) {
    CHECK_FALSE(test(op, NAN, 1.0F));
    CHECK_FALSE(test(op, NAN, NAN));
  }
  CHECK(test(opcode::ne, NAN, NAN));
}

TEST_CASE("min and max propagate NaN and order zeros", "[tir][scalar_op]") {
  CHECK(std::isnan(run(opcode::max, NAN, 1.0F)));
  CHECK(std::isnan(run(opcode::min, 1.0F, NAN)));
  CHECK(std::signbit(run(opcode::min, 0.0F, -0.0F)));
  CHECK_FALSE(std::signbit(run(opcode::max, -0.0F, 0.0F)));
}

TEST_CASE("16-bit floats are rounded after each operation", "[tir][scalar_op]") {
  // 2048 + 1 is not an f16: it goes to the even neighbour.
  scalar const big = make_scalar(dtype::f16, 2048);
  scalar const one = make_scalar(dtype::f16, 1);
  CHECK(value_of<float>(apply(opcode::add, dtype::f16, big, one)) == 2048);
  CHECK(apply(opcode::add, dtype::f16, big, one).type == dtype::f16);
  CHECK(value_of<float>(apply(opcode::mul, dtype::bf16, make_scalar(dtype::bf16, 3),
                              make_scalar(dtype::bf16, 86))) == 258);
  CHECK(get<bool>(apply(opcode::lt, dtype::boolean, one, big)));
}

TEST_CASE("bool has logic and order, and no arithmetic", "[tir][scalar_op]") {
  CHECK(run(opcode::logical_and, true, false) == false);
  CHECK(run(opcode::logical_or, true, false));
  CHECK(run(opcode::logical_not, false));
  CHECK(test(opcode::lt, false, true));
  CHECK_FALSE(apply(opcode::add, dtype::boolean, to_scalar(true), to_scalar(true)).is_written());
}

TEST_CASE("select takes either, and a cast converts", "[tir][scalar_op]") {
  STATIC_REQUIRE(apply(opcode::select, dtype::i32, to_scalar(true), to_scalar(3), to_scalar(4)) ==
                 to_scalar(3));
  STATIC_REQUIRE(apply(opcode::cast, dtype::i8, to_scalar(300.0F)) == to_scalar(std::int8_t{127}));
}

TEST_CASE("an operation without a meaning for the type has no result", "[tir][scalar_op]") {
  CHECK_FALSE(apply(opcode::exp, dtype::i32, to_scalar(1)).is_written());
  CHECK_FALSE(
      apply(opcode::logical_and, dtype::f32, to_scalar(1.0F), to_scalar(1.0F)).is_written());
  CHECK_FALSE(apply(opcode::add, dtype::f32, scalar{}, to_scalar(1.0F)).is_written());
}

}  // namespace
}  // namespace ashlar::tir

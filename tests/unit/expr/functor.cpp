// SPDX-License-Identifier: Apache-2.0
// not in a batch: it compares the names of types
#include "support.hpp"

#include <cmath>

namespace ashlar::tests {

inline constexpr auto smooth = [](float x) { return x * x * (3 - 2 * x); };
inline constexpr auto blend = [](auto a, auto b) { return a + b / 2; };
inline auto hypotenuse(double a, double b) -> double { return std::sqrt(a * a + b * b); }
inline constexpr auto* length = &hypotenuse;
inline constexpr auto parity = [](std::int32_t n) noexcept { return n % 2 != 0; };

namespace {

TEST_CASE("a call keeps the function by its key", "[expr][functor]") {
  constexpr auto p =
      program_of<f32<4>, f32<4>>([](auto y, auto x) { y(i) = call<smooth>(x(i)) + 1; });
  STATIC_REQUIRE(p.fault.ok());
  constexpr auto key = expr::functor_key<smooth>();
  STATIC_REQUIRE(expr::functor_name<smooth>() == "ashlar::tests::smooth");
  STATIC_REQUIRE(p.exprs[1].op == tir::opcode::call);
  STATIC_REQUIRE(p.exprs[1].bits == static_cast<std::int64_t>(key));
  STATIC_REQUIRE((*functor_of(expr::functor_slot<key>{}))(0.5F) == 0.5F);
  STATIC_REQUIRE(key != expr::functor_key<blend>());
}

TEST_CASE("the signature of a function says the element types", "[expr][functor]") {
  auto const two = [](auto y, auto a, auto b) { y(i) = call<length>(a(i), b(i)); };
  CHECK(fault_of<f64<4>, f64<4>, f64<4>>(two).ok());
  CHECK(says(fault_of<f64<4>, f64<4>, f32<4>>(two), code::mixed_types, "argument 1", "f32 arg2",
             "takes f64"));
  auto const odd = [](auto y, auto n) { y(i) = call<parity>(n(i)); };
  CHECK(fault_of<truth<4>, i32<4>>(odd).ok());
  auto const generic = [](auto y, auto a) { y(i) = call<blend, float(float, float)>(a(i), 2); };
  auto const p = program_of<f32<4>, f32<4>>(generic);
  CHECK(p.fault.ok());
  CHECK(tir::verify(p).ok());
}

TEST_CASE("an ordinary function on values is no call", "[expr][functor]") {
  auto const kernel = [](auto y, auto x) { y(i) = blend(x(i), x(i)); };
  CHECK(definitions(program_of<f32<4>, f32<4>>(kernel)) == "arg0(i) = arg1(i) + arg1(i) / 2\n");
}

}  // namespace
}  // namespace ashlar::tests

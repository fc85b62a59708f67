// SPDX-License-Identifier: Apache-2.0
// not in a batch: it specialises a template of the library
// not with nvcc: there, the type of a closure differs from that of its copy
//
// What a kernel over scalars of the user's becomes: a kernel over components.
#include <ashlar/expr/user_scalar.hpp>

#include "support.hpp"

namespace ashlar {
namespace tests {

struct pair {
  float a = 0, b = 0;
};
struct pair_value {
  traced a{}, b{};
  friend constexpr auto operator+(pair_value x, pair_value y) -> pair_value {
    return {x.a + y.a, x.b + y.b};
  }
  friend constexpr auto operator*(pair_value x, pair_value y) -> pair_value {
    return {x.a * y.a, x.b * y.b};
  }
};
struct meter {
  double length = 0;
};
struct meter_value {
  traced length{};
  friend constexpr auto operator-(meter_value x, meter_value y) -> meter_value {
    return {x.length - y.length};
  }
};

}  // namespace tests

template <> struct scalar_traits<tests::pair> {
  using component = float;
  static constexpr int components = 2;
  using value = tests::pair_value;
  static constexpr auto load(traced const* c) -> value { return {c[0], c[1]}; }
  static constexpr void store(value const& v, traced* c) { c[0] = v.a, c[1] = v.b; }
};
template <> struct scalar_traits<tests::meter> {
  using component = double;
  static constexpr int components = 1;
  using value = tests::meter_value;
  static constexpr auto load(traced const* c) -> value { return {c[0]}; }
  static constexpr void store(value const& v, traced* c) { c[0] = v.length; }
};

namespace tests {
namespace {

constexpr auto plus = [](auto y, auto x) { y(i) = x(i) + x(i); };
constexpr auto adds = [](auto y, auto x) { y(i) += x(i); };
constexpr auto minus = [](auto y, auto x) { y(i) -= x(i); };
constexpr auto kept = [](auto& y, auto& x, auto& w) {
  auto v = x(i);
  v = v * v;
  v += x(i);
  y(i) = v * pair_value{w(i), 1.0F};
};
constexpr auto numbers = [](auto y) { y(i) = pair_value{1.0F, 2.0F}; };
constexpr auto plain = [](auto y, auto x) { y(i) = x(i); };

TEST_CASE("components are the last dimension, and a definition chooses", "[expr][user_scalar]") {
  using pairs = f32<4, 2>;
  auto const p = program_of<pairs, pairs>(expr::kernel_over<plus, pair, pair const>());
  CHECK(tir::verify(p).ok());
  CHECK(definitions(p) ==
        "arg0(i, component) = select(component == 0, arg1(i, 0) + arg1(i, 0), "
        "arg1(i, 1) + arg1(i, 1))\n");
  auto const q = program_of<pairs>(expr::kernel_over<numbers, pair>());
  CHECK(definitions(q) == "arg0(i, component) = select(component == 0, 1, 2)\n");
}

TEST_CASE("values that are kept have the arithmetic of the type", "[expr][user_scalar]") {
  auto const kernel = expr::kernel_over<kept, pair, pair, float>();
  auto const p = program_of<f32<4, 2>, f32<4, 2>, f32<4>>(kernel);
  CHECK(definitions(p) ==
        "arg0(i, component) = select(component == 0, "
        "(arg1(i, 0) * arg1(i, 0) + arg1(i, 0)) * arg2(i), "
        "(arg1(i, 1) * arg1(i, 1) + arg1(i, 1)) * 1)\n");
}

TEST_CASE("one component is the element itself", "[expr][user_scalar]") {
  auto const p = program_of<f64<4>, f64<4>>(expr::kernel_over<minus, meter, meter>());
  CHECK(definitions(p) == "arg0(i) = arg0(i) - arg1(i)\n");
}

TEST_CASE("an element is not read while its components are written", "[expr][user_scalar]") {
  auto const p = program_of<f32<4, 2>, f32<4, 2>>(expr::kernel_over<adds, pair, pair>());
  CHECK(p.fault.id == code::undefined_tensor);
}

TEST_CASE("a kernel over built-in elements is itself", "[expr][user_scalar]") {
  STATIC_REQUIRE(std::is_same_v<decltype(expr::kernel_over<plain, float, double>()),
                                std::remove_const_t<decltype(plain)>>);
  STATIC_REQUIRE(user_scalar<pair const>);
  STATIC_REQUIRE(storable<meter>);
  STATIC_REQUIRE_FALSE(element<pair>);
  STATIC_REQUIRE_FALSE(user_scalar<float>);
  STATIC_REQUIRE_FALSE(storable<char*>);
}

}  // namespace
}  // namespace tests
}  // namespace ashlar

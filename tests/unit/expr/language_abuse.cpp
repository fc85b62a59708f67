// SPDX-License-Identifier: Apache-2.0
//
// What users do to an embedded language, by accident and on purpose.
#include "language_abuse.hpp"

#include "support.hpp"

// As old C headers define them, after ours.
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define small char
#define I broken
#define N broken
#define Complex broken

namespace user {

// Names like ours, and operators that take anything.
struct axis {};
struct tensor {};
struct index_expr {};
template <class... T> auto sum(T const&...) -> int { return 42; }
template <class A, class B> auto operator+(A const&, B const&) -> int;
template <class A, class B> auto operator*(A const&, B const&) -> int;
template <class A> auto relu(A const&) -> int;

constexpr auto kernel = [](auto y, auto x) {
  constexpr ashlar::axis<"i"> i;
  constexpr ashlar::axis<"k"> k;
  y(i) = relu(x(i, 0) + x(i, 1)) + ashlar::sum(k, x(i, k) * 2);
};

}  // namespace user

namespace ashlar::tests {
namespace {

TEST_CASE("names and operators of the user's do not change a kernel", "[expr][abuse]") {
  CHECK(definitions(program_of<f32<4>, f32<4, 8>>(user::kernel)) ==
        "arg0(i) = max(arg1(i, 0) + arg1(i, 1), 0) + sum(k, arg1(i, k) * 2)\n");
}

TEST_CASE("macros called min and max do not reach into the library", "[expr][abuse]") {
  auto const kernel = [](auto y, auto x) {
    y(i) = (ashlar::max)(x(i, 0), 1) + (ashlar::min)(k, x(i, k));
  };
  CHECK(definitions(program_of<f32<4>, f32<4, 8>>(kernel)) ==
        "arg0(i) = max(arg1(i, 0), 1) + min(k, arg1(i, k))\n");
}

TEST_CASE("a kernel takes its operands by value or by reference", "[expr][abuse]") {
  auto const by_reference = [](auto& y, auto const& x, auto&& w) { y(i) = x(i) + w(i); };
  auto const by_value = [](traced_tensor y, traced_tensor const x, auto w) { y(i) = x(i) + w(i); };
  CHECK(program_of<f32<4>, f32<4>, f32<4>>(by_reference) ==
        program_of<f32<4>, f32<4>, f32<4>>(by_value));
}

TEST_CASE("a kernel may capture by reference what its caller owns", "[expr][abuse]") {
  float scale = 2;
  auto const kernel = [&scale](auto y, auto x) { y(i) = x(i) * scale; };
  CHECK(definitions(program_of<f32<4>, f32<4>>(kernel)) == "arg0(i) = arg1(i) * 2\n");
  scale = 3;
  CHECK(definitions(program_of<f32<4>, f32<4>>(kernel)) == "arg0(i) = arg1(i) * 3\n");
}

TEST_CASE("a helper may return a number or a value", "[expr][abuse]") {
  auto const helper = [](auto x) {
    if constexpr (std::is_arithmetic_v<decltype(x)>) {
      return 0.5F;
    } else {
      return x * x;
    }
  };
  auto const kernel = [helper](auto y, auto x) { y(i) = helper(x(i)) + helper(1); };
  CHECK(definitions(program_of<f32<4>, f32<4>>(kernel)) == "arg0(i) = arg1(i) * arg1(i) + 0.5\n");
}

TEST_CASE("both sides of && and || are computed", "[expr][abuse]") {
  auto const kernel = [](auto y, auto x) { y(i) = x(i) > 0 && (x(i) < 1 || !(x(i) == 5)); };
  auto const p = program_of<truth<4>, f32<4>>(kernel);
  CHECK(definitions(p) == "arg0(i) = arg1(i) > 0 and (arg1(i) < 1 or not (arg1(i) == 5))\n");
}

TEST_CASE("a comma separates definitions like a semicolon", "[expr][abuse]") {
  auto const kernel = [](auto y, auto z, auto x) { y(i) = x(i), z(i) = x(i) * 2; };
  CHECK(definitions(program_of<f32<4>, f32<4>, f32<4>>(kernel)) ==
        "arg0(i) = arg2(i)\narg1(i) = arg2(i) * 2\n");
}

TEST_CASE("a kernel may return what it likes", "[expr][abuse]") {
  auto const kernel = [](auto y, auto x) {
    y(i) = x(i);
    return x(i) + 1;
  };
  CHECK(definitions(program_of<f32<4>, f32<4>>(kernel)) == "arg0(i) = arg1(i)\n");
}

TEST_CASE("two axes of one name are one axis", "[expr][abuse]") {
  auto const kernel = [](auto y, auto x) {
    axis<"i"> other;
    y(i) = x(other);
  };
  CHECK(fault_of<f32<4>, f32<4>>(kernel).ok());
}

TEST_CASE("a long chain stays within the depth of constant evaluation", "[expr][abuse]") {
  constexpr auto kernel = [](auto y, auto x) {
    traced all = 0.0F;
    for (int at = 0; at < 200; ++at) all = all + x(i);
    y(i) = all;
  };
  constexpr auto p = program_of<f32<4>, f32<4>>(kernel);
  STATIC_REQUIRE(p.fault.ok());
}

TEST_CASE("a kernel of two translation units is one program", "[expr][abuse]") {
  CHECK(abuse::program_here() == abuse::program_elsewhere());
}

}  // namespace
}  // namespace ashlar::tests

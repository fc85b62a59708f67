// SPDX-License-Identifier: Apache-2.0
//
// What users do to an embedded language, by accident and on purpose. What is wrong with
//
//   a definition or an access (undefined, twice, arity, rank 0 and 9, a(i, i))    definition.cpp
//   an extent (none, two, 0, 2^31, products of 2^63)                              infer.cpp
//   an index (a(i * j), divisors, data, off by one at each end)     index_expr.cpp, in_range.cpp
//   a boundary condition                                                          boundary.cpp
//   types and constants (mixed, bool, narrowing, division by 0, long double, volatile, shifts by
//                        as many bits as there are)                   arithmetic.cpp, literal.cpp
//   a reduction (no axis, no element, nested)                                     reduce.cpp
//   numbers that meet no tensor                                                   fold_numbers.cpp
//   what dangles or is not const on the spot                                      assignment.cpp
//
// is tested there; kernels in unnamed namespaces, and macros before our headers, by
// tests/package/consumer; a condition that is an index, by tests/fail/E073.
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

TEST_CASE("a kernel does not branch on what is computed at the call", "[expr][abuse]") {
  auto const branch = [](auto y, auto x) {
    if (x(i) > 0) y(i) = x(i);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(branch), code::value_is_not_known, "is bool",
             "ash::select(condition, a, b)"));
  auto const choice = [](auto y, auto x) { y(i) = x(i) ? x(i) : x(i) * 2; };
  CHECK(says(fault_of<f32<4>, f32<4>>(choice), code::value_is_not_known, "is f32 arg1"));
  auto const loop = [](auto y, auto x) {
    traced v = x(i);
    while (v > 1) v = v / 2;
    y(i) = v;
  };
  CHECK(fault_of<f32<4>, f32<4>>(loop).id == code::value_is_not_known);
  auto const known = [](auto y, auto x) {
    traced const n = 3;
    y(i) = n > 2 ? x(i) : x(i) * 2;
  };
  CHECK(definitions(program_of<f32<4>, f32<4>>(known)) == "arg0(i) = arg1(i)\n");
}

TEST_CASE("what is no index is refused", "[expr][abuse]") {
  auto const fraction = [](auto y, auto x) { y(i) = x(i, 1.5F); };
  CHECK(says(fault_of<f32<4>, f32<4, 4>>(fraction), code::mixed_types, "the number 1.x",
             "write an integer"));
  auto const word = [](auto y, auto x) { y(i) = x(i, "1"); };
  CHECK(says(fault_of<f32<4>, f32<4, 4>>(word), code::index_product, "no axis", "write one"));
  auto const huge = [](auto y, auto x) { y(i) = zero(x)(i + ~std::uint64_t{0}); };
  CHECK(says(fault_of<f32<4>, f32<4>>(huge), code::extent_overflow, "above 2147483648"));
  auto const huge_alone = [](auto y, auto x) { y(i) = zero(x)(i, ~std::uint64_t{0}); };
  CHECK(fault_of<f32<4>, f32<4, 4>>(huge_alone).id == code::extent_overflow);
  auto const shifted = [](auto y, auto x) { y(i) = x(i, traced(1)); };
  CHECK(definitions(program_of<f32<4>, f32<4, 4>>(shifted)) == "arg0(i) = arg1(i, 1)\n");
  auto const empty = [](auto y, auto x) { y(i) = x(i, traced{}); };
  CHECK(says(fault_of<f32<4>, f32<4, 4>>(empty), code::undefined_tensor, "nothing was assigned"));
}

TEST_CASE("a value that nothing was assigned to is refused", "[expr][abuse]") {
  auto const kernel = [](auto y, auto x) {
    traced v;
    y(i) = v + x(i);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(kernel), code::undefined_tensor, "nothing was assigned",
             "ash::traced v = 0.0f"));
}

TEST_CASE("a reduction has its axes first", "[expr][abuse]") {
  auto const turned = [](auto y, auto x) { y(i) = sum(x(i, k), k); };
  CHECK(says(fault_of<f32<4>, f32<4, 4>>(turned), code::bad_reduction, "axes, and the value last",
             "ash::sum(k, x(k))"));
  auto const offset = [](auto y, auto x) { y(i) = sum(k + 1, x(i, k)); };
  CHECK(fault_of<f32<4>, f32<4, 4>>(offset).id == code::bad_reduction);
  tensor<float, 4> y{};
  auto const made = y(i) = sum(y(k), k);
  CHECK(expr::record<std::remove_const_t<decltype(made)>>().fault.id == code::bad_reduction);
}

TEST_CASE("an operand without dimensions may be assigned by its name", "[expr][abuse]") {
  auto const scalar = [](auto y, auto x) { y = sum(k, x(k)); };
  CHECK(definitions(program_of<f32<>, f32<4>>(scalar)) == "arg0() = sum(k, arg1(k))\n");
  auto const vector = [](auto y, auto x) { y = sum(k, x(k)); };
  CHECK(says(fault_of<f32<4>, f32<4>>(vector), code::rank_mismatch, "arg0 has 1 dimensions",
             "0 indices"));
}

TEST_CASE("a kernel is called with what it takes", "[expr][abuse]") {
  auto const two = [](auto y, auto x) { y(i) = x(i); };
  CHECK(says(fault_of<f32<4>>(two), code::bad_call, "called with 1 operands", "takes 2"));
  CHECK(says(fault_of<f32<4>, f32<4>, f32<4>>(two), code::bad_call, "3 operands", "takes 2"));
  CHECK(says(fault_of<f32<4>>(user::axis{}), code::bad_call, "no function of so many"));
  auto const any = [](auto y, auto... x) { y(i) = (x(i) + ...); };
  CHECK(fault_of<f32<4>, f32<4>, f32<4>>(any).ok());
}

// axis A0, A1, ... of a fold over them.
template <int Number> consteval auto numbered() -> axis_name {
  char const name[] = {'A' + Number / 10, '0' + Number % 10, 0};
  return axis_name(name);
}

TEST_CASE("what outgrows a program says which limit", "[expr][abuse]") {
  auto const values = [](auto y, auto x) {
    traced all = 0.0F;
    for (int at = 0; at < 600; ++at) all = all + x(i);
    y(i) = all;
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(values), code::capacity_exceeded, "more than 512 exprs",
             "limits::exprs", "two kernels"));
  auto const accesses = [](auto y, auto x) {
    for (int at = 0; at < 300; ++at) y.rec->add(x(i).access);
    y(i) = x(i);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(accesses), code::capacity_exceeded, "256 accesses"));
  auto const stages = [](auto y, auto x) {
    traced all = 0.0F;
    for (int at = 0; at < 45; ++at) all = all + sum(k, x(k));
    y(i) = all;
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(stages), code::capacity_exceeded, "more than 40 stages"));
  auto const locals = [](auto y, auto x) {
    traced all = x(i);
    for (int at = 0; at < 60; ++at) {
      local m;
      m(i) = all + x(i);
      all = m(i);
    }
    y(i) = all;
  };
  CHECK(fault_of<f32<4>, f32<4>>(locals).id == code::capacity_exceeded);
  auto const axes = [](auto y, auto x) {
    [&]<int... Number>(std::integer_sequence<int, Number...>) {
      traced all = 0.0F;
      ((all = all + cast<float>(axis<numbered<Number>(), 4>{} + 0) * x(0)), ...);
      y(i) = all;
    }(std::make_integer_sequence<int, 70>{});
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(axes), code::capacity_exceeded, "axis G4", "64 axes"));
  auto const index = [](auto y, auto x) {
    index_expr sum = i;
    for (int at = 0; at < 30; ++at) sum = sum + 1;
    y(i) = zero(x)(sum);
  };
  CHECK(says(fault_of<f32<4>, f32<4>>(index), code::capacity_exceeded, "more than 24 axes"));
}

TEST_CASE("a kernel of two translation units is one program", "[expr][abuse]") {
  CHECK(abuse::program_here() == abuse::program_elsewhere());
}

}  // namespace
}  // namespace ashlar::tests

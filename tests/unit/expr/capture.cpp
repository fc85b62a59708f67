// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace ashlar::tests {
namespace {

constexpr auto dense = [](auto y, auto x, auto w, auto b) {
  y(i, j) = relu(sum(k, x(i, k) * w(k, j)) + b(j));
};
constexpr auto saxpy = [](auto y, auto a, auto x) { y(i) = a * x(i) + y(i); };

TEST_CASE("a kernel with static extents", "[expr][capture]") {
  constexpr auto p = program_of<f32<128, 512>, f32<128, 256>, f32<256, 512>, f32<512>>(dense);
  STATIC_REQUIRE(p.fault.ok());
  STATIC_REQUIRE(p.stages.count == 1);
  STATIC_REQUIRE(p.symbols.empty());
  STATIC_REQUIRE(p.checks.empty());
  STATIC_REQUIRE(p.operands == 4);
  STATIC_REQUIRE(p.buffers[0].is_output);
  STATIC_REQUIRE(tir::verify(p).ok());
  CHECK(definitions(p) == "arg0(i, j) = max(sum(k, arg1(i, k) * arg2(k, j)) + arg3(j), 0)\n");
}

TEST_CASE("a kernel with dynamic extents checks that they agree", "[expr][capture]") {
  constexpr auto p = program_of<f32<dyn, dyn>, f32<dyn, dyn>, f32<dyn, dyn>, f32<dyn>>(dense);
  STATIC_REQUIRE(p.fault.ok());
  STATIC_REQUIRE(tir::verify(p).ok());
  CHECK(checks(p) ==
        "arg1.extent(0) == arg0.extent(0)\n"
        "arg2.extent(0) == arg1.extent(1)\n"
        "arg2.extent(1) == arg0.extent(1)\n"
        "arg3.extent(0) == arg0.extent(1)\n");
}

TEST_CASE("of mixed extents the one that says most is used", "[expr][capture]") {
  constexpr auto p =
      program_of<f32<dyn, 512>, f32<dyn_multiple_of(8), dyn>, f32<256, dyn>, f32<dyn>>(dense);
  STATIC_REQUIRE(p.fault.ok());
  // i is 8 * s, k is 256, j is 512
  STATIC_REQUIRE(p.axes[0].extent.terms[0].coef == 8);
  STATIC_REQUIRE(p.axes[1].extent == tir::constant(512));
  STATIC_REQUIRE(p.axes[2].extent == tir::constant(256));
  STATIC_REQUIRE(p.checks.count == 4);
  STATIC_REQUIRE(p.symbols[p.atoms[p.axes[0].extent.terms[0].atom].id].multiple == 8);
}

TEST_CASE("a bound on an extent is kept", "[expr][capture]") {
  constexpr auto p = program_of<f32<dyn>, float, f32<dyn_at_most(100)>>(saxpy);
  STATIC_REQUIRE(p.fault.ok());
  STATIC_REQUIRE(p.symbols[p.atoms[p.axes[0].extent.terms[0].atom].id].at_most == 100);
}

TEST_CASE("a number is an operand without dimensions", "[expr][capture]") {
  constexpr auto p = program_of<f32<dyn>, float, f32<dyn>>(saxpy);
  STATIC_REQUIRE(p.fault.ok());
  STATIC_REQUIRE(p.buffers[1].rank == 0);
  STATIC_REQUIRE(tir::verify(p).ok());
  CHECK(definitions(p) == "arg0(i) = arg1 * arg2(i) + arg0(i)\n");
}

TEST_CASE("operands and stages have the names that they are given", "[expr][capture]") {
  constexpr operand_type types[] = {f32<8>::type, f32<8, 4>::type};
  constexpr char const* names[] = {"out", "in"};
  auto const kernel = [](auto y, auto x) { y(i) = sum(k, x(i, k)); };
  CHECK(definitions(expr::capture(kernel, types, names)) == "out(i) = sum(k, in(i, k))\n");
  auto const named = [](auto y, auto x) {
    y.name("y");
    x.name("x");
    y(i) = sum(k, x(i, k));
  };
  CHECK(definitions(expr::capture(named, types)) == "y(i) = sum(k, x(i, k))\n");
}

TEST_CASE("loops and helper functions inside a kernel work", "[expr][capture]") {
  auto const taps = [](auto y, auto x) {
    traced all = 0.0F;
    for (int at = 0; at < 3; ++at) all = all + x(i + at);
    y(i) = all / 3;
  };
  CHECK(definitions(program_of<f32<14>, f32<16>>(taps)) ==
        "arg0(i) = (0 + arg1(i) + arg1(i + 1) + arg1(i + 2)) / 3\n");
  auto const square = [](auto v) { return v * v; };
  auto const kernel = [square](auto y, auto x) { y(i) = square(x(i)) + square(square(x(i))); };
  CHECK(program_of<f32<8>, f32<8>>(kernel).fault.ok());
}

TEST_CASE("several outputs and several stages stand in the order of their definitions",
          "[expr][capture]") {
  auto const softmax = [](auto y, auto top, auto x) {
    local e("e");
    top(i) = (max)(j, x(i, j));
    e(i, j) = exp(x(i, j) - top(i));
    y(i, j) = e(i, j) / sum(k, e(i, k));
  };
  auto const p = program_of<f32<dyn, dyn>, f32<dyn>, f32<dyn, dyn>>(softmax);
  CHECK(tir::verify(p).ok());
  CHECK(p.buffers[0].is_output);
  CHECK(p.buffers[1].is_output);
  CHECK(definitions(p) ==
        "arg1(i) = max(j, arg2(i, j))\n"
        "e(i, j) = exp(arg2(i, j) - arg1(i))\n"
        "sum0(i) = sum(k, e(i, k))\n"
        "arg0(i, j) = e(i, j) / sum0(i)\n");
}

TEST_CASE("capture is the same at run time and in constant evaluation", "[expr][capture]") {
  constexpr auto p = program_of<f32<dyn, 8>, f32<dyn, dyn>, f32<dyn, 8>, f32<8>>(dense);
  auto const again = program_of<f32<dyn, 8>, f32<dyn, dyn>, f32<dyn, 8>, f32<8>>(dense);
  CHECK(p == again);
}

TEST_CASE("an input may be the output where only its own element is read", "[expr][capture]") {
  auto const p = program_of<f32<dyn>, float, f32<dyn>>(saxpy);
  CHECK(p.buffers[2].may_alias_output);
  CHECK_FALSE(p.buffers[0].may_alias_output);
  CHECK_FALSE(p.buffers[1].may_alias_output);
  auto const shifted = [](auto y, auto x) { y(i) = x(i) + zero(x)(i - 1); };
  CHECK_FALSE(program_of<f32<dyn>, f32<dyn>>(shifted).buffers[1].may_alias_output);
  auto const swapped = [](auto y, auto x) { y(i, j) = x(j, i); };
  CHECK_FALSE(program_of<f32<8, 8>, f32<8, 8>>(swapped).buffers[1].may_alias_output);
  auto const two = [](auto y, auto z, auto x) {
    y(i) = x(i) + 1;
    z(i) = x(i) + 2;
  };
  CHECK_FALSE(program_of<f32<dyn>, f32<dyn>, f32<dyn>>(two).buffers[2].may_alias_output);
  auto const reduced = [](auto y, auto x) { y(i) = sum(k, x(k)) + x(i); };
  CHECK_FALSE(program_of<f32<dyn>, f32<dyn>>(reduced).buffers[1].may_alias_output);
}

TEST_CASE("an operand without dimensions is defined with empty parentheses", "[expr][capture]") {
  auto const total = [](auto y, auto x) { y() = sum(i, x(i)); };
  auto const p = program_of<f32<>, f32<dyn>>(total);
  CHECK(tir::verify(p).ok());
  CHECK(definitions(p) == "arg0() = sum(i, arg1(i))\n");
}

}  // namespace
}  // namespace ashlar::tests

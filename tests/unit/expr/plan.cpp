// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace ashlar::tests {
namespace {

TEST_CASE("a reduction over the axes on the left shares their stage", "[expr][plan]") {
  auto const kernel = [](auto y, auto x) { y(i) = sqrt(sum(k, x(i, k) * x(i, k))) + 1; };
  auto const p = program_of<f32<8>, f32<8, 4>>(kernel);
  CHECK(p.stages.count == 1);
  CHECK(definitions(p) == "arg0(i) = sqrt(sum(k, arg1(i, k) * arg1(i, k))) + 1\n");
}

TEST_CASE("a reduction that does not need all axes on the left is a stage of its own",
          "[expr][plan]") {
  auto const kernel = [](auto y, auto x) { y(i, j) = x(i, j) / sum(k, x(i, k)); };
  CHECK(definitions(program_of<f32<8, 4>, f32<8, 4>>(kernel)) ==
        "sum0(i) = sum(k, arg1(i, k))\n"
        "arg0(i, j) = arg1(i, j) / sum0(i)\n");
}

TEST_CASE("two reductions are two stages", "[expr][plan]") {
  auto const kernel = [](auto y, auto a, auto b) {
    y(i) = sum(k, a(i, k)) / sum(k, b(i, k)) + (max)(k, a(i, k));
  };
  auto const p = program_of<f32<8>, f32<8, 4>, f32<8, 4>>(kernel);
  CHECK(tir::verify(p).ok());
  CHECK(definitions(p) ==
        "sum0(i) = sum(k, arg1(i, k))\n"
        "sum1(i) = sum(k, arg2(i, k))\n"
        "max0(i) = max(k, arg1(i, k))\n"
        "arg0(i) = sum0(i) / sum1(i) + max0(i)\n");
}

TEST_CASE("the inner of two nested reductions is a stage of its own", "[expr][plan]") {
  auto const kernel = [](auto y, auto x, auto w) { y(i) = sum(k, x(i, k) * (max)(j, w(k, j))); };
  auto const p = program_of<f32<8>, f32<8, 4>, f32<4, 16>>(kernel);
  CHECK(tir::verify(p).ok());
  CHECK(definitions(p) ==
        "max0(k) = max(j, arg2(k, j))\n"
        "arg0(i) = sum(k, arg1(i, k) * max0(k))\n");
}

TEST_CASE("the axes of a stage of its own stand in the order of the left side", "[expr][plan]") {
  auto const kernel = [](auto y, auto x) {
    axis<"n"> n;
    y(j, i, n) = sum(k, x(i, j, k)) + x(i, j, n);
  };
  CHECK(definitions(program_of<f32<4, 8, 2>, f32<8, 4, 2>>(kernel)) ==
        "sum0(j, i) = sum(k, arg1(i, j, k))\n"
        "arg0(j, i, n) = sum0(j, i) + arg1(i, j, n)\n");
}

TEST_CASE("a reduction that two definitions use is computed once", "[expr][plan]") {
  auto const kernel = [](auto y, auto z, auto x) {
    auto const total = sum(k, x(i, k));
    y(i) = total;
    z(i) = total * 2;
  };
  CHECK(definitions(program_of<f32<8>, f32<8>, f32<8, 4>>(kernel)) ==
        "sum0(i) = sum(k, arg2(i, k))\n"
        "arg0(i) = sum0(i)\n"
        "arg1(i) = sum0(i) * 2\n");
}

TEST_CASE("a reduction that an index depends on is complete before", "[expr][plan]") {
  auto const kernel = [](auto y, auto x, auto table) { y(i) = table(argmax(k, x(i, k))); };
  auto const p = program_of<f32<8>, f32<8, 4>, f32<4>>(kernel);
  CHECK(tir::verify(p).ok());
  CHECK(p.stages.count == 2);
  CHECK(definitions(p).find("arg0(i) = arg2(argmax0(i)?)") != std::string::npos);
}

TEST_CASE("a reduction over several axes", "[expr][plan]") {
  auto const kernel = [](auto y, auto x) { y(i) = sum(j, k, x(i, j, k)); };
  auto const p = program_of<f32<8>, f32<8, 4, 2>>(kernel);
  CHECK(p.stages[0].reduced.count == 2);
  CHECK(definitions(p) == "arg0(i) = sum(j, k, arg1(i, j, k))\n");
}

}  // namespace
}  // namespace ashlar::tests

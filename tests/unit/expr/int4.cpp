// SPDX-License-Identifier: Apache-2.0
//
// i4 and u4 are stored, and computed with as i32: where capture puts the conversions.
#include "support.hpp"

namespace ashlar::tests {
namespace {

template <index_t... Extent> using i4 = view<int4x2, Extent...>;
template <index_t... Extent> using u4 = view<uint4x2, Extent...>;

TEST_CASE("a load is an i32, and a store needs a cast", "[expr][int4]") {
  auto const kernel = [](auto y, auto x, auto v) { y(i) = x(i) * v(i) + 1; };
  auto const p = program_of<i32<8>, i4<8>, u4<8>>(kernel);
  CHECK(tir::verify(p).ok());
  CHECK(definitions(p) == "arg0(i) = i32(arg1(i)) * i32(arg2(i)) + 1\n");
  auto const wrong = fault_of<i4<8>, i4<8>, u4<8>>(kernel);
  CHECK(says(wrong, code::narrowing, "arg0 is i4", "stop at -8 and 7"));
  CHECK(says(fault_of<u4<8>, i4<8>, u4<8>>(kernel), code::mixed_signs, "0 and 15"));
}

TEST_CASE("what is moved alone is not converted", "[expr][int4]") {
  auto const copy = [](auto y, auto x) { y(i) = x(i); };
  CHECK(definitions(program_of<i4<8>, i4<8>>(copy)) == "arg0(i) = arg1(i)\n");
  auto const number = [](auto y) { y(i) = -8; };
  CHECK(definitions(program_of<i4<8>>(number)) == "arg0(i) = -8\n");
  CHECK(fault_of<u4<8>>(number).id == code::inexact_constant);
}

TEST_CASE("a cast keeps four bits where it stands", "[expr][int4]") {
  auto const kernel = [](auto y, auto x) { y(i) = cast<uint4x2>(x(i)) + x(i); };
  CHECK(definitions(program_of<i32<8>, i32<8>>(kernel)) ==
        "arg0(i) = i32(u4(arg1(i))) + arg1(i)\n");
  auto const clamped = [](auto y, auto x) { y(i) = saturate_cast<int4x2>(x(i)); };
  CHECK(definitions(program_of<i4<8>, i32<8>>(clamped)) ==
        "arg0(i) = i4(min(max(arg1(i), -8), 7))\n");
  CHECK(definitions(program_of<i4<8>, f32<8>>(clamped)) == "arg0(i) = i4(arg1(i))\n");
}

TEST_CASE("a sum is known to stay inside", "[expr][int4]") {
  auto const kernel = [](auto y, auto x) { y(i) = sum(k, cast<std::int8_t>(x(i, k))); };
  CHECK(program_of<view<std::int8_t, 4>, i4<4, 15>>(kernel).fault.ok());
  CHECK(says(fault_of<view<std::int8_t, 4>, i4<4, 17>>(kernel), code::accumulator_overflow,
             "17 x -8"));
}

TEST_CASE("a float goes towards zero and stops at the ends, an integer keeps its low bits",
          "[expr][int4]") {
  auto const kernel = [](auto y, auto x) { y(i) = cast<int4x2>(x(i)); };
  auto const of_floats = program_of<i32<5>, f32<5>>(kernel);
  auto const nearest = elements<std::int32_t>(
      of_floats, {tir::array(dtype::i32, {5}),
                  tir::array(dtype::f32, {5}, {7.9F, -100.0F, -0.5F, 1e20F, 3.0F})});
  CHECK(nearest == std::vector<std::int32_t>{7, -8, 0, 7, 3});
  auto const of_integers = program_of<i32<4>, i32<4>>(kernel);
  auto const low = elements<std::int32_t>(
      of_integers, {tir::array(dtype::i32, {4}), tir::array(dtype::i32, {4}, {8, -9, 23, -1})});
  CHECK(low == std::vector<std::int32_t>{-8, 7, 7, -1});
}

TEST_CASE("the interpreter reads and writes halves of bytes", "[expr][int4]") {
  int4x2 x[3] = {int4x2(1, -2), int4x2(3, -4), int4x2(5, 6)};
  uint4x2 y[3]{};
  auto const p =
      program_of<u4<5>, i4<5>>([](auto to, auto from) { to(i) = cast<uint4x2>(from(i)); });
  tir::raw_array operands[] = {tir::raw_array(y, {5}), tir::raw_array(x, {5})};
  REQUIRE(tir::interpret(p, operands).ok());
  CHECK(y[0] == uint4x2(1, 14));
  CHECK(y[1] == uint4x2(3, 12));
  CHECK(y[2] == uint4x2(5, 0));
}

}  // namespace
}  // namespace ashlar::tests

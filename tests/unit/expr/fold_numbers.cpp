// SPDX-License-Identifier: Apache-2.0
#include <ashlar/expr/fold_numbers.hpp>

#include "support.hpp"

#include <limits>

namespace ashlar::tests {
namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

// What the operation of two numbers is multiplied with, as text.
template <element T = float> auto times(auto const& operation) -> std::string {
  auto const kernel = [&](auto y, auto x) { y(i) = x(i) * operation(); };
  auto const p = program_of<view<T, 4>, view<T, 4>>(kernel);
  if (p.fault) return std::string(p.fault.text.view());
  std::string const all = definitions(p);
  constexpr std::string_view before = "arg0(i) = arg1(i) * ";
  return all.substr(before.size(), all.size() - before.size() - 1);
}
template <element T = float> auto fault(auto const& operation) -> code {
  auto const kernel = [&](auto y, auto x) { y(i) = x(i) * operation(); };
  return fault_of<view<T, 4>, view<T, 4>>(kernel).id;
}

TEST_CASE("numbers that have met no tensor are computed as C++ does", "[expr][fold_numbers]") {
  traced const seven = 7;
  traced const four = 4;
  traced const half = 0.5F;
  CHECK(times([&] { return seven % four; }) == "3");
  CHECK(times([&] { return seven / four; }) == "1");
  CHECK(times([&] { return -seven / four; }) == "-1");
  CHECK(times([&] { return seven / (half * 4); }) == "3.5");
  CHECK(times([&] { return (max)(seven, half) - (min)(seven, half); }) == "6.5");
  CHECK(times([&] { return abs(-half) + abs(-four); }) == "4.5");
  CHECK(times([&] { return relu(-half); }) == "0");
  CHECK(times([&] { return clamp(seven, 0, 6); }) == "6");
  CHECK(times([&] { return fma(seven, four, half); }) == "28.5");
  CHECK(times([&] { return cast<std::int32_t>(half + 2); }) == "2");
  CHECK(times([&] { return cast<std::uint8_t>(traced(300.0)); }) == "255");
}

TEST_CASE("bits of numbers are those of 64", "[expr][fold_numbers]") {
  traced const six = 6;
  CHECK(times([&] { return six & 3; }) == "2");
  CHECK(times([&] { return (six | 1) ^ 2; }) == "5");
  CHECK(times([&] { return ~six; }) == "-7");
  CHECK(times([&] { return six << 2; }) == "24");
  CHECK(times([&] { return -six >> 1; }) == "-3");
  CHECK(times<std::uint64_t>([] { return traced(~std::uint64_t{0}) >> 60; }) == "15");
  CHECK(times([&] { return select((six > 1) & (six < 3), 2, 3); }) == "3");
  CHECK(fault([&] { return six << 64; }) == code::bad_shift);
  CHECK(fault([&] { return six >> -1; }) == code::bad_shift);
  CHECK(fault([&] { return six & 0.5F; }) == code::needs_integer);
  CHECK(fault([&] { return ~traced(0.5F); }) == code::needs_integer);
}

TEST_CASE("comparisons of numbers choose, and logic joins them", "[expr][fold_numbers]") {
  traced const one = 1;
  traced const two = 2;
  CHECK(times([&] { return select(one < two, 2, 3); }) == "2");
  CHECK(times([&] { return select(one > two, 2, 3); }) == "3");
  CHECK(times([&] { return select(one != two && !(one >= two), 2, 3); }) == "2");
  CHECK(times([&] { return select(one == 1.0F || two == one, 2, 3); }) == "2");
  CHECK(times([&] { return one <= traced(0.5) ? 2 : 3; }) == "3");
}

TEST_CASE("integers are exact as long as 64 bits hold them", "[expr][fold_numbers]") {
  CHECK(times<std::int64_t>([] { return traced(most) + 0; }) == "9223372036854775807");
  CHECK(times<std::int64_t>([] { return traced(least) / 1; }) == "-9223372036854775808");
  CHECK(times<std::int64_t>([] { return traced(least) % -1; }) == "0");
  CHECK(fault<std::int64_t>([] { return -traced(least); }) == code::mixed_types);
  CHECK(fault<std::int64_t>([] { return traced(most) * 2; }) == code::mixed_types);
  CHECK(fault<double>([] { return traced(most) * 2; }) == code::ok);
}

TEST_CASE("floats are divided as IEEE 754 says", "[expr][fold_numbers]") {
  CHECK(times([] { return traced(1.0F) / 0; }) == "inf");
  CHECK(times([] { return traced(1.0F) / -0.0F; }) == "-inf");
  CHECK(times([] { return traced(0.0F) / 0; }) == "nan");
  CHECK(times([] { return -traced(0.0F); }) == "-0");
  STATIC_REQUIRE(expr::fold_numbers(tir::opcode::div, 1.0F, 0).number() ==
                 std::numeric_limits<double>::infinity());
}

TEST_CASE("what numbers alone have not is said where it is used", "[expr][fold_numbers]") {
  traced const zero = 0;
  traced const one = 1;
  CHECK(fault([&] { return one / zero; }) == code::zero_divisor);
  CHECK(fault([&] { return select(one % zero == 0, 1, 2) + 1; }) == code::zero_divisor);
  CHECK(fault([&] { return one % 0.5F; }) == code::needs_integer);
  CHECK(times([&] { return sqrt(one); }) ==
        "sqrt of numbers alone is no operation of a kernel; write the result, or a function of "
        "<cmath>");
  CHECK(fault([&] { return pow(one, 2) * 2; }) == code::number_function);
  CHECK(fault([&] { return floor(one / 2.0F); }) == code::number_function);
  CHECK(times([&] { return one / zero; }) ==
        "/ of numbers: integers are divided by the constant 0; divide by 1 or more");
  CHECK(times([&] { return one % 0.5F; }) ==
        "% of numbers, one of which is floating point; write std::fmod");
}

TEST_CASE("a local stage that is a number is computed with, too", "[expr][fold_numbers]") {
  auto const kernel = [](auto y, auto x) {
    local m("m");
    m(i) = 7;
    y(i) = x(i) * (m(i) % 4);
  };
  CHECK(definitions(program_of<f32<4>, f32<4>>(kernel)) == "arg0(i) = arg1(i) * 3\n");
  auto const root = [](auto y, auto x) {
    local m("m");
    m(i) = 7;
    y(i) = x(i) * sqrt(m(i));
  };
  CHECK(fault_of<f32<4>, f32<4>>(root).id == code::number_function);
}

}  // namespace
}  // namespace ashlar::tests

// SPDX-License-Identifier: Apache-2.0
//
// What each pair of types needs to stop at the ends, and the numbers of what would not fit.
#include "support.hpp"

namespace ashlar::tests {
namespace {

template <class From, class To> auto saturated_as() -> std::string {
  auto const kernel = [](auto y, auto x) { y(i) = saturate_cast<To>(x(i)); };
  auto const p = program_of<view<To, 8>, view<From, 8>>(kernel);
  REQUIRE(tir::verify(p).ok());
  auto const text = definitions(p);
  return text.substr(10, text.size() - 11);
}

TEST_CASE("one side is clamped where the other cannot be left", "[expr][saturate]") {
  CHECK(saturated_as<std::int32_t, std::uint8_t>() == "u8(min(max(arg1(i), 0), 255))");
  CHECK(saturated_as<std::int16_t, std::int8_t>() == "i8(min(max(arg1(i), -128), 127))");
  CHECK(saturated_as<std::uint32_t, std::int16_t>() == "i16(min(arg1(i), 32767))");
  CHECK(saturated_as<std::int8_t, std::uint64_t>() == "u64(max(arg1(i), 0))");
  CHECK(saturated_as<std::uint64_t, std::int64_t>() == "i64(min(arg1(i), 9223372036854775807))");
  CHECK(saturated_as<std::uint8_t, std::int32_t>() == "i32(arg1(i))");
  CHECK(saturated_as<std::int32_t, std::int32_t>() == "arg1(i)");
  CHECK(saturated_as<bool, std::uint8_t>() == "u8(arg1(i))");
}

TEST_CASE("a float has its cast, which saturates, or the greatest finite number",
          "[expr][saturate]") {
  CHECK(saturated_as<float, std::uint8_t>() == "u8(arg1(i))");
  CHECK(saturated_as<float, float16>() == "f16(min(max(arg1(i), -65504), 65504))");
  CHECK(saturated_as<std::int32_t, float16>() == "f16(min(max(f32(arg1(i)), -65504), 65504))");
  CHECK(saturated_as<double, float>() ==
        "f32(min(max(arg1(i), -3.4028234663852886e38), 3.4028234663852886e38))");
  CHECK(saturated_as<float, double>() == "f64(arg1(i))");
}

TEST_CASE("numbers alone are saturated while compiling", "[expr][saturate]") {
  auto const kernel = [](auto y) { y(i) = saturate_cast<std::uint8_t>(traced(300)); };
  CHECK(definitions(program_of<view<std::uint8_t, 4>>(kernel)) == "arg0(i) = 255\n");
}

TEST_CASE("on the spot it is the same", "[expr][saturate]") {
  view<std::int8_t, 8> const y{};
  i32<8> const x{};
  using assigned = decltype(y(i) = saturate_cast<std::int8_t>(x(i)));
  CHECK(definitions(expr::record<assigned>()) == "arg0(i) = i8(min(max(arg1(i), -128), 127))\n");
}

template <class To, class From> auto stored_fault() -> diag::diagnostic {
  return fault_of<view<To, 8>, view<From, 8>>([](auto y, auto x) { y(i) = x(i); });
}

TEST_CASE("what would narrow or change a sign says its numbers", "[expr][saturate]") {
  auto const narrow = stored_fault<std::uint8_t, std::uint16_t>();
  CHECK(narrow.id == code::narrowing);
  CHECK(narrow.text.view() ==
        "arg0 is u8, its definition is u16 arg1, which may be 65535; write "
        "ash::saturate_cast<T>(...) to stop at 0 and 255, or ash::cast<T>(...) to wrap");
  CHECK(stored_fault<float, double>().id == code::narrowing);
  CHECK(stored_fault<std::uint64_t, std::int8_t>().id == code::mixed_signs);
  auto const huge = stored_fault<std::int64_t, std::uint64_t>();
  CHECK(huge.text.view().find("which may be 18446744073709551615") != std::string_view::npos);
  // Nothing that fits is converted silently, either.
  CHECK(stored_fault<std::int32_t, std::int8_t>().id == code::mixed_types);
  CHECK(stored_fault<float, std::int32_t>().id == code::mixed_types);
}

}  // namespace
}  // namespace ashlar::tests

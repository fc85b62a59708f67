// SPDX-License-Identifier: Apache-2.0
//
// Sums of widened integers at the last count that fits, and at the one after.
#include "support.hpp"

namespace ashlar::tests {
namespace {

template <class T> using row = view<T, dyn>;

template <class Sum, class T, index_t N, class Kernel> auto fault_at(Kernel const& kernel) {
  return fault_of<view<Sum>, view<T, N>>(kernel).id;
}
template <class To> struct squares {
  constexpr void operator()(auto y, auto x) const { y() = sum(k, cast<To>(x(k)) * cast<To>(x(k))); }
};

TEST_CASE("the product of the bound and the count decides", "[expr][accumulator]") {
  using to32 = squares<std::int32_t>;
  CHECK(fault_at<std::int32_t, std::uint8_t, 33025>(to32{}) == code::ok);
  CHECK(fault_at<std::int32_t, std::uint8_t, 33026>(to32{}) == code::accumulator_overflow);
  CHECK(fault_at<std::int32_t, std::int8_t, 131071>(to32{}) == code::ok);
  CHECK(fault_at<std::int32_t, std::int8_t, 131072>(to32{}) == code::accumulator_overflow);
  CHECK(fault_at<std::int32_t, std::int16_t, 1>(to32{}) == code::ok);
  CHECK(fault_at<std::int32_t, std::int16_t, 2>(to32{}) == code::accumulator_overflow);
  CHECK(fault_at<std::int16_t, std::uint8_t, 1>(squares<std::int16_t>{}) ==
        code::accumulator_overflow);
  CHECK(fault_at<std::int64_t, std::int32_t, 1000>(squares<std::int64_t>{}) == code::ok);
}

TEST_CASE("both ends count, and what a value is made of", "[expr][accumulator]") {
  auto const below = [](auto y, auto x) { y() = sum(k, -cast<std::int16_t>(x(k)) - 1); };
  CHECK(fault_at<std::int16_t, std::uint8_t, 128>(below) == code::ok);
  CHECK(fault_at<std::int16_t, std::uint8_t, 129>(below) == code::accumulator_overflow);
  auto const nibbles = [](auto y, auto x) {
    y() = sum(k, cast<std::int16_t>((min)(x(k), 15)) + select(x(k) > 3, 0, 1));
  };
  CHECK(fault_at<std::int16_t, std::uint8_t, 2047>(nibbles) == code::ok);
  CHECK(fault_at<std::int16_t, std::uint8_t, 2048>(nibbles) == code::accumulator_overflow);
  auto const truths = [](auto y, auto x) { y() = sum(k, cast<std::uint8_t>(x(k) > 0)); };
  CHECK(fault_at<std::uint8_t, std::int32_t, 255>(truths) == code::ok);
  CHECK(fault_at<std::uint8_t, std::int32_t, 256>(truths) == code::accumulator_overflow);
}

TEST_CASE("an extent counts as far as it is known", "[expr][accumulator]") {
  using all = view<std::int32_t>;
  squares<std::int32_t> const kernel{};
  CHECK(fault_of<all, row<std::uint8_t>>(kernel).ok());
  CHECK(fault_of<all, view<std::uint8_t, dyn_at_most(33025)>>(kernel).ok());
  auto const wrong = fault_of<all, view<std::uint8_t, dyn_at_most(40000)>>(kernel);
  CHECK(wrong.text.view() ==
        "the sum over k in arg0 may reach 40000 x 65025, and i32 ends at 2147483647; cast to "
        "std::uint32_t first, sum 33025 values, or wrap by ash::reduce with a monoid");
  auto const two = [](auto y, auto x) { y() = sum(i, k, cast<std::int16_t>(x(i, k))); };
  CHECK(fault_of<view<std::int16_t>, view<std::uint8_t, 4, 32>>(two).ok());
  CHECK_FALSE(fault_of<view<std::int16_t>, view<std::uint8_t, 4, 33>>(two).ok());
}

inline constexpr auto wrapping = monoid{0, [](auto a, auto b) { return a + b; }};

TEST_CASE("a mask bounds what it is of", "[expr][accumulator]") {
  auto const low = [](auto y, auto x) { y() = sum(k, cast<std::int16_t>(x(k)) & 15); };
  CHECK(fault_at<std::int16_t, std::uint8_t, 2184>(low) == code::ok);
  CHECK(fault_at<std::int16_t, std::uint8_t, 2185>(low) == code::accumulator_overflow);
  auto const signs = [](auto y, auto x) { y() = sum(k, cast<std::int16_t>(x(k)) & -16); };
  CHECK(fault_at<std::int16_t, std::uint8_t, 4000>(signs) == code::ok);
}

TEST_CASE("what is known by its type alone may wrap, and what is said to", "[expr][accumulator]") {
  auto const plain = [](auto y, auto x) { y() = sum(k, x(k) * x(k)); };
  CHECK(fault_at<std::int8_t, std::int8_t, 1000>(plain) == code::ok);
  auto const squares = [](auto y, auto x) {
    auto v = cast<std::int32_t>(x(k));
    for (int n = 0; n < 24; ++n) v = v * v;  // 2^24 ways from the last to the first
    y() = sum(k, v);
  };
  CHECK(fault_at<std::int32_t, std::int8_t, 1000>(squares) == code::ok);
  auto const said = [](auto y, auto x) {
    y() = reduce(wrapping, k, cast<std::int16_t>(x(k)) * cast<std::int16_t>(x(k)));
  };
  CHECK(fault_at<std::int16_t, std::uint8_t, 1000>(said) == code::ok);
  auto const scanned = [](auto y, auto x) {
    y(k) = inclusive_scan(monoids::sum, k, cast<std::int16_t>(x(k)));
  };
  CHECK(fault_of<view<std::int16_t, 128>, view<std::uint8_t, 128>>(scanned).ok());
  CHECK(fault_of<view<std::int16_t, 129>, view<std::uint8_t, 129>>(scanned).id ==
        code::accumulator_overflow);
}

}  // namespace
}  // namespace ashlar::tests

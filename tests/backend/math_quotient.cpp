// SPDX-License-Identifier: Apache-2.0
//
// A quotient is the bits of a division: of every reciprocal, of every numerator over the divisor
// that
// the theorem excepts, and of random pairs. The one exception is 1 over that divisor.
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "support.hpp"

namespace {

using ashlar::emit::simd::highway_backend;
constexpr int lanes = highway_backend::max_lanes<float>();
constexpr std::uint32_t significands = 1U << 23;

// Each float from [1, 2).
auto one_to_two(std::uint32_t bits) -> float {
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(1.0f) | bits % significands);
}

// Of how many pairs the quotient is not what a division gives.
template <class Numerator, class Divisor>
auto wrong_quotients(Numerator const& numerator, Divisor const& divisor) -> int {
  alignas(64) float n[lanes], d[lanes], q[lanes];
  int wrong = 0;
  for (std::uint32_t first = 0; first < significands; first += lanes) {
    for (int l = 0; l < lanes; ++l) {
      n[l] = numerator(first + static_cast<std::uint32_t>(l));
      d[l] = divisor(first + static_cast<std::uint32_t>(l));
    }
    highway_backend::store(
        q, highway_backend::quotient(highway_backend::load<lanes>(static_cast<float const*>(n)),
                                     highway_backend::load<lanes>(static_cast<float const*>(d))));
    for (int l = 0; l < lanes; ++l) wrong += q[l] == n[l] / d[l] ? 0 : 1;
  }
  return wrong;
}

auto scrambled(std::uint32_t x) -> std::uint32_t {
  x = (x ^ x >> 16) * 0x7feb352dU;
  x = (x ^ x >> 15) * 0x846ca68bU;
  return x ^ x >> 16;
}

}  // namespace

TEST_CASE("every reciprocal is the bits of a division", "[backend][math]") {
  auto const one = [](std::uint32_t) { return 1.0f; };
  CHECK(wrong_quotients(one, one_to_two) <= 1);
  CHECK(wrong_quotients(one, [](std::uint32_t x) { return one_to_two(x) * 0x1p125f; }) <= 1);
  CHECK(wrong_quotients(one, [](std::uint32_t x) { return one_to_two(x) * 0x1p-125f; }) <= 1);
}

TEST_CASE("so is every quotient by a divisor of ones", "[backend][math]") {
  auto const above_one = [](std::uint32_t x) { return one_to_two(x == 0 ? 1 : x); };
  CHECK(wrong_quotients(above_one, [](std::uint32_t) { return 0x1.fffffep0f; }) == 0);
  CHECK(wrong_quotients(one_to_two, [](std::uint32_t) { return 0x1.fffffcp0f; }) == 0);
}

TEST_CASE("and quotients of random numbers", "[backend][math]") {
  for (std::uint32_t seed = 1; seed < 5; ++seed) {
    CHECK(wrong_quotients([=](std::uint32_t x) { return one_to_two(scrambled(x * seed)); },
                          [=](std::uint32_t x) { return one_to_two(scrambled(~x) + seed); }) == 0);
  }
}

TEST_CASE("quotients of zero, of tiny numbers and of NaN are those of a division",
          "[backend][math]") {
  auto const check = [](float n, float d) {
    auto const q = highway_backend::quotient(highway_backend::broadcast<lanes>(n),
                                             highway_backend::broadcast<lanes>(d));
    float const found = highway_backend::get(q, lanes - 1);
    CHECK(((found != found && n / d != n / d) ||
           std::bit_cast<std::uint32_t>(found) == std::bit_cast<std::uint32_t>(n / d)));
  };
  for (float const n : {0.0f, 0x1p-149f, 0x1.8p-148f, 0x1.4p-147f, 0x1p-126f, __builtin_nanf("")}) {
    check(n, 2.0f);
    check(n, 4.0f);
  }
}
